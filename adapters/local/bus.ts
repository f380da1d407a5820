import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { type CompiledPattern, compilePattern } from '../eventbridge/pattern.ts';
import type { BusName, Pattern, Topology, WorkQueueName } from '../topology.ts';
import { type Backoff, defaultBackoff, untilItWorks } from './backoff.ts';
import { type BusEntryRefusal, requestRefusal, toEnvelope } from './busEntry.ts';
import { functionNamed, type LocalFunctions, type Log } from './functions.ts';
import { type Journal, type JournalEntry, journal, removeWhere } from './journal.ts';
import { deliverLeftOvers } from './leftOvers.ts';
import type { LocalTable } from './localTable.ts';
import { type Meter, type PartMeter, unmetered } from './meter.ts';
import { isPlacedHere } from './placed.ts';
import { type LocalQueue, localQueue, type QueueStatus } from './queue.ts';

/** Somebody of this process who wants a bus's events: called with one envelope text, again later when it throws. */
export type BusSubscriber = {
  readonly name: string;
  readonly bus: BusName;
  readonly pattern: Pattern;
  readonly deliver: (envelope: string) => Promise<void>;
};

export type BusDependencies = {
  readonly table: LocalTable;
  readonly topology: Pick<Topology, 'buses' | 'rules' | 'queueSources'>;
  readonly queues: Readonly<Partial<Record<WorkQueueName, Pick<LocalQueue, 'send'>>>>;
  readonly functions: LocalFunctions;
  readonly subscribers: readonly BusSubscriber[];
  readonly clock: () => Date;
  readonly newId: () => string;
  readonly log: Log;
  readonly backoff?: Backoff;
  readonly meter?: Meter;
};

export type PutEventsOutcome = { readonly type: 'accepted'; readonly eventId: string } | BusEntryRefusal;
export type PutEventsError =
  | { readonly type: 'RequestRefused'; readonly message: string }
  | { readonly type: 'StoreUnavailable'; readonly message: string };

export type LocalBuses = {
  /** An accepted entry is durable, with everybody it is for. One outcome per entry, in order; Left: nothing was taken, or nobody knows. */
  readonly putEvents: (
    bus: BusName,
    entries: readonly PutEventsRequestEntry[],
  ) => TaskEither<PutEventsError, readonly PutEventsOutcome[]>;
  /** What a bus has carried, oldest first, as envelope texts. A transit bus keeps nothing. */
  readonly read: (bus: BusName, after: bigint, limit: number) => Promise<readonly JournalEntry[]>;
  readonly waitForNews: (bus: BusName, after: bigint, signal: AbortSignal) => Promise<void>;
  /** The sequence number of what it carried last, 0n before the first. */
  readonly head: (bus: BusName) => Promise<bigint>;
  /** Takes out of what a bus keeps what is to be forgotten: holes stay in the numbers. How many. */
  readonly forget: (bus: BusName, isForgotten: (envelope: string) => boolean) => Promise<number>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** True when everything accepted so far has been handed on; what functions and subscribers still have to handle is in `backlog`. */
  readonly caughtUp: () => boolean;
  readonly backlog: () => Readonly<Record<string, QueueStatus>>;
};

type Target = { readonly matches: CompiledPattern; readonly send: LocalQueue['send'] };
type Carrier = {
  readonly name: BusName;
  readonly journal: Journal;
  /** What the journal ended with before this process added to it. */
  readonly headBefore: () => Promise<bigint>;
  readonly targets: readonly Target[];
  readonly keeps: boolean;
};

/** EventBridge in one process: what is accepted is durable, what matches is delivered at least once. */
export const localBuses = (dependencies: BusDependencies): LocalBuses => {
  const { table, topology, clock, newId, log, backoff = defaultBackoff, meter = unmetered } = dependencies;
  const inboxes = new Map<string, LocalQueue>();
  const carriers = Object.entries(topology.buses).map(([bus, { retention }]): Carrier => {
    const name = bus as BusName;
    const carried = journal({ table }, `bus#${name}`);
    return {
      name,
      journal: carried,
      headBefore: onceItWorks(carried.head),
      targets: targetsOf(dependencies, name, inboxes),
      keeps: retention === 'kept',
    };
  });
  const carrierOf = (bus: BusName): Carrier => {
    const carrier = carriers.find(({ name }) => name === bus);
    if (carrier === undefined) throw new Error(`no bus ${bus}`);
    return carrier;
  };
  let stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  let isUnderWay = true;

  const putEvents: LocalBuses['putEvents'] = (bus, entries) => async () => {
    const refusal = requestRefusal(entries);
    if (refusal !== null) return E.left({ type: 'RequestRefused', message: refusal });
    const taken = entries.map((entry) => toEnvelope(entry, newId(), clock()));
    try {
      await carry(
        carrierOf(bus),
        taken.flatMap((result) => (E.isRight(result) ? [result.right.envelope] : [])),
      );
    } catch (error) {
      log({ type: 'LocalTableFailed', bus, reason: String(error) });
      return E.left({ type: 'StoreUnavailable', message: 'the entries could not be stored' });
    }
    countTaken(meter.of(`buses/${bus}`), carrierOf(bus).keeps, entries, taken, clock());
    return E.right(
      taken.map(
        (result): PutEventsOutcome =>
          E.isRight(result) ? { type: 'accepted', eventId: result.right.eventId } : result.left,
      ),
    );
  };

  const start = async (): Promise<void> => {
    stopping = new AbortController();
    await Promise.all([...inboxes.values()].map((inbox) => inbox.start()));
    const tryOn = (carrier: Carrier): Promise<boolean> =>
      untilItWorks(
        {
          ...{ backoff, signal: stopping.signal },
          onFailure: (error) => log({ type: 'BusDeliveryFailed', bus: carrier.name, reason: String(error) }),
        },
        () => deliverLeftOvers({ table }, { ...carrier, send: (texts) => send(carrier, texts) }),
      );
    running = Promise.all(carriers.map(tryOn)).then((delivered) => {
      isUnderWay = delivered.includes(false);
    });
  };

  const stop = async (): Promise<void> => {
    stopping.abort();
    await running;
    await Promise.all([...inboxes.values()].map((inbox) => inbox.stop()));
  };

  return {
    putEvents,
    read: (bus, after, limit) => carrierOf(bus).journal.read(after, limit),
    waitForNews: (bus, after, signal) => carrierOf(bus).journal.waitForNews(after, signal),
    head: (bus) => carrierOf(bus).journal.head(),
    forget: (bus, isForgotten) => removeWhere(carrierOf(bus).journal, isForgotten),
    start,
    stop,
    caughtUp: () => !isUnderWay,
    backlog: () => Object.fromEntries([...inboxes].map(([name, inbox]) => [name, inbox.caughtUp()])),
  };
};

