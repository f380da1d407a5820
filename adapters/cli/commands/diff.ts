import { Command } from 'commander';
import { obstacles } from '#domain/index.ts';
import type { Client } from '../client.ts';
import { diffReport } from '../diffReport.ts';
import { type JobOptions, runJobTo, unlessFailed, withJob } from '../followJob.ts';
import { note, print, printJson } from '../print.ts';
import { targetOf } from '../target.ts';

type Options = JobOptions & { readonly projection?: string; readonly json?: boolean };

export const diffCommand = (client: Client): Command =>
  withJob(new Command('diff'))
    .description('which passes would change if a waiting version of a projection were live, by field; writes nothing')
    .argument('[projection]', 'the version that waits, such as tier@2; not needed where only one does')
    .option('--projection <name[@version]>', 'the same')
    .option('--json', 'print the result as JSON')
    .action(async (named: string | undefined, options: Options) => {
      const projection = options.projection ?? named ?? null;
      const job = unlessFailed(await runJobTo(targetOf(client, options), options, { type: 'diff', projection }));
      if (options.json) printJson(job);
      else print(diffReport(job.tally));
      if (obstacles(job.tally).length === 0) return;
      note('Not every member is covered, so the version cannot be promoted yet.');
      process.exitCode = 1;
    });
