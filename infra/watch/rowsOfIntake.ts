import type { TableName } from '#adapters/topology.ts';
import { isBus, type Metrics } from './metric.ts';
import { capacity, type Graph, type Row } from './row.ts';

export const feeds = (metrics: Metrics, names: readonly string[]): Row => ({
  title: 'Sources',
  says: 'Minutes since each scheduled flow last ended a run well, and events by each partner bus. A saw-tooth is a schedule; a line that only climbs is a flow that stopped. Nights climb too, and are quiet on the buses.',
  graphs: [
    ...silences(metrics, names),
    {
      title: 'Events by bus',
      lines: {
        source: metrics.rule('source', 'ingestEverything', 'Invocations'),
        ...Object.fromEntries(
          names.filter(isBus).map((bus) => [bus, metrics.partnerRule(bus, 'ingestEverything', 'Invocations')]),
        ),
      },
    },
    {
      title: 'Flows that AppFlow deactivated; what waits to be read again',
      lines: {
        'flows inactive': metrics.own('watch', 'FlowsInactive', 'Maximum'),
        'to be read again': metrics.own('watch', 'StaleEntries', 'Maximum'),
      },
    },
  ],
});

const silences = (metrics: Metrics, names: readonly string[]): readonly Graph[] => {
  const flows = names.filter((name) => !isBus(name));
  if (flows.length === 0) return [];
  return [
    { title: 'Minutes of silence', lines: Object.fromEntries(flows.map((flow) => [flow, metrics.silenceOf(flow)])) },
  ];
};

export const ingest = (metrics: Metrics): Row => ({
  title: 'Change events in',
  says: 'What the source buses brought. Observations far above changed records is normal: feeds repeat themselves. Age should stay near zero; refused and quarantined too.',
  graphs: [
    {
      title: 'Queue ingest',
      lines: {
        'sent in': metrics.queue('ingest', 'NumberOfMessagesSent', 'Sum'),
        waiting: metrics.queue('ingest', 'ApproximateNumberOfMessagesVisible', 'Maximum'),
        'oldest, s': metrics.queue('ingest', 'ApproximateAgeOfOldestMessage', 'Maximum'),
      },
    },
    {
      title: 'Observations and what they changed',
      lines: {
        observations: metrics.own('ingest', 'Observations', 'Sum'),
        'records changed': metrics.own('ingest', 'RecordsChanged', 'Sum'),
        'events appended': metrics.own('ingest', 'EventsAppended', 'Sum'),
        quarantined: metrics.own('ingest', 'Quarantined', 'Sum'),
        refused: metrics.own('ingest', 'Refused', 'Sum'),
      },
    },
    {
      title: 'From Salesforce to the log, ms',
      lines: {
        'lag p99': metrics.own('ingest', 'LagMs', 'p99'),
        'lag average': metrics.own('ingest', 'LagMs', 'Average'),
      },
    },
  ],
});

export const files = (metrics: Metrics): Row => ({
  title: 'Files and their parts',
  says: 'Loads from S3. Parts wait their turn on purpose, so that live changes find room: what counts is that rows go on being loaded while parts wait.',
  graphs: [
    {
      title: 'Waiting',
      lines: {
        files: metrics.queue('files', 'ApproximateNumberOfMessagesVisible', 'Maximum'),
        parts: metrics.queue('parts', 'ApproximateNumberOfMessagesVisible', 'Maximum'),
        'oldest part, s': metrics.queue('parts', 'ApproximateAgeOfOldestMessage', 'Maximum'),
      },
    },
    {
      title: 'Rows and what they changed',
      lines: {
        rows: metrics.own('loadPart', 'RowsLoaded', 'Sum'),
        'records changed': metrics.own('loadPart', 'RecordsChanged', 'Sum'),
        'events appended': metrics.own('loadPart', 'EventsAppended', 'Sum'),
        quarantined: metrics.own('loadPart', 'Quarantined', 'Sum'),
      },
    },
    { title: 'Time of a part, ms', lines: { loadPart: metrics.function('loadPart', 'Duration', 'Maximum') } },
  ],
});

export const tables = (metrics: Metrics, names: readonly TableName[]): Row => ({
  title: 'Records and events',
  says: 'The log and the records beside it. Rows that say nothing new read and do not write; so reads without writes are a load of what was known. Anything throttled is late, not lost.',
  graphs: names.map((table) => ({ title: `Table ${table}`, lines: capacity(metrics, table) })),
});
