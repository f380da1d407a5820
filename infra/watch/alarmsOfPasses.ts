import { type PipeName, topology } from '#adapters/topology.ts';
import { keysOf } from '../declared.ts';
import { type Alarm, gauge, noneIsNone, onceIsEnough } from './alarm.ts';
import type { Metrics } from './metric.ts';

export const pipeAlarms = (metrics: Metrics): readonly Alarm[] => [
  {
    name: 'pipes-not-running',
    question: 'Is a pipe paused, stopped or failed?',
    runbook: 'pipe-stopped',
    measure: metrics.own('watch', 'PipesNotRunning', 'Maximum'),
    isBad: '>=',
    threshold: 1,
    ...gauge,
  },
  {
    name: 'pipes-orphaned',
    question: 'Does a pipe read a stream that is no longer that of its table?',
    runbook: 'pipe-orphaned',
    measure: metrics.own('watch', 'PipesOrphaned', 'Maximum'),
    isBad: '>=',
    threshold: 1,
    ...gauge,
  },
  ...keysOf(topology.pipes).map(
    (pipe): Alarm => ({
      name: `pipe-failing-${pipe}`,
      question: `Do executions of the pipe ${pipe} fail, time out or get held back for a quarter of an hour?`,
      runbook: 'pipe-failing',
      measure: {
        expression: 'FILL(failed,0) + FILL(late,0) + FILL(held,0)',
        of: {
          failed: metrics.pipe(pipe, 'ExecutionFailed', 'Sum'),
          late: metrics.pipe(pipe, 'ExecutionTimeout', 'Sum'),
          held: metrics.pipe(pipe, 'ExecutionThrottled', 'Sum'),
        },
      },
      isBad: '>=',
      threshold: 1,
      periodMinutes: 5,
      bad: 3,
      of: 3,
      ...noneIsNone,
    }),
  ),
  ...keysOf(topology.pipes)
    .filter(takesEveryCommit)
    .map(
      (pipe): Alarm => ({
        name: `pipe-stalled-${pipe}`,
        question: `Are events appended while the pipe ${pipe} takes none?`,
        runbook: 'pipe-stalled',
        measure: {
          // Pipes publish no age of the iterator: what goes in is held against what comes out.
          expression: 'IF(FILL(live,0) + FILL(loaded,0) + FILL(timed,0) > 0 AND FILL(taken,0) == 0, 1, 0)',
          of: {
            live: metrics.own('ingest', 'EventsAppended', 'Sum'),
            loaded: metrics.own('loadPart', 'EventsAppended', 'Sum'),
            timed: metrics.own('clock', 'EventsAppended', 'Sum'),
            taken: metrics.pipe(pipe, 'EventCount', 'Sum'),
          },
        },
        isBad: '>=',
        threshold: 1,
        periodMinutes: 15,
        bad: 2,
        of: 2,
        ...noneIsNone,
      }),
    ),
];

/** A pipe that filters may rightly take nothing for days. */
const takesEveryCommit = (pipe: PipeName): boolean =>
  topology.pipes[pipe].source.table === 'events' && topology.pipes[pipe].filters.length === 0;

export const passAlarms = (metrics: Metrics): readonly Alarm[] => [
  {
    name: 'lag-projector',
    question: 'Do commits take longer than five minutes to reach the pass?',
    runbook: 'lag',
    measure: metrics.own('projector', 'LagMs', 'p99'),
    isBad: '>=',
    threshold: 300_000,
    periodMinutes: 5,
    bad: 3,
    of: 3,
    ...noneIsNone,
  },
  {
    name: 'parked-members',
    question: 'Does a projection fail for a member, whose pass stays as it is?',
    runbook: 'parked-members',
    measure: metrics.own('watch', 'ParkedMembers', 'Maximum'),
    isBad: '>=',
    threshold: 1,
    ...gauge,
  },
  ...repairAlarms(metrics),
];

const repairAlarms = (metrics: Metrics): readonly Alarm[] => [
  {
    name: 'members-overdue',
    question: 'Did a reconciliation have to mend passes that nothing else would have?',
    runbook: 'passes-repaired',
    measure: metrics.own('walk', 'MembersOverdue', 'Sum'),
    isBad: '>=',
    threshold: 1,
    ...onceIsEnough,
  },
  {
    name: 'members-drifted',
    question: 'Did a verification find passes that are not what their events give?',
    runbook: 'passes-repaired',
    measure: metrics.own('walk', 'MembersDrifted', 'Sum'),
    isBad: '>=',
    threshold: 1,
    ...onceIsEnough,
  },
];

export const jobAlarms = (jobsArn: string): readonly Alarm[] => [
  {
    name: 'jobs-failed',
    question: 'Did a job over all members (replay, promote, verify, reconcile) end before its work was done?',
    runbook: 'jobs-failed',
    measure: {
      expression: 'FILL(failed,0) + FILL(late,0) + FILL(aborted,0)',
      of: {
        failed: ofJobs(jobsArn, 'ExecutionsFailed'),
        late: ofJobs(jobsArn, 'ExecutionsTimedOut'),
        aborted: ofJobs(jobsArn, 'ExecutionsAborted'),
      },
    },
    isBad: '>=',
    threshold: 1,
    ...onceIsEnough,
  },
];

export const ofJobs = (jobsArn: string, name: string) =>
  ({ namespace: 'AWS/States', name, dimensions: { StateMachineArn: jobsArn }, statistic: 'Sum' }) as const;

export const lakeAlarms = (metrics: Metrics): readonly Alarm[] => [
  {
    name: 'lake-behind',
    question: 'Do domain events wait for more than an hour to be written to the lake?',
    runbook: 'lake-behind',
    measure: metrics.lake('lake', 'DeliveryToS3.DataFreshness', 'Maximum'),
    isBad: '>=',
    threshold: 3_600,
    periodMinutes: 15,
    bad: 2,
    of: 2,
    ...noneIsNone,
  },
];
