import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { benchmarks, MINUTES } from './all.ts';
import type { Benchmark } from './benchmark.ts';
import { environmentLine, type MeasuredReport } from './environment.ts';
import { installPeers } from './peers.ts';
import { tablesText, writeResults } from './resultsFile.ts';
import { measureApart, type Settings } from './runApart.ts';

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('expected a number above 0');
  return value;
};

type Options = Settings & { readonly json?: string | true; readonly write?: true; readonly section?: string };

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const names = benchmarks.map(({ name }) => name);
const lasting = (some: readonly Benchmark[]): string =>
  `about ${Math.ceil(some.reduce((sum, { name }) => sum + (MINUTES[name] ?? 1), 0))} min`;
const help = benchmarks.map((each) => `  ${each.name.padEnd(10)}${each.about}; ${lasting([each])}`).join('\n');

await new Command('bench')
  .description('Measures billfold against the least that could do the same, in turn, in one run.')
  .argument('[names...]', `of ${names.join(', ')}; all if none is named`)
  .option('--json [file]', 'the reports as JSON: into a file beside the tables, or without one instead of them')
  .option('--write', "put the tables into RESULTS.md, between the benchmark's markers")
  .option('--section <name>', 'with --write: other markers, for one benchmark under other conditions')
  .option('--rounds <number>', 'turns of each, medians are printed', positive, 5)
  .option('--megabytes <number>', 'size of the file that is read', positive)
  .option('--members <number>', 'members in the files that are loaded, or folded', positive)
  .option('--events <number>', 'events in the log of a million', positive)
  .option('--minutes <number>', 'of overload', positive)
  .addHelpText('after', `\n${help}\n\nAll: ${lasting(benchmarks)} on a quiet machine of two cores.`)
  .action(async (named: readonly string[], options: Options, command: Command) => {
    // `--json fold` is about the benchmark: an option takes what follows it for its own.
    const misread = typeof options.json === 'string' && names.includes(options.json) ? [options.json] : [];
    const json = misread.length > 0 ? true : options.json;
    const wanted = [...named, ...misread];
    const unknown = wanted.filter((name) => !names.includes(name));
    if (unknown.length > 0) command.error(`no benchmark called ${unknown.join(', ')} (there are ${names.join(', ')})`);
    if (options.section !== undefined && (options.write !== true || wanted.length !== 1))
      command.error('--section is for --write and one benchmark');

    const chosen = benchmarks.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
    say(`${chosen.length} of ${benchmarks.length} benchmarks, ${lasting(chosen)} on a quiet machine`);
    const reports: MeasuredReport[] = [];
    const failed: string[] = [];
    for (const [index, benchmark] of chosen.entries()) {
      say(`${benchmark.name} (${index + 1} of ${chosen.length}, ${lasting([benchmark])}): ${benchmark.about}`);
      try {
        if (benchmark.needsPeers) await installPeers(say);
        const report = await measureApart(benchmark, options);
        reports.push(report);
        if (json !== true) print(`\n${report.name}: ${environmentLine(report)}\n\n${tablesText(report)}\n`);
        if (typeof json === 'string') writeFileSync(json, `${JSON.stringify(reports, null, 2)}\n`);
        if (options.write) writeResults(options.section ?? report.name, report);
      } catch (error) {
        failed.push(benchmark.name);
        say(error instanceof Error ? error.message : 'unknown');
      }
    }
    if (json === true) print(JSON.stringify(reports, null, 2));
    if (failed.length > 0) command.error(`failed: ${failed.join(', ')}`);
  })
  .parseAsync();