/** Kept, where the bus keeps, and handed on: asked for at once, so that it is one transaction, one disk flush. */
const carry = async (carrier: Carrier, envelopes: readonly string[]): Promise<void> => {
  if (envelopes.length === 0) return;
  if (carrier.keeps) await carrier.headBefore();
  await Promise.all([...(carrier.keeps ? [carrier.journal.append(envelopes)] : []), send(carrier, envelopes)]);
};

const onceItWorks = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
  let asked: Promise<T> | null = null;
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = null;
      throw error;
    });
    return asked;
  };
};

const send = async ({ targets }: Carrier, envelopes: readonly string[]): Promise<void> => {
  if (targets.length === 0) return;
  const events = envelopes.map((text) => ({ text, event: JSON.parse(text) as unknown }));
  await Promise.all(
    targets.map(({ matches, send }) => send(events.filter(({ event }) => matches(event)).map(({ text }) => text))),
  );
};

type Taken = E.Either<BusEntryRefusal, { readonly eventId: string }>;

/** What a bus keeps can be read there. */
const countTaken = (
  part: PartMeter,
  keeps: boolean,
  entries: readonly PutEventsRequestEntry[],
  taken: readonly Taken[],
  now: Date,
): void => {
  const accepted = entries.flatMap(({ Source, DetailType }, index) => {
    const result = taken[index];
    if (result === undefined || E.isLeft(result)) return [];
    const what = `${DetailType} from ${Source}`;
    return [{ id: result.right.eventId, what, at: now.toISOString(), memberId: null }];
  });
  part.passed(accepted.length);
  if (!keeps) part.saw(accepted);
  if (accepted.length < entries.length) part.failed(entries.length - accepted.length, 'refused: not an event');
};

/** The rules and subscribers of a bus. Functions and subscribers get an inbox of their own, so that each retries without holding up another. */
const targetsOf = (
  dependencies: BusDependencies,
  bus: BusName,
  inboxes: Map<string, LocalQueue>,
): readonly Target[] => {
  const { table, topology, queues, functions, subscribers, log } = dependencies;
  const { backoff = defaultBackoff, meter = unmetered } = dependencies;
  const inbox = (name: string, handle: (envelope: string) => Promise<unknown>): LocalQueue['send'] => {
    const queue = localQueue(
      {
        table,
        log,
        backoff,
        deadLetters: journal({ table }, `queue#${name}Dead`),
        handle: ([record]) => handle((record as { readonly body: string }).body),
      },
      {
        name,
        batchSize: 1,
        maximumBatchingWindowSeconds: 0,
        maximumConcurrency: 10,
        maxReceiveCount: deliveryAttempts,
      },
    );
    inboxes.set(name, queue);
    return queue.send;
  };
  const ofRules = Object.entries(topology.rules)
    .filter(([, rule]) => rule.bus === bus && isPlacedHere(topology, rule))
    .flatMap(([name, { pattern, target }]): readonly Target[] => {
      const matches = compiled(pattern);
      if (target.type === 'lake') return [];
      const counted = countedBy(meter.of(`rules/${name}`));
      if (target.type === 'queue') return [{ matches, send: counted(queueNamed(queues, target.queue).send) }];
      const call = functionNamed(functions, target.function);
      return [{ matches, send: counted(inbox(`rule-${name}`, (envelope) => call([JSON.parse(envelope)]))) }];
    });
  const ofSubscribers = subscribers
    .filter((subscriber) => subscriber.bus === bus)
    .map(
      ({ name, pattern, deliver }): Target => ({
        matches: compiled(pattern),
        send: inbox(`subscriber-${name}`, deliver),
      }),
    );
  return [...ofRules, ...ofSubscribers];
};

const countedBy =
  ({ passed }: PartMeter) =>
  (send: LocalQueue['send']): LocalQueue['send'] =>
  async (bodies) => {
    await send(bodies);
    passed(bodies.length);
  };

/** Throws where the topology asks for a queue that is not placed here: the program is wrong then. */
const queueNamed = (queues: BusDependencies['queues'], name: WorkQueueName): Pick<LocalQueue, 'send'> => {
  const placed = queues[name];
  if (placed === undefined) throw new Error(`the queue ${name} is not here`);
  return placed;
};

/** EventBridge gives up after 185 attempts in 24 hours; with the shorter pauses of a local run, the hours are what counts. */
const deliveryAttempts = 5_000;

const compiled = (pattern: Pattern): CompiledPattern => {
  const result = compilePattern(pattern, 'bus');
  if (E.isLeft(result)) throw new Error(`event pattern at ${result.left.path}: ${result.left.message}`);
  return result.right;
};
