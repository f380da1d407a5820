import { Command, InvalidArgumentError } from 'commander';
import { type FuzzReport, fuzz } from './fuzz.ts';
import { targets } from './targets.ts';

/**
 * `npm run fuzz -- --cases 1000000 --seed 7`: generated and mutated input for every decoder. Prints what became of it, and of what breaks a decoder
 * the smallest that does, with the command that plays it again.
 */
const wholeNumber = (text: string): number => {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};

type Options = { readonly cases: number; readonly seed: number; readonly target?: string; readonly path?: string };

/** Of CPU, for one case. */
const MOST_CPU_MS = 100;

const main = async ({ cases, seed, target: named, path }: Options): Promise<number> => {
  const chosen = targets.filter(({ target }) => named === undefined || target.name === named);
  const shares = chosen.reduce((sum, { share }) => sum + share, 0);
  say(
    '| Decoder | Cases | Understood | Put aside | Refused | Slowest, ms of CPU | Seconds |\n|---|---|---|---|---|---|---|',
  );
  let isSound = true;
  for (const { target, share } of chosen) {
    const startedAt = performance.now();
    const ofTarget = Math.ceil((cases * share) / shares);
    const settings = { cases: ofTarget, seed, mostCpuMs: MOST_CPU_MS, ...(path !== undefined && { path }) };
    const report = await fuzz(target, settings);
    say(rowOf(report, performance.now() - startedAt));
    if (report.failure === null) continue;
    isSound = false;
    const { reason, input, path: found } = report.failure;
    say(
      `\n${target.name}: ${reason}\n\n${input}\n\nAgain: npm run fuzz -- --target ${target.name} --cases ${ofTarget} --seed ${seed} --path ${found}\n`,
    );
  }
  return isSound ? 0 : 1;
};

const rowOf = ({ target, cases, outcomes, slowestCpuMs }: FuzzReport, ms: number): string =>
  `| ${[target, cases, outcomes.value, outcomes.aside, outcomes.refused, Math.ceil(slowestCpuMs), Math.round(ms / 1_000)].join(' | ')} |`;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const names = targets.map(({ target }) => target.name);
await new Command('fuzz')
  .option('--cases <n>', 'how many, of all decoders together', wholeNumber, 1_000_000)
  .option('--seed <n>', 'of the generator', wholeNumber, Date.now() % 1_000_000)
  .option('--target <name>', `one of ${names.join(', ')}`)
  .option('--path <path>', 'of one failing case, as a failing run prints it')
  .addHelpText('after', `\n${targets.map(({ target: { name, about } }) => `  ${name.padEnd(14)}${about}`).join('\n')}`)
  .action(async (options: Options) => {
    if (options.target !== undefined && !names.includes(options.target))
      throw new InvalidArgumentError(`--target: expected one of ${names.join(', ')}`);
    process.exitCode = await main(options);
  })
  .parseAsync();
