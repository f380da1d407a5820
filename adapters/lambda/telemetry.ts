import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import type { FunctionName } from '../topology.ts';

/** What functions measure, in CloudWatch's namespace billfold with the dimensions service and prefix. LagMs in milliseconds, all but two count. */
export type MetricName =
  | ('Observations' | 'EventsAppended' | 'RecordsChanged' | 'Quarantined' | 'Refused' | 'RowsLoaded')
  | ('Folded' | 'FoldFailed' | 'Announced' | 'AnnounceRefused' | 'Relayed' | 'RelayRefused' | 'RelayRetried')
  | ('Woken' | 'ClockFailed' | 'ParkedMembers' | 'QuarantinedItems' | 'StaleEntries')
  | ('PipesNotRunning' | 'PipesOrphaned' | 'FlowsInactive' | 'LagMs' | 'FeedSilenceMinutes')
  | ('MissedChanges' | 'WrongMerges' | 'MembersOverdue' | 'MembersDrifted' | 'NightEnded');

const unitOf = (name: MetricName) =>
  name === 'LagMs' ? MetricUnit.Milliseconds : name === 'FeedSilenceMinutes' ? MetricUnit.NoUnit : MetricUnit.Count;

/** One line of data. Never a personal value, nothing of what an event says: names of things, places, codes of errors. */
export type Line = { readonly type: string } & Readonly<Record<string, unknown>>;

export type Telemetry = {
  readonly log: (line: Line) => void;
  /** Somebody has to look, or will when it goes on. */
  readonly logFailure: (line: Line) => void;
  readonly metric: (name: MetricName, value: number) => void;
  /** A metric with one dimension more, in a line of its own. */
  readonly metricOf: (dimension: string, of: string, name: MetricName, value: number) => void;
  /** Around a handler: its lines carry the request's id and whether the process just started; its metrics leave when it ends, also by throwing. */
  readonly around: <Event, Answer>(
    handle: (event: Event, context: Context) => Promise<Answer>,
  ) => (event: Event, context: Context) => Promise<Answer>;
};

/**
 * Powertools' Logger and Metrics. Not its Tracer: that brings the X-Ray SDK (measured in test/bench/RESULTS.md), while Lambda traces invocations by itself,
 * and a change is followed by the traceparent that its wallet event carries, and by the event id in the log.
 */
export const telemetryOf = (service: FunctionName, prefix: string): Telemetry => {
  const logger = new Logger({ serviceName: service, persistentKeys: { prefix } });
  const metrics = new Metrics({ namespace: 'billfold', serviceName: service, defaultDimensions: { prefix } });
  return {
    log: ({ type, ...data }) => logger.info(type, data),
    logFailure: ({ type, ...data }) => logger.error(type, data),
    metric: (name, value) => void metrics.addMetric(name, unitOf(name), value),
    metricOf: (dimension, of, name, value) => {
      const single = metrics.singleMetric();
      single.addDimension(dimension, of);
      single.addMetric(name, unitOf(name), value);
    },
    around: (handle) => async (event, context) => {
      logger.addContext(context);
      logger.setCorrelationId(eventIdOf(event) ?? context.awsRequestId);
      try {
        return await handle(event, context);
      } finally {
        if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
        logger.resetKeys();
      }
    },
  };
};

/** Of an EventBridge event. A batch has none: its lines name the event they are about. */
const eventIdOf = (event: unknown): string | null =>
  typeof event === 'object' && event !== null && 'detail-type' in event && 'id' in event && typeof event.id === 'string'
    ? event.id
    : null;
