import { describe, expect, onTestFinished, test } from 'vitest';
import type { LocalFunction } from '#adapters/local/functions.ts';
import { journal } from '#adapters/local/journal.ts';
import { type DeadMessage, type LocalQueue, localQueue, type QueueSettings } from '#adapters/local/queue.ts';
import { type Local, local, numbered, quickly } from './support.ts';

type Received = {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount: string };
};

const queueOf = (
  db: Local,
  handle: (records: readonly Received[]) => unknown,
  settings: Partial<QueueSettings> = {},
): LocalQueue => {
  const queue = localQueue(
    {
      table: db.table,
      handle: (async (records) => handle(records as Received[])) satisfies LocalFunction,
      deadLetters: journal(db, 'queue#ingestDead'),
      log: () => undefined,
      backoff: quickly,
    },
    {
      name: 'ingest',
      batchSize: 10,
      maximumBatchingWindowSeconds: 0,
      maximumConcurrency: 2,
      maxReceiveCount: 3,
      ...settings,
    },
  );
  onTestFinished(() => queue.stop());
  return queue;
};
const settled = (queue: LocalQueue) => expect.poll(() => queue.caughtUp().settled, { timeout: 5_000 }).toBe(true);
const dead = async (db: Local) =>
  (await journal(db, 'queue#ingestDead').read(0n, 10)).map(({ text }) => JSON.parse(text) as DeadMessage);

describe('a queue', () => {
  test('delivers every message, in batches no larger than declared', async () => {
    const bodies: string[] = [];
    const sizes: number[] = [];
    const queue = queueOf(await local(), (records) => {
      sizes.push(records.length);
      bodies.push(...records.map(({ body }) => body));
    });
    await queue.send(numbered(250).map(String));
    await queue.start();
    await settled(queue);
    expect(bodies.map(Number).toSorted((a, b) => a - b)).toEqual(numbered(250));
    expect(Math.max(...sizes)).toBe(10);
  });

  test('knows how much it still has to do, also of what somebody sent before it started', async () => {
    const db = await local();
    await queueOf(db, () => undefined).send(numbered(450).map(String));
    const held = Promise.withResolvers<void>();
    const queue = queueOf(db, () => held.promise);
    await queue.start();
    await expect.poll(queue.backlog).toBe(450);
    await queue.send(numbered(50).map(String));
    expect(queue.backlog()).toBe(500);
    held.resolve();
    await settled(queue);
    expect(queue.backlog()).toBe(0);
  });

  test('tries again only what the function named', async () => {
    const calls: string[][] = [];
    const queue = queueOf(await local(), (records) => {
      calls.push(records.map(({ body, attributes }) => `${body}/${attributes.ApproximateReceiveCount}`));
      return {
        batchItemFailures: records
          .filter(({ body, attributes }) => body === '2' && attributes.ApproximateReceiveCount === '1')
          .map(({ messageId }) => ({ itemIdentifier: messageId })),
      };
    });
    await queue.send(['1', '2', '3']);
    await queue.start();
    await settled(queue);
    expect(calls).toEqual([['1/1', '2/1', '3/1'], ['2/2']]);
  });

  test('a message that makes the function throw ends in the dead letters, the others flow', async () => {
    const db = await local();
    const bodies: string[] = [];
    const queue = queueOf(db, (records) => {
      if (records.some(({ body }) => body === 'poison')) throw new Error('cannot');
      bodies.push(...records.map(({ body }) => body));
    });
    await queue.send(['1', 'poison', '2']);
    await queue.start();
    await queue.send(['3']);
    await settled(queue);
    expect(new Set(bodies)).toEqual(new Set(['1', '2', '3']));
    expect(bodies).toHaveLength(3);
    expect(await dead(db)).toMatchObject([{ queue: 'ingest', body: 'poison', receives: 3, reason: 'Error: cannot' }]);
  });

  test('an answer that names no message of the batch fails all of it', async () => {
    let calls = 0;
    const queue = queueOf(await local(), () => ({
      batchItemFailures: calls++ === 0 ? [{ itemIdentifier: 'somebody else' }] : [],
    }));
    await queue.send(['1', '2']);
    await queue.start();
    await settled(queue);
    expect(calls).toBe(3);
  });

  test('a restart loses nothing and remembers how often a message failed', async () => {
    const db = await local();
    let seen = 0;
    const first = queueOf(
      db,
      (records) => {
        seen += records.length;
        throw new Error('cannot');
      },
      { maxReceiveCount: 100 },
    );
    await first.send(['1']);
    await first.start();
    await expect.poll(() => seen).toBeGreaterThanOrEqual(2);
    await first.stop();
    const counts: number[] = [];
    const second = queueOf(
      db,
      (records) => void counts.push(...records.map(({ attributes }) => Number(attributes.ApproximateReceiveCount))),
      { maxReceiveCount: 100 },
    );
    await second.start();
    await settled(second);
    expect(counts).toEqual([seen + 1]);
    expect(await db.table.page('tries#ingest', -1n, 10)).toEqual([]);
  });

  test('stop waits for the batch in flight', async () => {
    let finished = false;
    let begun = false;
    const queue = queueOf(await local(), async () => {
      begun = true;
      await new Promise((resolve) => setTimeout(resolve, 100));
      finished = true;
    });
    await queue.start();
    await queue.send(['1']);
    await expect.poll(() => begun).toBe(true);
    await queue.stop();
    expect(finished).toBe(true);
  });

  test('is not settled while a message waits for its next try', async () => {
    const handler: { fails: boolean } = { fails: true };
    const queue = queueOf(
      await local(),
      () => {
        if (handler.fails) throw new Error('cannot');
      },
      { maxReceiveCount: 1_000 },
    );
    await queue.send(['1']);
    await queue.start();
    await expect.poll(() => queue.caughtUp().delayed).toBe(1);
    expect(queue.caughtUp().settled).toBe(false);
    handler.fails = false;
    await settled(queue);
  });
});
