import { randomBytes } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { meterOn } from '#adapters/dynamodb/client.ts';
import type { BusSubscriber, LocalBuses } from '#adapters/local/bus.ts';
import { checkpoints } from '#adapters/local/checkpoints.ts';
import { journal } from '#adapters/local/journal.ts';
import { localQueue } from '#adapters/local/queue.ts';
import { topology } from '#adapters/topology.ts';
import { busesOf, local, numbered, quickly } from './support.ts';

const entry = (n: number, detail: string = JSON.stringify({ n })) => ({
  Source: 'test',
  DetailType: 'Counted',
  Detail: detail,
});
const put = async (buses: LocalBuses, bus: Parameters<LocalBuses['putEvents']>[0], ...entries: readonly object[]) => {
  const result = await buses.putEvents(bus, entries)();
  if (E.isLeft(result)) throw new Error(result.left.message);
  return result.right;
};
const started = async (buses: LocalBuses): Promise<LocalBuses> => {
  await buses.start();
  onTestFinished(() => buses.stop());
  return buses;
};
const numbersOf = (texts: readonly string[]): readonly number[] =>
  texts.map((text) => (JSON.parse(text) as { detail: { n: number } }).detail.n);

describe('the source bus', () => {
  test('hands every event to the ingest queue and keeps none', async () => {
    const received: string[] = [];
    const queues = { ingest: { send: async (bodies: readonly string[]) => void received.push(...bodies) } };
    const buses = await started(busesOf(await local(), { queues }));
    await put(buses, 'source', ...numbered(10).map((n) => entry(n)));
    await expect.poll(() => buses.caughtUp()).toBe(true);
    expect(numbersOf(received)).toEqual(numbered(10));
    expect(await buses.read('source', 0n, 10)).toEqual([]);
  });

  test('accepts nothing that its queue did not take', async () => {
    const received: string[] = [];
    const queue: { refuses: boolean } = { refuses: true };
    const send = async (bodies: readonly string[]): Promise<void> => {
      if (queue.refuses) throw new Error('the queue is not there');
      received.push(...bodies);
    };
    const buses = await started(busesOf(await local(), { queues: { ingest: { send } } }));
    expect(await buses.putEvents('source', [entry(1)])()).toMatchObject(E.left({ type: 'StoreUnavailable' }));
    queue.refuses = false;
    await put(buses, 'source', entry(2));
    expect(numbersOf(received)).toEqual([2]);
  });

  test('is one request to the store, its queue included', async () => {
    const db = await local();
    const queue = localQueue(
      { table: db.table, handle: async () => undefined, deadLetters: journal(db, 'dead'), log: () => undefined },
      { name: 'ingest', ...topology.queueSources.ingest, maxReceiveCount: 3 },
    );
    const buses = busesOf(db, { queues: { ingest: queue } });
    await put(buses, 'source', entry(1));
    const meter = meterOn(db.dynamodb);
    await put(buses, 'source', entry(2));
    expect(meter.read().requests).toEqual({ TransactWriteItems: 1 });
  });

  test('an integer beyond 2^53 arrives as it was sent', async () => {
    const received: string[] = [];
    const buses = await started(
      busesOf(await local(), { queues: { ingest: { send: async (bodies) => void received.push(...bodies) } } }),
    );
    await put(buses, 'source', entry(0, '{"commitNumber":1652977933433528301}'));
    await expect.poll(() => received.length).toBe(1);
    expect(received[0]).toContain('"detail":{"commitNumber":1652977933433528301}');
    expect(JSON.parse(received[0] ?? '')).toMatchObject({
      version: '0',
      source: 'test',
      'detail-type': 'Counted',
      time: '2026-11-02T09:58:55Z',
      resources: [],
    });
  });
});

describe('the wallet bus', () => {
  test('keeps what it carried, in order, across restarts', async () => {
    const db = await local();
    const first = await started(busesOf(db));
    for (const n of numbered(25)) await put(first, 'wallet', entry(n));
    await first.stop();
    const second = await started(busesOf(db));
    await put(second, 'wallet', entry(26));
    const page = await second.read('wallet', 0n, 20);
    const rest = await second.read('wallet', page[page.length - 1]?.sequence ?? 0n, 20);
    expect(numbersOf([...page, ...rest].map(({ text }) => text))).toEqual(numbered(26));
  });

  test('a subscriber gets what matches, again until it succeeds, without holding up the others', async () => {
    const delivered: number[] = [];
    let failures = 0;
    const subscriber: BusSubscriber = {
      name: 'relay',
      bus: 'wallet',
      pattern: { detail: { n: [{ numeric: ['>', 1] }] } },
      deliver: async (envelope) => {
        const [n = 0] = numbersOf([envelope]);
        if (n === 2 && failures++ < 3) throw new Error('not now');
        delivered.push(n);
      },
    };
    const buses = await started(busesOf(await local(), { subscribers: [subscriber] }));
    await put(buses, 'wallet', ...numbered(4).map((n) => entry(n)));
    await expect.poll(() => delivered.toSorted((a, b) => a - b)).toEqual([2, 3, 4]);
    expect(failures).toBe(4);
    expect(delivered.at(-1)).toBe(2);
  });
});

