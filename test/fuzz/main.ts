import { Command, InvalidArgumentError } from 'commander';
import { loadAverage, readEnvironment } from '#test/bench/environment.ts';
import { fuzz } from './fuzz.ts';
import { planOf } from './plan.ts';
import { HEAD, type Played, rowOf, totalOf, writeFuzz } from './report.ts';
import { targets, targetsOverStore } from './targets.ts';

/**
 * `npm run fuzz -- --cases 1000000 --seed 7`: generated and mutated input for every decoder. Prints what became of it, and of what breaks a decoder
 * the smallest that does, with the command that plays it again. A decoder that breaks ends nothing: the others are played.
 */
const wholeNumber = (text: string): number => {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};

type Options = {
  readonly cases: number;
  readonly seed: number;
  readonly target?: string;
  readonly path?: string;
  readonly write?: true;
};

/** Of CPU, for one case. */
const MOST_CPU_MS = 100;

const all = [...targets, ...targetsOverStore];

const main = async ({ cases, seed, target: named, path, write }: Options): Promise<number> => {
  const before = { ...readEnvironment(), loadAverage: loadAverage() };
  const played: Played[] = [];
  say(HEAD);
  for (const planned of planOf(
    cases,
    all.filter(({ target }) => named === undefined || target.name === named),
  )) {
    const startedAt = performance.now();
    const settings = { cases: planned.cases, seed, mostCpuMs: MOST_CPU_MS, ...(path !== undefined && { path }) };
    const report = await fuzz(planned.target, settings);
    const one = { ...report, seconds: (performance.now() - startedAt) / 1_000 };
    played.push(one);
    say(rowOf(one));
    if (report.failure === null) continue;
    const { reason, input, path: found } = report.failure;
    const again = `npm run fuzz -- --target ${report.target} --cases ${planned.cases} --seed ${seed} --path ${found}`;
    say(`\n${report.target}: ${reason}\n\n${input}\n\nAgain: ${again}\n`);
  }
  say(`\n${totalOf(played)}`);
  const command = `npm run fuzz -- --cases ${cases} --seed ${seed}${named === undefined ? '' : ` --target ${named}`}`;
  if (write === true)
    writeFuzz({
      ...{ played, command },
      environment: { ...before, loadAverage: { before: before.loadAverage, after: loadAverage() } },
    });
  return played.every(({ failure }) => failure === null) ? 0 : 1;
};

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const names = all.map(({ target }) => target.name);
await new Command('fuzz')
  .option('--cases <n>', 'how many, of all decoders together', wholeNumber, 1_000_000)
  .option('--seed <n>', 'of the generator', wholeNumber, Date.now() % 1_000_000)
  .option('--target <name>', `one of ${names.join(', ')}`)
  .option('--path <path>', 'of one failing case, as a failing run prints it')
  .option('--write', 'the table into infra/SECURITY.md')
  .addHelpText('after', `\n${all.map(({ target: { name, about } }) => `  ${name.padEnd(16)}${about}`).join('\n')}`)
  .action(async (options: Options) => {
    if (options.target !== undefined && !names.includes(options.target))
      throw new InvalidArgumentError(`--target: expected one of ${names.join(', ')}`);
    process.exitCode = await main(options);
  })
  .parseAsync();
