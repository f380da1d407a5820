import { Command } from 'commander';
import type { Client } from '../client.ts';
import { countOf, runJobTo, secondsOf, unlessFailed } from '../followJob.ts';
import { instant, wholeNumber } from '../options.ts';
import { note, print, printJson } from '../print.ts';

type Options = { readonly republishSince?: number; readonly segments: number; readonly json?: boolean };

export const reconcileCommand = (client: Client): Command =>
  new Command('reconcile')
    .description('find passes that are behind their events, or that the wallet bus never carried, and repair them')
    .option(
      '--republish-since <instant>',
      'where the bus cannot be asked what it carried: publish again what changed since then',
      instant,
    )
    .option('--segments <n>', 'parts of the log that are read side by side', wholeNumber, 4)
    .option('--json', 'print the result as JSON')
    .action(async ({ republishSince, segments, json }: Options) => {
      const job = unlessFailed(
        await runJobTo(client, { type: 'reconcile', republishSince: republishSince ?? null, segments }),
      );
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
