import * as E from 'fp-ts/lib/Either.js';
import {
  failureText,
  isIgnored,
  type Mapping,
  meaningOf,
  type Origin,
  objectOfFlow,
  originText,
  type QuarantineStore,
  type RunStore,
} from '#domain/index.ts';
import type { S3Objects } from '../s3/objects.ts';
import type { ByteSource } from '../source/byteSource.ts';
import { readCreatedObject } from '../source/createdObject.ts';
import type { InputFault } from '../source/fault.ts';
import { type Landed, landedAt } from '../source/landing.ts';
import { partMessage } from '../source/partMessage.ts';
import { MAX_PACKED_BYTES, type Part, partName, partsOf, wholeOf } from '../source/parts.ts';
import { quarantined } from '../source/quarantined.ts';
import type { SendMessages } from '../sqs/sender.ts';
import type { QueueBatch, QueueBatchResponse, QueueMessage } from './ingest.ts';
import { type Failure, type RunStarts, type RunStartsDeps, runStarts } from './runStarts.ts';

export type SplitDeps = RunStartsDeps & {
  readonly mapping: Mapping;
  readonly clock: () => number;
  readonly runs: Pick<RunStore, 'open'>;
  readonly quarantine: Pick<QuarantineStore, 'put'>;
  /** Of the landing bucket. */
  readonly bucket: string;
  readonly objects: Pick<S3Objects, 'find'>;
  readonly send: SendMessages;
  /** How large a part is. */
  readonly partBytes: number;
  readonly onSplit: (file: string, parts: number) => void;
};

/**
 * Files that landed, from the queue into parts of a size that one worker loads in minutes. Before the first message is sent every part is opened in the run's
 * ledger, as a file of that run: so the run is complete when all of them are loaded, and not before. An event that comes again sends the same parts again, which
 * then find nothing new. It is split as it is now, whatever version the event tells of: a later event may never come.
 */
export const splitHandler = (deps: SplitDeps) => {
  const starts = runStarts(deps);
  return async ({ Records }: QueueBatch): Promise<QueueBatchResponse> => {
    const done = await Promise.all(
      Records.map(async (message) => ({ message, failure: await splitOne(deps, starts, message) })),
    );
    return {
      batchItemFailures: done.flatMap(({ message, failure }) => {
        if (failure === null) return [];
        deps.onFailure(failure.where, failure.reason);
        return [{ itemIdentifier: message.messageId }];
      }),
    };
  };
};

const splitOne = async (deps: SplitDeps, starts: RunStarts, { messageId, body }: QueueMessage): Promise<Failure> => {
  const created = readCreatedObject(body);
  if (E.isLeft(created)) return putAside(deps, { type: 'event', eventId: messageId }, created.left);
  if (created.right === null) return null;
  const { bucket, key } = created.right;
  if (bucket !== deps.bucket)
    return putAside(deps, fileAt(key), { path: 'detail.bucket.name', expected: `expected the bucket ${deps.bucket}` });
  // What a console makes of an empty folder.
  if (key.endsWith('/')) return null;
  const landed = landedAt(key);
  if (landed === null)
    return putAside(deps, fileAt(key), {
      path: 'file',
      expected: 'expected a place flows/<flow>/<execution id>/<file>',
    });
  const found = await deps.objects.find(key)();
  if (E.isLeft(found))
    return found.left.type === 'missing'
      ? putAside(deps, fileAt(landed.name), { path: 'file', expected: 'expected the file to be there still' })
      : { where: landed.name, reason: found.left.message };
  const failure = await starts.tell(landed.ref);
  return failure ?? openAndSend(deps, landed, key, found.right);
};

const openAndSend = async (
  deps: SplitDeps,
  { ref, file, name }: Landed,
  key: string,
  source: ByteSource,
): Promise<Failure> => {
  const failed = (reason: string): Failure => ({ where: name, reason });
  try {
    const parts = await planOf(deps, objectOfFlow(deps.mapping, ref.flow), source);
    const { etag, size, modifiedAt } = source;
    for (let from = 0; from < parts.length; from += AT_ONCE) {
      const some = parts.slice(from, from + AT_ONCE);
      const opened = await Promise.all(some.map((part) => deps.runs.open(ref, partName(file, part), modifiedAt)()));
      for (const one of opened) if (E.isLeft(one)) return failed(failureText(one.left));
    }
    const [only] = parts;
    // It stays open in the ledger: nothing may follow from a run of which a file was not read.
    if (only?.isPacked && size > MAX_PACKED_BYTES) return putAside(deps, fileAt(name), TOO_LARGE);
    const refused = await deps.send(parts.map((part) => partMessage({ key, etag, size, modifiedAt, ...part })));
    if (refused !== null) return failed(refused);
    deps.onSplit(name, parts.length);
    return null;
  } catch (error) {
    // Overwritten since it was found, perhaps: the next try finds the other one.
    return failed(error instanceof Error ? `${error.name}: ${error.message}` : 'unknown');
  }
};

/** An object that nobody mapped is one part, whose worker puts it aside as the inbox does; the rows of an ignored one are counted part by part. */
const planOf = async (
  { mapping, partBytes }: SplitDeps,
  object: string,
  source: ByteSource,
): Promise<readonly Part[]> => {
  const whole = await wholeOf(source);
  const isRead = isIgnored(mapping, object) || meaningOf(mapping, object) !== undefined;
  return whole.isPacked || !isRead ? [whole] : partsOf(source.size, partBytes);
};

const TOO_LARGE: InputFault = {
  path: 'file',
  expected: `expected a gzip file of at most ${MAX_PACKED_BYTES} bytes, because gzip cannot be read in parts; unpacked it may be of any size`,
};

/** Items of the ledger written side by side. */
const AT_ONCE = 16;

const fileAt = (file: string): Origin => ({ type: 'file', file, offset: 0 });

/** Kept aside without its text: what it names is in the bucket, and the keys that would seal it are none of a splitter's business. */
const putAside = async ({ quarantine, clock }: SplitDeps, origin: Origin, fault: InputFault): Promise<Failure> => {
  const kept = await quarantine.put([quarantined(origin, fault, clock(), null)])();
  return E.isLeft(kept) ? { where: originText(origin), reason: failureText(kept.left) } : null;
};
