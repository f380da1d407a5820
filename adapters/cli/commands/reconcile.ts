import { Command } from 'commander';
import type { Client } from '../client.ts';
import { countOf, type JobOptions, runJobTo, secondsOf, unlessFailed, withJob } from '../followJob.ts';
import { SEGMENTS_DEFAULT, segmentsOn } from '../jobService.ts';
import { instant, wholeNumber } from '../options.ts';
import { note, print, printJson } from '../print.ts';
import { targetOf } from '../target.ts';

type Options = JobOptions & {
  readonly republishSince?: number;
  readonly segments?: number;
  readonly json?: boolean;
};

export const reconcileCommand = (client: Client): Command =>
  withJob(new Command('reconcile'))
    .description('find passes that are behind their events, or that the wallet bus never carried, and repair them')
    .option(
      '--republish-since <instant>',
      'where the bus cannot be asked what it carried: publish again what changed since then',
      instant,
    )
    .option('--segments <n>', `parts of the log that are read side by side ${SEGMENTS_DEFAULT}`, wholeNumber)
    .option('--json', 'print the result as JSON')
    .action(async ({ republishSince, json, ...options }: Options) => {
      const target = targetOf(client, options);
      const segments = segmentsOn(target, options.segments);
      const asked = { type: 'reconcile' as const, republishSince: republishSince ?? null, segments };
      const job = unlessFailed(await runJobTo(target, options, asked));
      if (json) printJson(job);
      else {
        const { members, behind = 0, unpublished = 0 } = job.tally.counts;
        print(
          `${countOf(members, 'member')} looked at in ${secondsOf(job)}: ${behind} behind their events, ${unpublished} not published${behind + unpublished > 0 ? '; repaired' : ''}.`,
        );
      }
      const { failed = 0, parked = 0 } = job.tally.counts;
      if (failed + parked === 0) return;
      note(`${failed} could not be folded, ${parked} are parked.`);
      process.exitCode = 1;
    });
