import type { EpochMs } from '#domain/index.ts';
import { type FlowGraph, flowGraph } from '../flow/graph.ts';
import { type PartId, partsOf } from '../flow/parts.ts';
import type { FlowNow, PartNow } from '../http/answers/flow.ts';
import type { DestinationText } from '../middleware/destinationText.ts';
import { topology } from '../topology.ts';
import type { Meter } from './meter.ts';
import { onceA } from './onceA.ts';
import type { LocalPipeStatus } from './pipes.ts';
import type { Waiting } from './queue.ts';
import type { WalletNewsReader } from './walletNews.ts';

export type FlowDeps = {
  readonly meter: Pick<Meter, 'read'>;
  readonly queues: () => Readonly<Record<string, Waiting>>;
  readonly pipes: () => Readonly<Record<string, LocalPipeStatus>>;
  /** By queue. */
  readonly deadLetters: () => Promise<Readonly<Record<string, number>>>;
  /** Files in the inbox. */
  readonly filesWaiting: () => Promise<number>;
  /** null: the middleware does not answer. */
  readonly destinations: () => Promise<readonly DestinationText[] | null>;
  readonly passes: () => Promise<number | null>;
  readonly news: WalletNewsReader;
  readonly startedAt: Date;
  readonly nowMs: () => EpochMs;
};

export type Snapshot = {
  readonly flow: FlowNow;
  readonly graph: FlowGraph;
  readonly destinations: readonly DestinationText[];
};

/** However many ask, it is looked at twice a second. */
const FRESH_MS = 500;
/** What costs a request of the store or of the middleware. */
const SLOW_MS = 2_000;

/** How every part of the topology stands, as numbers. */
export const flowSnapshots = (deps: FlowDeps): (() => Promise<Snapshot>) => {
  const deadLetters = onceA(SLOW_MS, deps.deadLetters);
  const destinations = onceA(SLOW_MS, deps.destinations);
  const passes = onceA(SLOW_MS, deps.passes);
  // A middleware that does not answer for a moment still has its destinations.
  let known: readonly DestinationText[] = [];
  return onceA(FRESH_MS, async () => {
    const asked = [deadLetters(), destinations(), passes(), deps.filesWaiting(), deps.news()] as const;
    const [dead, listed, passCount, filesWaiting, { first, lately }] = await Promise.all(asked);
    known = listed ?? known;
    const names = known.map(({ name }) => name);
    const { meter, nowMs } = deps;
    const numbersOf = (id: PartId): PartNow => metered(meter, id, nowMs());
    const parts: Record<string, PartNow> = {};
    for (const { id, instead } of partsOf(topology)) if (instead === null) parts[id] = numbersOf(id);
    for (const [name, waiting] of Object.entries(deps.queues()))
      parts[`queues/${name}`] = queueNow(numbersOf(`queues/${name}`), waiting);
    for (const [name, status] of Object.entries(deps.pipes()))
      parts[`pipes/${name}`] = pipeNow(numbersOf(`pipes/${name}`), status);
    for (const [name, letters] of Object.entries(dead))
      if (parts[`queues/${name}`] !== undefined)
        parts[`queues/${name}`] = { ...numbersOf(`queues/${name}`), dead: letters };
    parts['buckets/landing'] = { ...numbersOf('buckets/landing'), waiting: filesWaiting };
    for (const one of known)
      parts[`destinations/${one.name}`] = destinationNow(numbersOf(`destinations/${one.name}`), one, nowMs());
    if (listed === null) parts['middleware/middleware'] = { ...numbersOf('middleware/middleware'), state: 'down' };
    const at = new Date(nowMs()).toISOString();
    const startedAt = deps.startedAt.toISOString();
    const flow = { ...{ at, startedAt, parts, destinations: names, passes: passCount }, first, lately };
    return { flow, graph: flowGraph(topology, names), destinations: known };
  });
};

const metered = (meter: FlowDeps['meter'], id: PartId, nowMs: EpochMs): PartNow => {
  const { passed, perSecond, waiting, waitingSince, isMore, failed, lastAt } = meter.read(id);
  return {
    ...{ passed, perSecond, waiting, isMore, failed },
    oldestMs: waitingSince === null ? null : Math.max(0, nowMs - waitingSince),
    dead: 0,
    lastAt: lastAt === null ? null : new Date(lastAt).toISOString(),
    state: 'ok',
  };
};

const queueNow = (part: PartNow, { messages, isMore }: Waiting): PartNow => {
  const [oldest] = messages.toSorted((a, b) => a.seenAt - b.seenAt);
  return {
    ...part,
    waiting: messages.length,
    isMore,
    oldestMs: oldest === undefined ? null : Math.round(performance.now() - oldest.seenAt),
    state: messages.some(({ receives }) => receives > 0) ? 'retrying' : 'ok',
  };
};

const pipeNow = (part: PartNow, { desired, reason, retrying }: LocalPipeStatus): PartNow => ({
  ...part,
  state: desired === 'STOPPED' ? 'paused' : reason !== null ? 'down' : retrying ? 'retrying' : 'ok',
});

const destinationNow = (part: PartNow, text: DestinationText, nowMs: EpochMs): PartNow => ({
  ...part,
  waiting: (text.waiting?.live ?? 0) + (text.waiting?.bulk ?? 0),
  dead: text.dead ?? 0,
  oldestMs: text.oldestSince === null ? null : Math.max(0, nowMs - Date.parse(text.oldestSince)),
  state: text.breaker.state === 'closed' ? (text.pausedUntil === null ? 'ok' : 'paused') : 'down',
});
