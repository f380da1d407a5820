import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { StreamRecord } from './streamBatch.ts';

const Attribute = t.partial({ S: t.string, N: t.string, B: t.string });
const RecordCodec = t.type({
  eventID: t.string,
  dynamodb: t.partial({ ApproximateCreationDateTime: t.number, NewImage: t.record(t.string, Attribute) }),
});
const Batch = t.union([t.readonlyArray(RecordCodec), t.type({ Records: t.readonlyArray(RecordCodec) })]);

/**
 * The records that a pipe hands to its target or its enrichment, a JSON array even of one (EventBridge guide, "Pipes batching and concurrency"), or
 * Lambda to a function on a stream, under Records. Throws where it is neither: the pipe tries again, and puts it aside in the end.
 */
export const streamRecordsIn = (event: unknown): readonly StreamRecord[] => {
  const decoded = Batch.decode(event);
  if (E.isLeft(decoded)) throw new Error('expected records of a DynamoDB stream: an array, or an object with Records');
  return 'Records' in decoded.right ? decoded.right.Records : decoded.right;
};

/** How long ago the oldest of them was written, to the second; nothing where none says so. */
export const lagMsOf = (records: readonly StreamRecord[], nowMs: number): readonly number[] => {
  const seconds = records.flatMap(({ dynamodb }) => dynamodb.ApproximateCreationDateTime ?? []);
  return seconds.length === 0 ? [] : [Math.max(0, nowMs - Math.min(...seconds) * 1_000)];
};
