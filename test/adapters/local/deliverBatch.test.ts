import { expect, it } from 'vitest';
import { deliverBatch } from '#adapters/local/deliverBatch.ts';
import type { StreamRecord } from '#adapters/local/streamPort.ts';

const DAY_MS = 86_400_000;
const record = (createdAtMs: number): StreamRecord => ({
  ...{ eventID: 'e', eventName: 'INSERT', eventVersion: '1.1', eventSource: 'aws:dynamodb', awsRegion: 'local' },
  eventSourceARN: 'arn',
  dynamodb: {
    ...{ ApproximateCreationDateTime: createdAtMs / 1_000, Keys: {}, SequenceNumber: '1', SizeBytes: 1 },
    StreamViewType: 'NEW_IMAGE',
  },
});

/** A day and a half after the record was written; the first calls fail. */
const afterASleep = async (failures: number) => {
  const buried: number[] = [];
  let calls = 0;
  const outcome = await deliverBatch(
    {
      call: async () => {
        calls += 1;
        return calls <= failures ? { type: 'threw', reason: 'no connection' } : { type: 'handled', failed: [] };
      },
      bury: async (_record, attempts) => {
        buried.push(attempts);
        return true;
      },
      backoff: { baseMs: 0, capMs: 0, random: () => 0 },
      nowMs: () => 1.5 * DAY_MS,
      signal: new AbortController().signal,
    },
    { maximumRetryAttempts: 100, maximumRecordAgeSeconds: 82_800 },
    [record(0)],
  );
  return { outcome, calls, buried };
};

it('a record that became old while the machine slept is not given up for the first connections that broke with it', async () => {
  expect(await afterASleep(3)).toEqual({ outcome: 'done', calls: 4, buried: [] });
});

it('an old record that goes on failing is given up', async () => {
  const { buried, calls } = await afterASleep(Number.POSITIVE_INFINITY);
  expect(buried).toEqual([calls]);
  expect(calls).toBeLessThan(100);
});
