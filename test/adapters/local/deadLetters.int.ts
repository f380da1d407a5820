import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { commitFromItem } from '#adapters/dynamodb/eventItem.ts';
import { dynamoDbEventStore } from '#adapters/dynamodb/eventStore.ts';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { type LocalDeadLettersDeps, localDeadLetters } from '#adapters/local/deadLetters.ts';
import type { Journal } from '#adapters/local/journal.ts';
import { type LocalQueue, localQueue } from '#adapters/local/queue.ts';
import { deadLettersIn } from '#adapters/local/queues.ts';
import { emptyHead, type Live, memberStream } from '#domain/index.ts';
import { appendOf, bought, enrolled, got, memberId } from '#test/contract/given.ts';
import { local, quickly } from './support.ts';

const settled = (queue: LocalQueue) => expect.poll(() => queue.caughtUp().settled).toBe(true);

/** A queue whose reader fails as long as it is told to, its dead letters, and those of pipes. */
const shop = async (some: Partial<LocalDeadLettersDeps> = {}) => {
  const db = await local();
  const handled: string[] = [];
  let isBroken = true;
  const lettersOf = deadLettersIn(db.table);
  const queue = localQueue(
    {
      ...{ table: db.table, deadLetters: lettersOf('ingestDead'), log: () => undefined, backoff: quickly },
      handle: async (records) => {
        if (isBroken) throw new TypeError('cannot');
        handled.push(...(records as { readonly body: string }[]).map(({ body }) => body));
      },
    },
    { name: 'ingest', batchSize: 10, maximumBatchingWindowSeconds: 0, maximumConcurrency: 2, maxReceiveCount: 2 },
  );
  onTestFinished(() => queue.stop());
  await queue.start();
  const deps: LocalDeadLettersDeps = {
    ...{ lettersOf, dynamodb: db.dynamodb, prefix: db.prefix },
    send: (_, bodies) => queue.send(bodies),
    deliver: async () => ({ type: 'handled', failed: [] }),
    views: { loadMany: () => TE.right([]) },
    publications: { restate: () => TE.right(undefined) },
    ...some,
  };
  return {
    ...{ db, queue, handled, lettersOf, deps, letters: localDeadLetters(deps) },
    mend: (): void => {
      isBroken = false;
    },
    /** What a pipe buries (pipe.ts). */
    bury: (queueName: 'pokeDead' | 'announceDead' | 'publishDead', pipe: string, keys: object) =>
      lettersOf(queueName).append([
        JSON.stringify({
          pipe,
          eventID: 'e',
          sequenceNumber: '1',
          keys,
          attempts: 3,
          reason: 'broken',
          diedAt: 'then',
        }),
      ]),
  };
};

