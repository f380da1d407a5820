import {
  type BusName,
  type FunctionName,
  type NightName,
  type PipeName,
  physicalName,
  type QueueName,
  type TableName,
} from '#adapters/topology.ts';
import type { RenamedTables } from '../settings/tableSettings.ts';

/** A metric of CloudWatch by its names alone. */
export type Metric = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: Statistic;
};
export type Statistic = 'Sum' | 'Maximum' | 'Minimum' | 'Average' | 'p99';

/** Metric math over metrics by the names it gives them; also a query of Metrics Insights, over none. */
export type Formula = { readonly expression: string; readonly of: Readonly<Record<string, Metric>> };

export const isFormula = (measure: Metric | Formula): measure is Formula => 'expression' in measure;

/** A feed is a flow, which has a name, or a partner bus, which is named like the source that it is associated with. */
export const isBus = (feed: string): boolean => feed.includes('/');

/** Who writes metrics of our own. */
export type Service = FunctionName | 'middleware';

/** Every metric that is looked at, by the names of the topology: nothing has to be deployed to speak of it. */
export const metricsOf = (prefix: string, renamed: RenamedTables = {}) => {
  const named = (name: string): string => physicalName(prefix, name);
  const tableNamed = (name: TableName): string => renamed[name] ?? named(name);
  const aws =
    (namespace: string, dimension: string) =>
    (name: string, metric: string, statistic: Statistic): Metric => ({
      namespace,
      name: metric,
      dimensions: { [dimension]: named(name) },
      statistic,
    });
  return {
    /** Written as log lines in CloudWatch's embedded metric format. */
    own: (service: Service, name: string, statistic: Statistic): Metric => ({
      namespace: 'billfold',
      name,
      dimensions: { service, prefix },
      statistic,
    }),
    /** Minutes since a scheduled flow last ended a run well. */
    silenceOf: (feed: string): Metric => ({
      namespace: 'billfold',
      name: 'FeedSilenceMinutes',
      dimensions: { service: 'watch', prefix, feed },
      statistic: 'Maximum',
    }),
    /** Told when the work of a job of the night came to its end. */
    nightEnded: (job: NightName): Metric => ({
      namespace: 'billfold',
      name: 'NightEnded',
      dimensions: { service: 'walk', prefix, job },
      statistic: 'Sum',
    }),
    queue: aws('AWS/SQS', 'QueueName') satisfies (name: QueueName, metric: string, statistic: Statistic) => Metric,
    table: (table: TableName, metric: string, statistic: Statistic): Metric => ({
      namespace: 'AWS/DynamoDB',
      name: metric,
      dimensions: { TableName: tableNamed(table) },
      statistic,
    }),
    index: (table: TableName, index: string, metric: string, statistic: Statistic): Metric => ({
      namespace: 'AWS/DynamoDB',
      name: metric,
      dimensions: { TableName: tableNamed(table), GlobalSecondaryIndexName: index },
      statistic,
    }),
    function: aws('AWS/Lambda', 'FunctionName') satisfies (
      name: FunctionName,
      metric: string,
      statistic: Statistic,
    ) => Metric,
    /** EventBridge guide, "Logging and monitoring Pipes", read 2026-11-22: no age of the iterator among them. */
    pipe: aws('AWS/EventBridge/Pipes', 'PipeName') satisfies (
      name: PipeName,
      metric: string,
      statistic: Statistic,
    ) => Metric,
    /** Dimension and names by the EventBridge guide, "Monitoring Amazon EventBridge", read 2026-11-22. */
    rule: (bus: BusName, rule: string, metric: string): Metric => ({
      namespace: 'AWS/Events',
      name: metric,
      dimensions: { EventBusName: bus === 'account' ? 'default' : named(bus), RuleName: named(rule) },
      statistic: 'Sum',
    }),
    /** The same rule on a partner bus, whose name is not ours. */
    partnerRule: (bus: string, rule: string, metric: string): Metric => ({
      namespace: 'AWS/Events',
      name: metric,
      dimensions: { EventBusName: bus, RuleName: named(rule) },
      statistic: 'Sum',
    }),
    lake: aws('AWS/Firehose', 'DeliveryStreamName'),
  };
};
export type Metrics = ReturnType<typeof metricsOf>;
