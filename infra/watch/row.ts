import type { TableName } from '#adapters/topology.ts';
import type { Formula, Metric, Metrics } from './metric.ts';

/** A row of the dashboard: what one sees, then the graphs. */
export type Row = { readonly title: string; readonly says: string; readonly graphs: readonly Graph[] };
export type Graph = { readonly title: string; readonly lines: Readonly<Record<string, Metric | Formula>> };

export const capacity = (metrics: Metrics, table: TableName): Graph['lines'] => ({
  'read units': metrics.table(table, 'ConsumedReadCapacityUnits', 'Sum'),
  'write units': metrics.table(table, 'ConsumedWriteCapacityUnits', 'Sum'),
  'reads throttled': metrics.table(table, 'ReadThrottleEvents', 'Sum'),
  'writes throttled': metrics.table(table, 'WriteThrottleEvents', 'Sum'),
});
