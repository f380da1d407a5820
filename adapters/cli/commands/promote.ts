import { Command } from 'commander';
import type { ShownJob } from '../../http/answers/jobs.ts';
import { type Client, CommandFailed } from '../client.ts';
import { countOf, type JobOptions, runJobTo, secondsOf, unlessFailed, withJob } from '../followJob.ts';
import { rate } from '../options.ts';
import { print, printJson } from '../print.ts';
import { targetOf } from '../target.ts';

type Options = JobOptions & {
  readonly projection?: string;
  readonly back?: boolean;
  readonly rate: number;
  readonly json?: boolean;
};

export const promoteCommand = (client: Client): Command =>
  withJob(new Command('promote'))
    .description('make a waiting version of a projection the live one; only passes that differ are published')
    .argument('[projection]', 'the version that waits, such as tier@2; not needed where only one does')
    .option('--projection <name[@version]>', 'the same')
    .option('--back', 'take the last promotion back')
    .option('--rate <n>', 'at most this many pushes a second', rate, 100)
    .option('--json', 'print the result as JSON')
    .action(async (named: string | undefined, options: Options) => {
      const projection = options.projection ?? named ?? null;
      const back = options.back === true;
      if (back && projection !== null)
        throw new CommandFailed('--back takes the last promotion back, whatever it was: name no projection with it.');
      const asked = { type: 'promote' as const, projection, back, pushesPerSecond: options.rate };
      const job = unlessFailed(await runJobTo(targetOf(client, options), options, asked));
      if (options.json) printJson(job);
      else print(describe(job, back));
      const { parked = 0, failed = 0 } = job.tally.counts;
      if (parked + failed > 0) process.exitCode = 1;
    });

const describe = (job: ShownJob, back: boolean): string => {
  const { members, pushes, parked = 0, failed = 0 } = job.tally.counts;
  const trouble = parked + failed > 0 ? ` ${parked} parked, ${failed} failed.` : '';
  return `${back ? 'Taken back' : 'Promoted'}: ${countOf(members, 'member')} switched in ${secondsOf(job)}, ${countOf(pushes, 'pass', 'passes')} published.${trouble}`;
};
