import { inPlaceOf, isPlacedHere } from '../local/placed.ts';
import type { FunctionName, Topology } from '../topology.ts';

/** A part of the topology: what kind it is and its name there. destinations: of the middleware, known once it runs. */
export type PartKind =
  | 'buckets'
  | 'buses'
  | 'rules'
  | 'queues'
  | 'pipes'
  | 'functions'
  | 'schedules'
  | 'walks'
  | 'nightly'
  | 'forgetting'
  | 'tables'
  | 'middleware'
  | 'destinations';
export type PartId = `${PartKind}/${string}`;

/** instead: what stands in its place on a laptop; null: it runs there as it is declared. */
export type Part = {
  readonly id: PartId;
  readonly kind: PartKind;
  readonly name: string;
  readonly instead: string | null;
};

export type Declared = Omit<Topology, 'prefix'>;

/** All that is declared, in the order of the declaration; what holds dead letters comes last. */
export const partsOf = (topology: Declared): readonly Part[] => [
  ...named('buckets', topology.buckets, (name) => BUCKETS[name] ?? ON_AWS),
  ...named('buses', topology.buses, (_, { owner }) => (owner === 'billfold' ? null : ON_AWS)),
  ...named('rules', topology.rules, (_, rule) => (isPlacedHere(topology, rule) ? null : ON_AWS)),
  ...queuesOf(topology, 'work'),
  ...named('pipes', topology.pipes, () => null),
  ...named('functions', topology.functions, insteadOf),
  ...named('schedules', topology.schedules, (_, schedule) => insteadOf(schedule.function)),
  ...named('walks', topology.walks, (_, walk) => insteadOf(walk.function)),
  ...named('nightly', topology.nightly, (_, { walk }) => insteadOf(topology.walks[walk]?.function ?? walk)),
  ...named('forgetting', topology.forgetting, (_, forgetting) => insteadOf(forgetting.function)),
  ...named('tables', topology.tables, () => null),
  { id: 'middleware/middleware', kind: 'middleware', name: 'middleware', instead: null },
  ...queuesOf(topology, 'deadLetter'),
];

const ON_AWS = 'on AWS alone';

const BUCKETS: Readonly<Record<string, string>> = { landing: 'the folder inbox of the data' };

const queuesOf = (topology: Declared, type: 'work' | 'deadLetter'): readonly Part[] => {
  const ofType = Object.fromEntries(Object.entries(topology.queues).filter(([, queue]) => queue.type === type));
  return named('queues', ofType, (name) => (isQueueHere(topology, name) ? null : ON_AWS));
};

const named = <A>(
  kind: PartKind,
  declared: Readonly<Record<string, A>>,
  instead: (name: string, declaration: A) => string | null,
): readonly Part[] =>
  Object.entries(declared).map(([name, declaration]) => ({
    ...{ id: `${kind}/${name}` as const, kind, name },
    instead: instead(name, declaration),
  }));

const insteadOf = (name: string): string | null =>
  (inPlaceOf as Readonly<Partial<Record<FunctionName | string, string>>>)[name] ?? null;

const readersOf = ({ queueSources }: Declared, queue: string): readonly FunctionName[] =>
  Object.values(queueSources)
    .filter((source) => source.queue === queue)
    .map((source) => source.function);

/** A dead-letter queue is where what fills it is. */
const isQueueHere = (topology: Declared, name: string): boolean => {
  const queue = Object.entries(topology.queues).find(([found]) => found === name)?.[1];
  if (queue?.type === 'work') return readersOf(topology, name).every((reader) => insteadOf(reader) === null);
  return fillersOf(topology, name).some((filler) => filler.kind === 'pipes' || isQueueHere(topology, filler.name));
};

/** The queues and pipes that give up on something into a dead-letter queue. */
export const fillersOf = (
  { queues, pipes }: Declared,
  name: string,
): readonly { readonly kind: 'queues' | 'pipes'; readonly name: string }[] => [
  ...Object.entries(queues)
    .filter(([, queue]) => queue.type === 'work' && queue.deadLetter === name)
    .map(([found]) => ({ kind: 'queues' as const, name: found })),
  ...Object.entries(pipes)
    .filter(([, { source }]) => source.deadLetter === name)
    .map(([found]) => ({ kind: 'pipes' as const, name: found })),
];
