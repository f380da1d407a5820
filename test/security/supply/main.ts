import { execFile } from 'node:child_process';
import { match } from 'ts-pattern';
import { judgeAdvisories, judgeSignatures, type Verdict } from './judge.ts';

/**
 * `npm run audited`: what the registry knows of the dependencies in the lock file. Fails on an advisory that is high or critical of what runs, and on a signature
 * that is wrong of anything; advisories of what builds and tests are told. A registry that answers neither, such as a mirror, is told and fails nothing.
 */
const ask = (words: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    const patience = ['--fetch-retries=1', '--fetch-timeout=20000'];
    // Its exit code says the same for what was found and for what could not be asked: the answer tells them apart.
    execFile(
      'npm',
      ['audit', ...words, '--json', ...patience],
      { timeout: 120_000, maxBuffer: 64 * 1024 * 1024 },
      (_, stdout) => resolve(stdout),
    );
  });

const wordsOf = (verdict: Verdict): string =>
  match(verdict)
    .with({ type: 'sound' }, () => 'nothing found')
    .with({ type: 'found' }, ({ what }) => `FOUND ${what}`)
    .with({ type: 'unanswered' }, ({ why }) => `the registry does not answer (${why})`)
    .exhaustive();

const audits = [
  { what: 'advisories', fails: true, verdict: judgeAdvisories(await ask(['--omit=dev', '--package-lock-only'])) },
  {
    ...{ what: 'advisories, with what builds and tests', fails: false },
    verdict: judgeAdvisories(await ask(['--package-lock-only'])),
  },
  { what: 'signatures', fails: true, verdict: judgeSignatures(await ask(['signatures'])) },
];
for (const { what, verdict } of audits) process.stdout.write(`${what}: ${wordsOf(verdict)}\n`);
process.exitCode = audits.some(({ fails, verdict }) => fails && verdict.type === 'found') ? 1 : 0;
