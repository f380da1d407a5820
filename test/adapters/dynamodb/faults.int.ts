import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '#adapters/sample/random.ts';
import { emptyProjectCache, memberStream, type ProjectDeps, registry, retail, type StreamName } from '#domain/index.ts';
import { at } from '#test/contract/given.ts';
import { appendingWriter, commitsLeft, readersOf, wholeLog } from '#test/support/appendingWriters.ts';
import { freshStores, storesVia, type TestStores } from '#test/support/dynamodbStores.ts';
import { allFaults, type FaultWorld, faultWorld, noFaults, restarting } from '#test/support/faultyDynamodb.ts';
import {
  foldFaults,
  ingestWorker,
  liveWrites,
  members,
  newLoad,
  orderReader,
  pokesFrom,
  projector,
  recordsOf,
} from '#test/support/faultyIngest.ts';
import { type Acknowledged, historyFaults, recordFaults } from '#test/support/historyChecker.ts';

/** Readers see whatever a reader may see; they are asked again until they get an answer. */
const readerFaults = { ...allFaults, crash: 0 };

const seeds = [1, 2, 3];

describe.each(seeds)('under faults (%i)', (seed) => {
  test('writers of one stream: what is acknowledged is there, once, in order, and no reader sees a hole or a half', async () => {
    const { stores, world, via } = await open();
    const streams: readonly StreamName[] = [memberStream('003-a'), memberStream('003-b')];
    const told: Acknowledged[] = [];
    const names = ['v', 'w', 'x', 'y', 'z'];
    const writers = names.map((name, index) => {
      const random = seededRandom(seed * 100 + index);
      const left = commitsLeft(name, streams, random, 12);
      return restarting(world, random, allFaults, (dynamodb) =>
        appendingWriter({ name, events: via(dynamodb).events, random, left, told }),
      );
    });
    let isOver = false;
    const readers = readersOf(streams, told, () => isOver);
    const reading = [readers.loading, readers.scanning].map((read, index) => {
      const random = seededRandom(seed * 100 + 50 + index);
      return restarting(world, random, readerFaults, (dynamodb) => read(via(dynamodb).events));
    });
    await Promise.all(writers);
    isOver = true;
    await Promise.all(reading);

    const log = await wholeLog(stores.events, streams);
    expect(historyFaults(told, log)).toEqual([]);
    expect(told).toHaveLength(names.length * 12);
    expect(readers.seen.faults).toEqual([]);
    expect(readers.seen.looks).toBeGreaterThan(5);
  });

  test('ingest and projectors: records are the join of all that was said, streams and LIVE what that means', async () => {
    const { stores, world, via } = await open();
    const random = seededRandom(seed * 1_000);
    const load = newLoad(random);
    const workers = Array.from({ length: 5 }, (_, index) => {
      const own = seededRandom(seed * 1_000 + index);
      const hand = { held: [] };
      return restarting(world, own, allFaults, (dynamodb) =>
        ingestWorker({ ...via(dynamodb), clock: () => at + own.int(0, 50), mapping: retail }, load, hand, own),
      );
    });
    let isWritten = false;
    const pokes = pokesFrom(stores, random, () => isWritten);
    const projectors = Array.from({ length: 2 }, (_, index) => {
      const own = seededRandom(seed * 1_000 + 100 + index);
      const hand = { held: [] };
      return restarting(world, own, allFaults, (dynamodb) => {
        const cache = emptyProjectCache();
        const deps: ProjectDeps = { ...via(dynamodb), registry, cache, clock: () => at + 100, timeZone: 'UTC' };
        return projector(deps, pokes, hand, own);
      });
    });
    const found: string[] = [];
    const reading = restarting(world, seededRandom(seed), { ...readerFaults, stale: 0 }, (dynamodb) =>
      orderReader(via(dynamodb), found, () => isWritten),
    );
    await Promise.all(workers);
    isWritten = true;
    await Promise.all([reading, ...projectors]);

    const records = await recordsOf(stores);
    const log = await wholeLog(stores.events, members.map(memberStream));
    expect(recordFaults(load.said, [], records, retail.programme.extractionMarginMs)).toEqual([]);
    expect(historyFaults([], log)).toEqual([]);
    expect(found).toEqual([]);
    expect(await foldFaults(stores, records, log, at + 100)).toEqual([]);
    const writes = await liveWrites(stores);
    expect(writes.faults).toEqual([]);
    expect(writes.last).toEqual(await lives(stores));
  });
});

test('every fault happened', () => {
  expect(Object.entries(happened).filter(([, times]) => times === 0)).toEqual([]);
});

const happened: FaultWorld['happened'] = { ...noFaults };

const open = async () => {
  const stores = await freshStores(() => at);
  const world = { ...faultWorld(stores.database), happened };
  return { stores, world, via: (dynamodb: Parameters<typeof storesVia>[1]) => storesVia(stores, dynamodb, () => at) };
};

const lives = async ({ views }: TestStores) => {
  const all = await Promise.all(members.map((member) => views.load(member)()));
  return new Map(all.flatMap((live) => (E.isRight(live) ? [[live.right.memberId, live.right] as const] : [])));
};
