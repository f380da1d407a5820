import { Command, InvalidArgumentError } from 'commander';
import { benchmarks } from './all.ts';
import type { Benchmark, Report } from './benchmark.ts';
import { markdownTable } from './table.ts';

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('expected a number above 0');
  return value;
};

type Options = {
  readonly json?: true;
  readonly rounds: number;
  readonly megabytes?: number;
  readonly members?: number;
  readonly events?: number;
};

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const text = ({ name, tables }: Report): string =>
  tables.map(({ title, rows }) => `\n${name}: ${title}\n\n${markdownTable(rows)}`).join('\n');

const names = benchmarks.map(({ name }) => name);

await new Command('bench')
  .description('Measures billfold against the least that could do the same, in turn, in one run.')
  .argument('[names...]', `of ${names.join(', ')}; if none is named, all but those that take minutes`)
  .option('--json', 'print the reports as JSON')
  .option('--rounds <number>', 'turns of each, medians are printed', positive, 5)
  .option('--megabytes <number>', 'size of the file that is read', positive)
  .option('--members <number>', 'members in the files that are loaded, or folded', positive)
  .option('--events <number>', 'events in the log of a million', positive)
  .addHelpText('after', `\n${benchmarks.map(({ name, about }) => `  ${name.padEnd(8)}${about}`).join('\n')}`)
  .action(async (wanted: readonly string[], { json, rounds, ...sizes }: Options, command: Command) => {
    const unknown = wanted.filter((name) => !names.includes(name));
    if (unknown.length > 0) command.error(`no benchmark called ${unknown.join(', ')} (there are ${names.join(', ')})`);
    const size = { megabytes: null, members: null, events: null, ...sizes };
    const isWanted = ({ name, onlyByName }: Benchmark): boolean =>
      wanted.length === 0 ? onlyByName !== true : wanted.includes(name);
    const reports: Report[] = [];
    for (const benchmark of benchmarks.filter(isWanted)) {
      say(`${benchmark.name}: ${benchmark.about}`);
      const report = await benchmark.run({ rounds, size, say });
      reports.push(report);
      if (json === undefined) print(text(report));
    }
    if (json !== undefined) print(JSON.stringify(reports, null, 2));
  })
  .parseAsync();