describe('what an earlier version took in and had not handed on', () => {
  const envelope = (n: number): string => JSON.stringify({ source: 'billfold.wallet', detail: { n } });
  const subscriber = (name: 'source' | 'wallet', delivered: number[], fails: () => boolean): BusSubscriber => ({
    ...{ name, bus: name, pattern: { source: [{ prefix: '' }] } },
    deliver: async (text) => {
      if (fails()) throw new Error('not now');
      delivered.push(...numbersOf([text]));
    },
  });

  test.each(['source', 'wallet'] as const)('is delivered at the start, and not again (%s bus)', async (bus) => {
    const db = await local();
    await journal(db, `bus#${bus}`).append(numbered(120).map(envelope));
    const isKept = topology.buses[bus].retention === 'kept';
    if (isKept) await checkpoints(db).save(`bus#${bus}`, '20');
    const delivered: number[] = [];
    for (const _ of numbered(2)) {
      const buses = busesOf(db, { subscribers: [subscriber(bus, delivered, () => false)] });
      await buses.start();
      await expect.poll(() => buses.caughtUp()).toBe(true);
      await expect.poll(() => buses.backlog()[`subscriber-${bus}`]?.settled).toBe(true);
      await buses.stop();
    }
    expect(delivered.toSorted((a, b) => a - b)).toEqual(isKept ? numbered(100, 21) : numbered(120));
    expect(await journal(db, `bus#${bus}`).read(0n, 1_000)).toHaveLength(isKept ? 120 : 0);
  });
});

describe('putEvents', () => {
  test('answers for each entry', async () => {
    const buses = busesOf(await local());
    const outcomes = await put(
      buses,
      'domain',
      entry(1),
      { Source: 'test', DetailType: 'x' },
      entry(2, '[1]'),
      entry(3, '{'),
      entry(4, '{"half":"\ud800"}'),
    );
    expect(outcomes.map((outcome) => (outcome.type === 'accepted' ? outcome.type : outcome.errorCode))).toEqual([
      'accepted',
      'InvalidArgument',
      'MalformedDetail',
      'MalformedDetail',
      'InvalidArgument',
    ]);
    expect(numbersOf((await buses.read('domain', 0n, 10)).map(({ text }) => text))).toEqual([1]);
  });

  test('refuses more than 10 entries and 1 MB or more', async () => {
    const buses = busesOf(await local());
    expect(
      await buses.putEvents(
        'domain',
        numbered(11).map((n) => entry(n)),
      )(),
    ).toMatchObject(E.left({ type: 'RequestRefused' }));
    expect(await buses.putEvents('domain', [entry(1, JSON.stringify({ x: 'x'.repeat(1_048_576) }))])()).toMatchObject(
      E.left({ type: 'RequestRefused' }),
    );
  });

  test('takes an entry just under 1 MB through to the queue', async () => {
    const db = await local();
    const received: string[] = [];
    const handle = async (records: unknown[]) =>
      void received.push(...records.map((record) => (record as { body: string }).body));
    const ingest = localQueue(
      { table: db.table, handle, deadLetters: journal(db, 'dead'), log: () => undefined, backoff: quickly },
      { name: 'ingest', ...topology.queueSources.ingest, maxReceiveCount: 3 },
    );
    await ingest.start();
    onTestFinished(() => ingest.stop());
    const buses = await started(busesOf(db, { queues: { ingest } }));
    const detail = JSON.stringify({ x: randomBytes(780_000).toString('base64') });
    await put(buses, 'source', entry(1, detail));
    await expect.poll(() => received.length, { timeout: 5_000 }).toBe(1);
    expect(received[0]?.endsWith(`"detail":${detail}}`)).toBe(true);
  });
});

test('a broken rule pattern is found at the start, not at the first event', async () => {
  const rules = {
    broken: { bus: 'source', pattern: { a: [{ contains: 'x' }] }, target: { type: 'queue', queue: 'ingest' } },
  } as const;
  const db = await local();
  expect(() => busesOf(db, { topology: { ...topology, rules } })).toThrow('event pattern at a');
});
