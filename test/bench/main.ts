import { Command, InvalidArgumentError } from 'commander';
import { benchmarks } from './all.ts';
import type { Report } from './benchmark.ts';
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
};

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const text = ({ name, tables }: Report): string =>
  tables.map(({ title, rows }) => `\n${name}: ${title}\n\n${markdownTable(rows)}`).join('\n');

const names = benchmarks.map(({ name }) => name);

await new Command('bench')
  .description('Measures billfold against the least that could do the same, in turn, in one run.')
  .argument('[names...]', `of ${names.join(', ')}; all of them if none is named`)
  .option('--json', 'print the reports as JSON')
  .option('--rounds <number>', 'turns of each, medians are printed', positive, 5)
  .option('--megabytes <number>', 'size of the file that is read', positive)
  .option('--members <number>', 'members in the files that are loaded, or folded', positive)
  .addHelpText('after', `\n${benchmarks.map(({ name, about }) => `  ${name.padEnd(8)}${about}`).join('\n')}`)
  .action(async (wanted: readonly string[], { json, rounds, megabytes, members }: Options, command: Command) => {
    const unknown = wanted.filter((name) => !names.includes(name));
    if (unknown.length > 0) command.error(`no benchmark called ${unknown.join(', ')} (there are ${names.join(', ')})`);
    const size = { megabytes: megabytes ?? null, members: members ?? null };
    const reports: Report[] = [];
    for (const benchmark of benchmarks.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
      say(`${benchmark.name}: ${benchmark.about}`);
      const report = await benchmark.run({ rounds, size, say });
      reports.push(report);
      if (json === undefined) print(text(report));
    }
    if (json !== undefined) print(JSON.stringify(reports, null, 2));
  })
  .parseAsync();
