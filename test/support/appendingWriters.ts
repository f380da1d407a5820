import * as E from 'fp-ts/lib/Either.js';
import type { Random } from '#adapters/sample/random.ts';
import {
  type Commit,
  type DomainEvent,
  type EventStore,
  originText,
  type ReadFailure,
  type StreamName,
} from '#domain/index.ts';
import { at, bought, enrolled, got } from '#test/contract/given.ts';
import { type Acknowledged, streamFaults } from './historyChecker.ts';

/** A commit that a writer has yet to bring in: its origin is its own. */
export type Intended = {
  readonly stream: StreamName;
  readonly eventId: string;
  readonly events: readonly DomainEvent[];
};

/** The next is at the front; what is left outlives the process that writes it. */
export const commitsLeft = (
  writer: string,
  streams: readonly StreamName[],
  random: Random,
  count: number,
): Intended[] =>
  Array.from({ length: count }, (_, index) => {
    const eventId = `${writer}-${index}`;
    const size = random.int(1, 3);
    const purchases = Array.from({ length: size }, (_unused, part) => bought(`${eventId}-${part}`));
    const stream = random.pick(streams);
    if (random.chance(0.25)) return { stream, eventId, events: [enrolled(eventId), ...purchases] };
    return { stream, eventId, events: random.chance(0.15) ? tooMuchForOneItem(eventId, random) : purchases };
  });

/** Two items even when deflated, in one transaction. */
const tooMuchForOneItem = (eventId: string, random: Random): readonly DomainEvent[] =>
  [0, 1].map((part) =>
    bought(`${eventId}-${part}`, Array.from({ length: 60_000 }, () => random.int(1e9, 2e9).toString(36)).join('')),
  );

/** Appends what is left, one commit after the other. Where it was not told, it looks: appended or not. */
export const appendingWriter = async (writer: {
  readonly name: string;
  readonly events: EventStore;
  readonly random: Random;
  readonly left: Intended[];
  readonly told: Acknowledged[];
}): Promise<void> => {
  const { name, events, random, left, told } = writer;
  for (let isUncertain = true, next = left[0]; next !== undefined; next = left[0]) {
    const { stream, eventId } = next;
    const isThere: boolean = isUncertain && (await isIn(events, next));
    const appended: 'done' | 'refused' | 'unknown' = isThere ? 'done' : await append(events, next, random);
    isUncertain = appended === 'unknown';
    if (appended !== 'done') continue;
    told.push({ writer: name, stream, origin: `event ${eventId}` });
    left.shift();
    isUncertain = false;
  }
};

const append = async (events: EventStore, { stream, eventId, events: said }: Intended, random: Random) => {
  const head = await events.head(stream, random.pick(['eventual', 'strong']))();
  if (E.isLeft(head)) return 'refused';
  const recordedAt = Math.max(at + random.int(0, 1_000), head.right.recordedAt);
  const origin = { type: 'event', eventId } as const;
  const appended = await events.append({ head: head.right, events: said, recordedAt, origin, lane: 'live' })();
  if (E.isRight(appended)) return 'done';
  return appended.left.type === 'AppendConflict' ? 'refused' : 'unknown';
};

const isIn = async (events: EventStore, { stream, eventId }: Intended): Promise<boolean> =>
  (await untilAnswered(() => events.load(stream)())).some(({ origin }) => originText(origin) === `event ${eventId}`);

/** Asks until there is an answer; corruption is one, and ends the test. */
export const untilAnswered = async <A>(ask: () => Promise<E.Either<ReadFailure, A>>): Promise<A> => {
  for (;;) {
    const answer = await ask();
    if (E.isRight(answer)) return answer.right;
    if (answer.left.type !== 'StoreUnavailable') throw new Error(`${answer.left.where}: ${answer.left.reason}`);
  }
};

/** Readers beside the writers: what each sees is whole, and never less than before or than was acknowledged. */
export const readersOf = (streams: readonly StreamName[], told: readonly Acknowledged[], isOver: () => boolean) => {
  const seen = { looks: 0, faults: [] as string[] };
  const before = new Map<StreamName, number>();
  const look = (stream: StreamName, commits: readonly Commit[], promised: readonly Acknowledged[]): void => {
    seen.looks += 1;
    const origins = new Set(commits.map(({ origin }) => originText(origin)));
    seen.faults.push(
      ...streamFaults(stream, commits),
      ...halves(stream, commits),
      ...promised.flatMap((one) =>
        one.stream === stream && !origins.has(one.origin) ? [`${stream}: a reader misses ${one.origin}`] : [],
      ),
    );
  };
  const loading = async (events: EventStore): Promise<void> => {
    while (!isOver())
      for (const stream of streams) {
        const promised = [...told];
        const commits = await untilAnswered(() => events.load(stream)());
        look(stream, commits, promised);
        if (commits.length < (before.get(stream) ?? 0)) seen.faults.push(`${stream}: became shorter`);
        before.set(stream, commits.length);
        const from = Math.max(1, commits.length - 3);
        const tail = await untilAnswered(() => events.load(stream, { from })());
        if (commits.some(({ version }) => version >= from && !tail.some((one) => one.version === version)))
          seen.faults.push(`${stream}: a range lacks what the whole has`);
        const last = await untilAnswered(() => events.loadBackward(stream, 4)());
        seen.faults.push(...(last.length < Math.min(4, commits.length) ? [`${stream}: backward ends early`] : []));
      }
  };
  const scanning = async (events: EventStore): Promise<void> => {
    while (!isOver()) {
      const promised = [...told];
      const commits = await scanned(events);
      for (const stream of streams)
        look(
          stream,
          commits.filter((commit) => commit.stream === stream).toSorted((a, b) => a.version - b.version),
          promised,
        );
    }
  };
  return { seen, loading, scanning };
};

/** What was too much for one item has two events, and both or none are there. */
const halves = (stream: StreamName, commits: readonly Commit[]): readonly string[] =>
  [...Map.groupBy(commits.filter(isLarge), ({ origin }) => originText(origin))].flatMap(([origin, parts]) =>
    parts.flatMap(({ events }) => events).length === 2 ? [] : [`${stream}: half of ${origin}`],
  );

const isLarge = ({ events: [first] }: Commit): boolean =>
  first?.type === 'PurchaseRecorded' && first.current.number !== null;

const SEGMENTS = 3;

type Scanned = { readonly commits: readonly Commit[]; readonly cursor: string | null };

const scanned = async (events: EventStore): Promise<readonly Commit[]> => {
  const commits: Commit[] = [];
  for (let segment = 0; segment < SEGMENTS; segment++)
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = { segment, segments: SEGMENTS, cursor: cursor ?? null };
      const found: Scanned = await untilAnswered(() => events.scan(page)());
      commits.push(...found.commits);
      cursor = found.cursor;
    }
  return commits;
};

/** As a client without faults reads it. */
export const wholeLog = async (
  events: EventStore,
  streams: readonly StreamName[],
): Promise<ReadonlyMap<StreamName, readonly Commit[]>> =>
  new Map(await Promise.all(streams.map(async (stream) => [stream, await got(events.load(stream))] as const)));
