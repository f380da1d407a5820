import { type FunctionName, type TableName, topology } from '#adapters/topology.ts';
import { keysOf } from '../declared.ts';
import { type Alarm, noneIsNone, onceIsEnough, silenceIsBad } from './alarm.ts';
import type { Metric, Metrics, Service } from './metric.ts';

/** So many throttled requests in five minutes: a table on demand throttles a few while it grows. */
const THROTTLED = 20;

export const tableAlarms = (metrics: Metrics, hasMiddleware: boolean): readonly Alarm[] =>
  keysOf(topology.tables)
    .filter((table) => hasMiddleware || !Object.hasOwn(topology.middleware.tables, table))
    .map((table) => ({
      name: `throttled-table-${table}`,
      question: `Does DynamoDB hold back requests to ${table}?`,
      runbook: 'table-throttled',
      measure: sumOf(throttlesOf(metrics, table)),
      isBad: '>=',
      threshold: THROTTLED,
      periodMinutes: 5,
      bad: 2,
      of: 3,
      ...noneIsNone,
    }));

/** A throttled index holds back the writes of its table. */
const throttlesOf = (metrics: Metrics, table: TableName): readonly Metric[] => [
  metrics.table(table, 'ReadThrottleEvents', 'Sum'),
  metrics.table(table, 'WriteThrottleEvents', 'Sum'),
  ...topology.tables[table].indexes.map(({ name }) => metrics.index(table, name, 'WriteThrottleEvents', 'Sum')),
];

const sumOf = (metrics: readonly Metric[]) => ({
  expression: metrics.map((_, index) => `FILL(m${index},0)`).join(' + '),
  of: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
});

/** Work comes again by itself to these; for the others one failure is one too many. */
const retried = new Set<FunctionName>([
  ...Object.values(topology.queueSources).map((source) => source.function),
  ...Object.values(topology.schedules).map((schedule) => schedule.function),
  ...Object.values(topology.walks).map((walk) => walk.function),
  ...Object.values(topology.pipes).flatMap(({ enrichment, target }) => [
    ...(enrichment === null ? [] : [enrichment]),
    ...(target.type === 'function' ? [target.function] : []),
  ]),
]);

export const functionAlarms = (metrics: Metrics): readonly Alarm[] => [
  ...keysOf(topology.functions).flatMap((name): readonly Alarm[] => [
    {
      name: `errors-${name}`,
      question: retried.has(name) ? `Has ${name} failed for a quarter of an hour?` : `Did ${name} fail?`,
      runbook: 'function-errors',
      measure: metrics.function(name, 'Errors', 'Sum'),
      isBad: '>=',
      threshold: 1,
      periodMinutes: 5,
      ...(retried.has(name) ? { bad: 3, of: 3 } : { bad: 1, of: 1 }),
      ...noneIsNone,
    },
    {
      name: `throttled-${name}`,
      question: `Does Lambda hold back ${name}?`,
      runbook: 'function-throttled',
      measure: metrics.function(name, 'Throttles', 'Sum'),
      isBad: '>=',
      threshold: 5,
      periodMinutes: 5,
      bad: 3,
      of: 3,
      ...noneIsNone,
    },
  ]),
  ...REFUSALS.map(
    ({ service, metric, question, perPeriod }): Alarm => ({
      name: `refused-${service}-${metric}`,
      question,
      runbook: 'work-refused',
      measure: metrics.own(service, metric, 'Sum'),
      isBad: '>=',
      threshold: perPeriod,
      ...onceIsEnough,
    }),
  ),
];

/** What a function says of itself: it went on, but something was not done. */
const REFUSALS: readonly {
  readonly service: Service;
  readonly metric: string;
  readonly question: string;
  readonly perPeriod: number;
}[] = [
  {
    service: 'projector',
    metric: 'FoldFailed',
    question: 'Do folds fail again and again, so that passes stay as they are?',
    perPeriod: 10,
  },
  {
    service: 'announcer',
    metric: 'AnnounceRefused',
    question: 'Does the domain bus not take what happened?',
    perPeriod: 10,
  },
  {
    service: 'relay',
    metric: 'RelayRefused',
    question: 'Did the middleware refuse a wallet event for good?',
    perPeriod: 1,
  },
  { service: 'clock', metric: 'ClockFailed', question: 'Could the clock not do all of its rounds?', perPeriod: 3 },
];

/** A schedule that does not run: passes that time alone changes stay as they are, and the gauges say nothing. */
export const scheduleAlarms = (metrics: Metrics): readonly Alarm[] =>
  keysOf(topology.schedules).map((schedule) => ({
    name: `schedule-silent-${schedule}`,
    question: `Has ${schedule} not run when it should have?`,
    runbook: 'schedule-silent',
    measure: metrics.function(topology.schedules[schedule].function, 'Invocations', 'Sum'),
    isBad: '<',
    threshold: 1,
    periodMinutes: Math.max(5, topology.schedules[schedule].everyMinutes * 2),
    bad: 2,
    of: 2,
    ...silenceIsBad,
  }));

/** From one end to the next, with six hours to spare: for a job that takes longer than the night before, or waits for another to end. */
const NIGHT_HOURS = 30;

/** A night that nobody worked in: what a reconciliation would have mended stays as it is, and no verification says so. */
export const nightAlarms = (metrics: Metrics): readonly Alarm[] =>
  keysOf(topology.nightly).map((job) => ({
    name: `night-missed-${job}`,
    question: `Has the job of the night ${job} not come to its end for ${NIGHT_HOURS} hours?`,
    runbook: 'night-missed',
    // Filled: an alarm goes on looking for what is there before the hours it is asked about, where something is missing in them.
    measure: { expression: 'FILL(ended,0)', of: { ended: metrics.nightEnded(job) } },
    isBad: '<',
    threshold: 1,
    periodMinutes: 60,
    bad: NIGHT_HOURS,
    of: NIGHT_HOURS,
    ...silenceIsBad,
  }));
