import { Command } from 'commander';
import type { Drift } from '#domain/index.ts';
import { type Client, CommandFailed } from '../client.ts';
import { countOf, type JobOptions, runJobTo, secondsOf, unlessFailed, withJob } from '../followJob.ts';
import { SEGMENTS_DEFAULT, segmentsOn } from '../jobService.ts';
import { share, wholeNumber } from '../options.ts';
import { paint, print, printJson, table } from '../print.ts';
import { targetOf } from '../target.ts';

type Options = JobOptions & {
  readonly sample?: number;
  readonly all?: boolean;
  readonly member?: string;
  readonly segments?: number;
  readonly json?: boolean;
};

export const verifyCommand = (client: Client): Command =>
  withJob(new Command('verify'))
    .description('fold events again and compare with what is stored; exits with 1 where they differ')
    .option('--sample <share>', 'of the members, such as 1% (the default); the same ones every time', share)
    .option('--all', 'every member')
    .option('--member <id>', 'only that member')
    .option('--segments <n>', `parts of the log that are read side by side ${SEGMENTS_DEFAULT}`, wholeNumber)
    .option('--json', 'print the result as JSON')
    .action(async ({ sample, all, member, json, ...options }: Options) => {
      if ([sample, all, member].filter((choice) => choice !== undefined).length > 1)
        throw new CommandFailed('Say one of --sample, --all and --member.');
      const of = all === true ? 1 : (sample ?? 0.01);
      const target = targetOf(client, options);
      const segments = segmentsOn(target, options.segments);
      const asked = { type: 'verify' as const, sample: of, memberId: member ?? null, segments };
      const job = unlessFailed(await runJobTo(target, options, asked));
      const { members, drifted = 0, behind = 0, parked = 0 } = job.tally.counts;
      if (json) printJson(job);
      else {
        const verdict = drifted === 0 ? paint('green', 'no drift') : paint('red', `${drifted} drifted`);
        const notes = [behind > 0 ? `${behind} behind the log` : '', parked > 0 ? `${parked} parked` : ''];
        print(
          [
            `${countOf(members, 'member')} folded again in ${secondsOf(job)}: ${verdict}`,
            ...notes.filter((part) => part !== ''),
          ].join(', '),
        );
        if (drifted > 0) print(table((job.tally.samples as readonly Drift[]).map(rowOf)));
      }
      if (drifted > 0) process.exitCode = 1;
    });

const rowOf = ({ memberId, what, firstVersion, paths }: Drift): readonly string[] => [
  `  ${memberId}`,
  what === 'missing' ? 'nothing stored' : what,
  firstVersion === null ? '' : `from version ${firstVersion}`,
  paths.join(', '),
];
