import { Command } from 'commander';
import type { ParkedCounts } from '../../http/answers/parked.ts';
import type { RuntimeStatus } from '../../http/answers/status.ts';
import type { Upkeep } from '../../http/answers/upkeep.ts';
import type { Client } from '../client.ts';
import { paint, print, printJson, table } from '../print.ts';

export const statusCommand = (client: Client): Command =>
  new Command('status')
    .description('show counts, and whether everything delivered has reached the passes')
    .option('--json', 'print the answer as JSON')
    .action(async (options: { json?: boolean }) => {
      const status = (await client.get('/api/status')) as RuntimeStatus;
      if (options.json) return printJson(status);
      print(describe(status));
    });

const describe = (status: RuntimeStatus): string => {
  const { idle, startedAt, counts, inbox, queues, deadLetters, quarantined, parked, upkeep, job, sample, paused } =
    status;
  const waiting = Object.values(queues).reduce(
    (sum, { ready, inFlight, delayed }) => sum + ready + inFlight + delayed,
    0,
  );
  const heading = idle
    ? paint('green', 'idle: all that was delivered has reached the passes')
    : paint('yellow', paused.some(({ waiting }) => waiting) ? 'work waits for a paused pipe' : 'working');
  const rows = [
    ['Since', startedAt],
    ['Records', `${counts.recordsRead} read, ${counts.recordsChanged} changed something`],
    ['Events', `${counts.eventsAppended} appended`],
    ['Passes', `${counts.passesIssued} issued, ${counts.passesUpdated} updated, ${counts.passesWithdrawn} withdrawn`],
    ['Inbox', `${inbox.waiting} files waiting${inbox.loading === null ? '' : `, loading ${inbox.loading.file}`}`],
    ['Messages', `${waiting} waiting`],
    ['Quarantine', `${quarantined}${quarantined > 0 ? ', see "billfold quarantine"' : ''}`],
  ];
  const dead = Object.entries(deadLetters).filter(([, count]) => count > 0);
  const deadRow =
    dead.length > 0 ? [['Given up', dead.map(([queue, count]) => `${count} in ${queue}`).join(', ')]] : [];
  const pausedRow =
    paused.length > 0
      ? [['Paused', paused.map(({ pipe, waiting }) => (waiting ? `${pipe}, work waits for it` : pipe)).join('; ')]]
      : [];
  const jobRow =
    job === null ? [] : [['Under way', `${job.type}, ${job.walked}${job.size === null ? '' : ` of ${job.size}`}`]];
  const sampleRow = sample.type === 'loading' ? [['Sample', `loading, step ${sample.step} of ${sample.steps}`]] : [];
  return `${heading}\n${table([...rows, ...parkedRow(parked), ...pausedRow, ...deadRow, ...upkeepRows(upkeep), ...jobRow, ...nightRows(status), ...sampleRow])}`;
};

/** When each was done last, and whether that was in time. */
const nightRows = ({ nightly }: RuntimeStatus): readonly (readonly string[])[] =>
  nightly.map(({ job, isDue, nextAt, last }) => [
    'Night',
    [
      last === null ? `${job}: no night yet` : `${job}: ${NIGHT[last.state]}, begun ${last.startedAt}`,
      ...(last?.isLate === true ? [`late, it was due ${last.dueAt}`] : []),
      ...(isDue ? [`due since ${nextAt}, waits for its turn`] : []),
    ].join('; '),
  ]);
const NIGHT = { running: 'under way', done: 'done', failed: 'failed' } as const;

const parkedRow = ({ members, projections, isMore }: ParkedCounts): readonly (readonly string[])[] => {
  if (members === 0) return [];
  if (members < 0) return [['Parked', 'unknown: the store does not answer']];
  const each = Object.entries(projections).map(([ref, count]) => `${count} in ${ref}`);
  return [
    [
      'Parked',
      `${members}${isMore ? ' or more' : ''} member${members === 1 ? '' : 's'}: ${each.join(', ')}, see "billfold park"`,
    ],
  ];
};

/** Only what somebody should know. */
const upkeepRows = ({ stale, runs, absences }: Upkeep): readonly (readonly [string, string])[] => {
  const held = absences.flatMap(({ object, missedTwice, heldBecause }) =>
    heldBecause === null ? [] : [`${missedTwice} of ${object}: ${heldBecause}`],
  );
  return [
    ...(stale.count === 0 ? [] : [['Stale', `${stale.count}, to be read again`] as const]),
    ...(runs.disagreeing + runs.failed === 0
      ? []
      : [['Runs', `${runs.failed} failed, ${runs.disagreeing} whose files and report disagree`] as const]),
    ...held.map((text) => ['Deletions held', text] as const),
  ];
};
