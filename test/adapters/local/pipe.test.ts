import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { unmetered } from '#adapters/local/meter.ts';
import { pipeRunner } from '#adapters/local/pipe.ts';
import type { StreamRecord } from '#adapters/local/streamPort.ts';
import type { StreamPage } from '#adapters/local/streamReader.ts';
import { topology } from '#adapters/topology.ts';

const recordOf = (name: string): StreamRecord => ({
  ...{ eventID: name, eventName: 'INSERT', eventVersion: '1.1', eventSource: 'aws:dynamodb' },
  ...{ awsRegion: 'local', eventSourceARN: 'arn' },
  dynamodb: {
    ...{ ApproximateCreationDateTime: 0, Keys: { p: { S: name } }, SequenceNumber: '1' },
    ...{ SizeBytes: 1, StreamViewType: 'NEW_IMAGE' },
  },
});

/** Between a ring and the look that it causes: the clock of the test stands still there. */
const A_MOMENT_MS = 0.01;

/** A pipe over a stream of which each look is told by hand. */
const given = () => {
  const looks: { readonly askedAt: number; readonly answer: (names: readonly string[], askedAt?: number) => void }[] =
    [];
  const seen: string[] = [];
  const nextPage = (): Promise<StreamPage> =>
    new Promise((resolve) => {
      const startedAt = performance.now() + A_MOMENT_MS;
      const answer = (names: readonly string[], askedAt = startedAt): void =>
        resolve({
          ...{ records: names.map(recordOf), quiet: names.length === 0, askedAt },
          ...{ commit: async () => undefined, abandon: () => undefined },
        });
      looks.push({ askedAt: startedAt, answer });
    });
  const pipe = pipeRunner(
    {
      ...{ log: () => undefined, backoff: { baseMs: 1, capMs: 1, random: () => 0 }, nowMs: Date.now },
      ...{ meter: unmetered.of('pipes/poke'), onRead: () => undefined },
      functions: {
        projector: async (batch) => void seen.push(...(batch as StreamRecord[]).map(({ eventID }) => eventID)),
      },
      putEvents: () => () => Promise.reject(new Error('nothing is put on a bus here')),
      openReader: async () => ({ nextPage }),
      deadLetters: { append: async () => [] },
    },
    'poke',
    topology.pipes.poke,
  );
  const passes = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
  const answered = async (names: readonly string[], askedAt?: number): Promise<void> => {
    looks.at(-1)?.answer(names, askedAt);
    await passes();
  };
  /** It has looked, and rests. */
  const atRest = async (): Promise<void> => {
    pipe.start();
    await passes();
    await answered([]);
  };
  return { pipe, looks, seen, passes, answered, atRest };
};

describe('a pipe that is told of a write', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000 }));
  afterEach(() => void vi.useRealTimers());

  test('looks at once, and after what it found only when it is told again, or a moment later', async () => {
    const { pipe, looks, seen, passes, answered, atRest } = given();
    await atRest();
    await passes(1);
    pipe.wake();
    await passes();
    expect(looks).toHaveLength(2);
    await passes(1);
    await answered(['a']);
    expect(seen).toEqual(['a']);
    expect(looks).toHaveLength(2);
    pipe.wake();
    await passes();
    expect(looks).toHaveLength(3);
    await answered(['b']);
    expect(pipe.status().settled).toBe(false);
    await passes(100);
    expect(looks).toHaveLength(4);
    await answered([]);
    expect(pipe.status()).toMatchObject({ settled: true, lastEmptyPollStartedAt: looks.at(-1)?.askedAt });
  });

  test('while it looked, looks again: of that write the answer says nothing', async () => {
    const { pipe, looks, passes, answered, atRest } = given();
    await atRest();
    await passes(1);
    pipe.wake();
    await passes(1);
    pipe.wake();
    await answered(['a']);
    expect(looks).toHaveLength(3);
    await passes(1);
    pipe.wake();
    await answered([]);
    expect(looks).toHaveLength(4);
  });

  test('looks again where the answer is older than the write, as another reader had asked for it', async () => {
    const { pipe, looks, passes, answered, atRest } = given();
    await atRest();
    await passes(5);
    pipe.wake();
    await passes();
    await answered(['a'], performance.now() - 2);
    expect(looks).toHaveLength(3);
  });

  test('goes on at once where there may be more, and where somebody else wrote', async () => {
    const { pipe, looks, passes, answered, atRest } = given();
    await atRest();
    await passes(1);
    pipe.wake();
    await passes(1);
    await answered(Array.from({ length: 100 }, (_, index) => `m${index}`));
    expect(looks).toHaveLength(3);
    await answered(['by another']);
    expect(looks).toHaveLength(4);
  });

  test('stops at once when it rests', async () => {
    const { pipe, passes, answered, atRest } = given();
    await atRest();
    await passes(1);
    pipe.wake();
    await passes(1);
    await answered(['a']);
    const stopped = pipe.stop();
    await passes();
    await stopped;
    expect(pipe.status().state).toBe('STOPPED');
  });
});
