import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { synthReport } from './synthReport.ts';

/** `cdk synth`, offline and without its own chatter: what went wrong as it says it, else what would be deployed. Arguments: those of `cdk synth`. */
const main = async (args: readonly string[]): Promise<void> => {
  const startedAtMs = Date.now();
  process.exitCode = await synth(args);
  const report = process.exitCode === 0 ? synthReport(outOf(args), startedAtMs) : null;
  if (report !== null) process.stderr.write(report);
};

const synth = (args: readonly string[]): Promise<number> => {
  const running = spawn(process.execPath, [CDK, 'synth', '--quiet', '-c', 'isExample=true', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...OFFLINE },
    stdio: ['inherit', 'pipe', 'pipe'],
  });
  createInterface(running.stdout).on('line', (line) => isChatter(line) || process.stdout.write(`${line}\n`));
  createInterface(running.stderr).on('line', (line) => isChatter(line) || process.stderr.write(`${line}\n`));
  return new Promise((ended, failed) => running.on('error', failed).on('close', (code) => ended(code ?? 1)));
};

const CDK = join(dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin/cdk');
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OFFLINE = {
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  AWS_EC2_METADATA_DISABLED: 'true',
  // What it tells is that everything was checked.
  CDK_VALIDATION: undefined,
  // Of the npx that starts esbuild.
  npm_config_loglevel: 'error',
};

/** Said at each synthesis, whatever comes of it. Anything else is passed on. */
const isChatter = (line: string): boolean => CHATTER.some((said) => said.test(line));
const CHATTER = [
  /^Bundling asset \S+\.\.\.$/,
  /^Successfully synthesized to /,
  /^Supply a stack id \(/,
  /^\d+ feature flags are not configured\./,
  /^node infra\/app\.ts: Subprocess exited with error 1$/,
];

const outOf = (args: readonly string[]): string => {
  const at = args.findIndex((arg) => arg === '-o' || arg === '--output');
  const joined = args.find((arg) => arg.startsWith('--output='))?.slice('--output='.length);
  return resolve(ROOT, joined ?? (at < 0 ? undefined : args[at + 1]) ?? 'cdk.out');
};

await main(process.argv.slice(2));
