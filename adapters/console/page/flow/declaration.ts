import type { Part } from '../../../flow/parts.ts';
import type {
  PipeDeclaration,
  QueueDeclaration,
  QueueSourceDeclaration,
  RuleTarget,
  Topology,
} from '../../../topology.ts';
import { oneLine } from '../live/patternText.ts';

/** isCode: JSON, shown as such. */
export type Fact = {
  readonly name: string;
  readonly value: string;
  readonly isCode?: boolean;
  /** The instant that the value ends with. */
  readonly at?: string | null;
};

/** What is declared of a part, in short. */
export const declarationOf = (
  topology: Omit<Topology, 'prefix'>,
  { kind, name }: Pick<Part, 'kind' | 'name'>,
): readonly Fact[] => {
  switch (kind) {
    case 'queues': {
      const queue = of(topology.queues, name);
      const source = Object.values(topology.queueSources).find((one) => one.queue === name);
      return queue === undefined ? [] : [...queueFacts(queue), ...(source === undefined ? [] : sourceFacts(source))];
    }
    case 'pipes':
      return factsOf(of(topology.pipes, name), pipeFacts);
    case 'rules':
      return factsOf(of(topology.rules, name), ({ pattern, target }) => [
        json('Lets through', pattern),
        { name: 'To', value: targetText(target) },
      ]);
    case 'functions':
      return factsOf(of(topology.functions, name), ({ timeoutSeconds, memoryMb, tables }) => [
        { name: 'On AWS', value: `${timeoutSeconds} s and ${memoryMb} MB at most` },
        ...Object.entries(tables).map(([table, access]) => ({ name: `Table ${table}`, value: access.join(', ') })),
      ]);
    case 'buses':
      return factsOf(of(topology.buses, name), (bus) => [{ name: 'Keeps', value: keptText(bus) }]);
    case 'tables':
      return factsOf(of(topology.tables, name), ({ partitionKey, sortKey, stream, indexes, pointInTimeRecovery }) => [
        { name: 'Key', value: [partitionKey.name, sortKey?.name].filter(Boolean).join(', ') },
        { name: 'Stream', value: stream ?? 'none' },
        ...indexes.map((index) => ({ name: 'Index', value: index.name })),
        { name: 'Backups', value: pointInTimeRecovery ? 'continuous, on AWS' : 'none' },
      ]);
    case 'buckets':
      return factsOf(of(topology.buckets, name), ({ expireAfterDays }) => [
        { name: 'Keeps', value: expireAfterDays === null ? 'all' : `${expireAfterDays} days, on AWS` },
      ]);
    case 'schedules':
      return factsOf(of(topology.schedules, name), ({ everyMinutes }) => [
        { name: 'On AWS', value: everyMinutes === 1 ? 'every minute' : `every ${everyMinutes} minutes` },
      ]);
    case 'nightly':
      return factsOf(of(topology.nightly, name), ({ atUtc }) => [{ name: 'Each night', value: `at ${atUtc} UTC` }]);
    case 'middleware':
      return [
        { name: 'Takes events at', value: `POST ${topology.middleware.eventsPath}` },
        { name: 'Says whether it is ready at', value: topology.middleware.healthPath },
      ];
    case 'forgetting':
      return factsOf(of(topology.forgetting, name), ({ atUtc }) => [
        { name: 'Goes on each night', value: `at ${atUtc} UTC` },
      ]);
    case 'walks':
    case 'destinations':
      return [];
  }
};

const of = <A>(declared: Readonly<Record<string, A>>, name: string): A | undefined => declared[name];
const factsOf = <A>(declaration: A | undefined, facts: (declaration: A) => readonly Fact[]): readonly Fact[] =>
  declaration === undefined ? [] : facts(declaration);

const queueFacts = (queue: QueueDeclaration): readonly Fact[] => [
  ...(queue.type === 'work'
    ? [{ name: 'Gives up', value: `after ${times(queue.maxReceiveCount)}, into ${queue.deadLetter}` }]
    : []),
  { name: 'Keeps', value: `${Math.round(queue.retentionSeconds / 86_400)} days, on AWS` },
];

const sourceFacts = ({ batchSize, maximumConcurrency, ...source }: QueueSourceDeclaration): readonly Fact[] => [
  { name: 'Read by', value: source.function },
  { name: 'In batches of', value: `up to ${batchSize}, ${maximumConcurrency} at once` },
];

const pipeFacts = ({ source, filters, enrichment, target }: PipeDeclaration): readonly Fact[] => [
  { name: 'Reads', value: `the stream of ${source.table}` },
  ...filters.map((filter) => json('Lets through', filter)),
  { name: 'In batches of', value: `up to ${source.batchSize}, ${source.parallelizationFactor} at once` },
  ...(enrichment === null ? [] : [{ name: 'Enriched by', value: enrichment }]),
  { name: 'To', value: target.type === 'bus' ? `the ${target.bus} bus` : target.function },
  { name: 'Gives up', value: `after ${times(source.maximumRetryAttempts + 1)}, into ${source.deadLetter}` },
];

const targetText = (target: RuleTarget): string => {
  switch (target.type) {
    case 'queue':
      return `the queue ${target.queue}`;
    case 'function':
      return target.function;
    case 'lake':
      return 'files in the lake';
  }
};

const keptText = (bus: Topology['buses'][keyof Topology['buses']]): string => {
  if (bus.retention === 'transit') return 'nothing once it is delivered';
  return bus.archiveDays === null ? 'all that it carried' : `all that it carried; ${bus.archiveDays} days on AWS`;
};

const times = (count: number): string => `${count.toLocaleString()} tries`;
const json = (name: string, value: unknown): Fact => ({ name, value: oneLine(value), isCode: true });
