import { Command } from 'commander';
import type { ShownJob } from '../../http/answers/jobs.ts';
import type { Client } from '../client.ts';
import { countOf, type JobOptions, runJobTo, secondsOf, unlessFailed, withJob } from '../followJob.ts';
import { SEGMENTS_DEFAULT, segmentsOn } from '../jobService.ts';
import { wholeNumber } from '../options.ts';
import { note, print, printJson } from '../print.ts';
import { targetOf } from '../target.ts';

type Options = JobOptions & {
  readonly projection?: string;
  readonly member?: string;
  readonly segments?: number;
  readonly json?: boolean;
};

export const replayCommand = (client: Client): Command =>
  withJob(new Command('replay'))
    .description('fold the events of all members again, and write what differs; live traffic goes on meanwhile')
    .option('--projection <name[@version]>', 'only that one; a version that waits is made ready to be promoted')
    .option('--member <id>', 'only that member')
    .option('--segments <n>', `parts of the log that are read side by side ${SEGMENTS_DEFAULT}`, wholeNumber)
    .option('--resume <job>', 'go on with a replay that stopped; asked for in the same words it goes on by itself')
    .option('--json', 'print the result as JSON')
    .action(async ({ projection, member, json, ...options }: Options) => {
      const target = targetOf(client, options);
      const segments = segmentsOn(target, options.segments);
      const asked = { type: 'replay' as const, projection: projection ?? null, memberId: member ?? null, segments };
      const job = unlessFailed(await runJobTo(target, options, asked));
      if (json) printJson(job);
      else print(describe(job));
      const { parked = 0, failed = 0 } = job.tally.counts;
      if (parked > 0) note('A projection throws for parked members: "billfold park list" says which.');
      if (failed > 0) note(`${countOf(failed, 'member')} cannot be stored: --json says which, and why.`);
      if (parked + failed > 0) process.exitCode = 1;
    });

const describe = (job: ShownJob): string => {
  const { members, commits, rebuilt = 0, shadows = 0, pushes = 0, parked = 0, failed = 0 } = job.tally.counts;
  const changes = [
    rebuilt > 0 ? `${rebuilt} rebuilt` : '',
    shadows > 0 ? `${countOf(shadows, 'state')} of waiting versions written` : '',
    pushes > 0 ? `${countOf(pushes, 'pass', 'passes')} changed` : 'no pass changed',
    parked > 0 ? `${parked} parked` : '',
    failed > 0 ? `${failed} failed` : '',
  ].filter((part) => part !== '');
  const walked = commits === undefined ? '' : ` from ${countOf(commits, 'commit')}`;
  return `${countOf(members, 'member')} folded again${walked} in ${secondsOf(job)}: ${changes.join(', ')}.`;
};
