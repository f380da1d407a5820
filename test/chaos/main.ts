import { Command, InvalidArgumentError } from 'commander';
import { loadAverage, readEnvironment } from '#test/bench/environment.ts';
import { checks } from './checks/all.ts';
import { faults } from './faults/all.ts';
import { writeFaults } from './faultsFile.ts';
import { brokenText, countsText, holds, linesOf, struckLine, tableOf } from './report.ts';
import { runChaos } from './run.ts';

/**
 * `npm run chaos -- --seed 7 --minutes 10`: harms a live local system in every way there is while the life of its members goes on, and holds it against the
 * truth after each. Exit code 0 only where every promise held.
 */
type Options = {
  readonly seed: number;
  readonly minutes: number;
  readonly longest: number;
  readonly changes: number;
  readonly inARow: number;
  readonly fault?: readonly string[];
  readonly json?: boolean;
  readonly write?: boolean;
};

const main = async ({ seed, minutes, longest, changes, inARow, fault, json, write }: Options): Promise<number> => {
  const chosen = faults.filter(({ name }) => fault?.some((part) => name.includes(part)) ?? true);
  if (chosen.length === 0) throw new InvalidArgumentError('no fault is called so');
  const say = (line: string): void => void (json === true ? null : process.stdout.write(`${line}\n`));
  say(
    `Seed ${seed}: ${chosen.length} kinds of fault, each once and then for ${minutes} minutes, at most ${longest} ms each.`,
  );
  const before = { ...readEnvironment(), loadAverage: loadAverage() };
  const report = await runChaos({
    ...{ seed, forMs: minutes * 60_000, faults: chosen, checks, changes, inARow, longestMs: longest },
    onStruck: (struck) => say(struckLine(struck)),
  });
  const lines = linesOf(chosen, report.struck);
  const again = `npm run chaos -- --seed ${seed} --minutes ${minutes} --longest ${longest} --changes ${changes} --in-a-row ${inARow}${fault === undefined ? '' : ` --fault ${fault.map((name) => JSON.stringify(name)).join(' ')}`}`;
  if (write === true) {
    const environment = { ...before, loadAverage: { before: before.loadAverage, after: loadAverage() } };
    writeFaults({ lines, report, command: again, environment });
  }
  if (json === true)
    process.stdout.write(`${JSON.stringify({ holds: holds(report), seed, again, lines, ...report })}\n`);
  say(`\n${tableOf(lines)}\n\n${countsText(report)}`);
  for (const { promise } of checks)
    say(`${report.broken.some((broken) => broken.promise === promise) ? 'BROKEN' : 'held  '}  ${promise}`);
  if (report.broken.length > 0) say(`\n${brokenText(report.broken)}`);
  say(`\nAgain: ${again}`);
  return holds(report) ? 0 : 1;
};

const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};
const duration = (text: string): number => {
  if (!/^\d{1,4}(\.\d+)?$/.test(text)) throw new InvalidArgumentError('expected a number of minutes');
  return Number(text);
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

await new Command('chaos')
  .option('--seed <n>', 'of the plan, and of all that is drawn', wholeNumber, Date.now() % 1_000_000)
  .option('--minutes <n>', 'how long faults strike; each does once at least', duration, 1)
  .option('--longest <ms>', 'how long one lasts at most', wholeNumber, 1_500)
  .option('--changes <n>', 'of members, beside each fault', wholeNumber, 60)
  .option('--in-a-row <n>', 'how many strike before it may come to rest', wholeNumber, 1)
  .option('--fault <name...>', 'only those whose name contains this')
  .option('--write', 'into infra/FAULTS.md')
  .option('--json', 'the whole report, as JSON')
  .action(async (options: Options) => {
    process.exitCode = await main(options);
  })
  .parseAsync();
