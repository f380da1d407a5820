import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { sharedStream, sharedStreams } from '#adapters/local/sharedStream.ts';
import type { ReadRecords, StreamPort } from '#adapters/local/streamPort.ts';
import { fakeStream } from './fakeStream.ts';

const LIMIT = 1_000;
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, at) => `${from + at}`);

const given = (sequences: readonly string[]) => {
  const { state, stream } = fakeStream();
  const write = (written: readonly string[], closed = false): void => {
    state.shards = [{ shardId: 's', parentShardId: null, sequences: written, closed }];
  };
  write(sequences);
  return { state, write, shared: sharedStream(stream) };
};

/** One that goes on at its own pace, from the beginning. */
const readerOf = (stream: StreamPort) => {
  const seen: string[] = [];
  let place: string | null = null;
  const open = async (): Promise<string> => {
    const after = seen.at(-1);
    const opened = await stream.iterator(
      's',
      after === undefined ? { type: 'trimHorizon' } : { type: 'after', sequenceNumber: after },
    );
    return opened.type === 'iterator' ? opened.iterator : '';
  };
  const look = async (limit = LIMIT): Promise<ReadRecords> => {
    place ??= await open();
    const found = await stream.records(place, limit);
    if (found.type !== 'records') {
      place = null;
      return look(limit);
    }
    place = found.next;
    seen.push(...found.records.map(({ dynamodb }) => dynamodb.SequenceNumber));
    return found;
  };
  return { seen, look };
};

describe('a stream that several read', () => {
  test('is read by each whole, in order and once, however their looks, writes and faults meet', async () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('look' as const), reader: fc.nat(2), limit: fc.constantFrom(2, 5, LIMIT) }),
      fc.record({ type: fc.constant('write' as const), count: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ type: fc.constant('expire' as const) }),
      fc.record({ type: fc.constant('wait' as const) }),
    );
    const play = async (steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[]) => {
      const { state, write, shared } = given([]);
      const readers = [readerOf(shared), readerOf(shared), readerOf(shared)];
      const busy = readers.map(() => Promise.resolve<unknown>(undefined));
      let written = 0;
      for (const one of steps) {
        if (one.type === 'write') {
          written += one.count;
          write(numbers(1, written));
        }
        if (one.type === 'expire') state.expired.add('s');
        if (one.type === 'wait') await Promise.all(busy);
        if (one.type === 'look')
          busy[one.reader] = (busy[one.reader] ?? Promise.resolve()).then(() => readers[one.reader]?.look(one.limit));
      }
      await Promise.all(busy);
      for (const { look } of readers) for (let page = await look(); page.records.length > 0; ) page = await look();
      for (const { seen } of readers) expect(seen).toEqual(numbers(1, written));
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), play));
  });

  test('is asked once by those who look at the same time, and not at all for what another one found', async () => {
    const { state, write, shared } = given(numbers(1, 3));
    const [first, second, third] = [readerOf(shared), readerOf(shared), readerOf(shared)];
    await Promise.all([first.look(), second.look()]);
    expect(state.looks).toBe(1);
    write(numbers(1, 5));
    await first.look();
    const { askedAt } = await first.look();
    await third.look();
    expect(third.seen).toEqual(numbers(1, 5));
    expect(state.looks).toBe(3);
    expect(state.asked).toEqual(['s horizon']);
    expect(second.seen).toEqual(numbers(1, 3));
    expect((await second.look()).askedAt).toBeLessThan(askedAt);
  });

  test('says of what is in memory when the stream was asked for it, not when it was looked up', async () => {
    const { shared } = given(numbers(1, 3));
    const { askedAt } = await readerOf(shared).look();
    expect((await readerOf(shared).look()).askedAt).toBe(askedAt);
  });

  test('is read on from the stream where memory begins later, and says what it has trimmed', async () => {
    const { state, write, shared } = given(numbers(1, 3));
    const [ahead, behind] = [readerOf(shared), readerOf(shared)];
    await behind.look();
    for (let written = 4; written <= 1_204; written += 300) {
      write(numbers(1, written + 299));
      await ahead.look();
    }
    const { looks } = state;
    await behind.look();
    expect(state.looks).toBe(looks + 1);
    expect(behind.seen).toEqual(ahead.seen.slice(0, behind.seen.length));
    expect(behind.seen.length).toBeGreaterThan(3);
    const first = await shared.iterator('s', { type: 'after', sequenceNumber: '2' });
    state.trimmedBelow = 100n;
    expect(await shared.records(first.type === 'iterator' ? first.iterator : '', LIMIT)).toEqual({ type: 'trimmed' });
  });

  test('ends where its shard does, for each', async () => {
    const { write, shared } = given([]);
    write(numbers(1, 2), true);
    expect((await readerOf(shared).look()).next).toBeNull();
    expect((await readerOf(shared).look()).next).toBeNull();
  });

  test('fails for all who waited, and is asked again by whoever comes then', async () => {
    const { stream } = fakeStream();
    const failing = vi.fn(stream.records).mockRejectedValueOnce(new Error('away'));
    const shared = sharedStream({ ...stream, records: failing });
    const looks = await Promise.allSettled([readerOf(shared).look(), readerOf(shared).look()]);
    expect(looks.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await readerOf(shared).look()).records).toEqual([]);
  });
});

test('a table that was made anew has another stream, of which nothing is known', async () => {
  const { state, stream } = fakeStream();
  const open = sharedStreams(async (_table: string) => ({ ...stream, arn: state.arn }));
  const before = await open('events');
  expect(await open('events')).toBe(before);
  state.arn = 'arn:two';
  expect(await open('events')).not.toBe(before);
});