describe('dead letters of a queue', () => {
  test('go back to it, and are done once what was wrong is mended', async () => {
    const { queue, letters, mend, handled } = await shop();
    await queue.send(['one', 'two']);
    await settled(queue);
    expect(await letters.list()).toMatchObject(
      ['ingestDead', 'ingestDead'].map((name) => ({
        queue: name,
        from: 'ingest',
        tries: 2,
        reason: 'TypeError: cannot',
      })),
    );
    mend();
    expect(await letters.redrive('ingestDead')).toEqual({ queue: 'ingestDead', sentBack: 2, left: [] });
    await settled(queue);
    expect(new Set(handled)).toEqual(new Set(['one', 'two']));
    expect(await letters.list()).toEqual([]);
    expect(await letters.redrive('ingestDead')).toEqual({ queue: 'ingestDead', sentBack: 0, left: [] });
  });

  test('that are still poison come back with their reason, once', async () => {
    const { queue, letters } = await shop();
    await queue.send(['one']);
    await settled(queue);
    const [before] = await letters.list();
    expect(await letters.redrive('ingestDead')).toMatchObject({ sentBack: 1 });
    await settled(queue);
    const after = await letters.list();
    expect(after).toMatchObject([{ from: 'ingest', reason: 'TypeError: cannot' }]);
    expect(after[0]?.id).not.toBe(before?.id);
  });

  test('killed between the sending and the removal, nothing is lost: what is sent twice is done twice', async () => {
    const made = await shop();
    await made.queue.send(['one']);
    await settled(made.queue);
    made.mend();
    const dying = (name: Parameters<typeof made.lettersOf>[0]): Journal => ({
      ...made.lettersOf(name),
      removeEach: () => Promise.reject(new Error('killed')),
    });
    await expect(localDeadLetters({ ...made.deps, lettersOf: dying }).redrive('ingestDead')).rejects.toThrow('killed');
    await settled(made.queue);
    expect(await made.letters.list()).toHaveLength(1);
    expect(await made.letters.redrive('ingestDead')).toMatchObject({ sentBack: 1 });
    await settled(made.queue);
    expect(made.handled).toEqual(['one', 'one']);
    expect(await made.letters.list()).toEqual([]);
  });

  test('of the relay go to the lane that they name', async () => {
    const sent: string[] = [];
    const { lettersOf, letters } = await shop({ send: async (queue) => void sent.push(queue) });
    for (const lane of ['bulk', 'live'])
      await lettersOf('relayDead').append([
        JSON.stringify({ queue: 'relay', body: JSON.stringify({ detail: { metadata: { lane } } }), reason: '400' }),
      ]);
    await letters.redrive('relayDead');
    expect(sent).toEqual(['relayBulk', 'relayLive']);
  });
});

describe('dead letters of a pipe', () => {
  test('are handed to its target as they are in the log; what fails again stays behind the others', async () => {
    const keys = memoryKeys();
    const told: string[] = [];
    const broken = new Set(['poke']);
    const { db, letters, bury } = await shop({
      deliver: async (pipe, [record]) => {
        const commit = await commitFromItem({ keys })(record?.dynamodb.NewImage as never)();
        told.push(`${pipe} ${E.isRight(commit) ? commit.right.events.map(({ type }) => type) : 'unreadable'}`);
        return broken.has(pipe) ? { type: 'threw', reason: 'RangeError: still' } : { type: 'handled', failed: [] };
      },
    });
    const stream = memberStream(memberId);
    await got(
      dynamoDbEventStore({ ...db, keys }).append(appendOf([enrolled('Ada'), bought('801')], emptyHead(stream))),
    );
    await bury('pokeDead', 'poke', { p: { S: stream }, v: { N: '1' } });
    await bury('pokeDead', 'poke', { p: { S: 'member-nobody' }, v: { N: '1' } });
    expect(await letters.redrive('pokeDead')).toMatchObject({
      ...{ sentBack: 0, left: [{ reason: 'RangeError: still' }, { reason: expect.stringContaining('not there') }] },
    });
    expect(await letters.list()).toMatchObject([
      { from: 'poke', tries: 4, reason: expect.stringContaining('not there') },
      { from: 'poke', tries: 4, reason: 'RangeError: still' },
    ]);
    broken.clear();
    expect(await letters.redrive('pokeDead')).toMatchObject({ sentBack: 1, left: [{}] });
    expect(told).toEqual(['poke MemberEnrolled,PurchaseRecorded', 'poke MemberEnrolled,PurchaseRecorded']);
  });

  test('of the pipe publish are published as the pass is now', async () => {
    const published: string[] = [];
    const live = { memberId, revision: 3 } as Live;
    const { letters, bury } = await shop({
      views: { loadMany: (ids) => TE.right(ids.map(() => live)) },
      publications: { restate: (lives) => TE.fromIO(() => void published.push(...lives.map((one) => one.memberId))) },
    });
    await bury('publishDead', 'publish', { p: { S: memberStream(memberId) } });
    expect(await letters.redrive('publishDead')).toMatchObject({ sentBack: 1 });
    expect(published).toEqual([memberId]);
    expect(await letters.list()).toEqual([]);
  });
});
