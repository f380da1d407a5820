import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { awsError } from '../awsError.ts';
import { type ByteSource, BytesUnreadable } from '../source/byteSource.ts';

export type S3ObjectsDeps = {
  readonly s3: Pick<S3Client, 'send'>;
  readonly bucket: string;
  /** Waits before a body that broke off is asked for again, for the n-th time in a row. */
  readonly pause: (attempt: number) => Promise<void>;
};

/** One version of an object, as HEAD tells of it. */
export type ObjectVersion = Pick<ByteSource, 'size' | 'modifiedAt' | 'etag'>;

/** The objects of one bucket, as they can be read. */
export type S3Objects = {
  /** As it is now. */
  readonly find: (key: string) => TE.TaskEither<BytesUnreadable, ByteSource>;
  /** As it was when somebody found it: once it is overwritten nothing more is read of it, since every request is on condition of its ETag. */
  readonly at: (key: string, version: ObjectVersion) => ByteSource;
};

/** Bodies broken off in a row without a byte in between, before it is given up. */
const MAX_BREAKS = 5;

export const s3Objects = (deps: S3ObjectsDeps): S3Objects => {
  const at: S3Objects['at'] = (key, version) => ({
    ...version,
    read: (from, to) => bytesOf(deps, key, version.etag, from, to),
  });
  return {
    at,
    find: (key) =>
      TE.tryCatch(async () => {
        const found = await deps.s3.send(new HeadObjectCommand({ Bucket: deps.bucket, Key: key }));
        const { ContentLength: size, ETag: etag, LastModified: modified } = found;
        if (size === undefined || etag === undefined || modified === undefined)
          throw new BytesUnreadable('unavailable', 'HeadObject told no size, ETag or date');
        return at(key, { size, etag, modifiedAt: modified.getTime() });
      }, toBytesUnreadable),
  };
};

/** Streams a range. A body that breaks off is asked for from where it broke: SDKs retry requests, not bodies. */
async function* bytesOf(
  deps: S3ObjectsDeps,
  key: string,
  etag: string,
  from: number,
  to: number,
): AsyncGenerator<Buffer> {
  let breaks = 0;
  for (let at = from; at < to; ) {
    const body = await open(deps, { Key: key, IfMatch: etag, Range: `bytes=${at}-${to - 1}` });
    let broken = 'the body ended too early';
    try {
      for await (const chunk of body) {
        at += chunk.length;
        breaks = 0;
        yield chunk;
      }
    } catch (error) {
      broken = awsError(error).reason;
    }
    if (at >= to) return;
    breaks += 1;
    if (breaks > MAX_BREAKS) throw new BytesUnreadable('unavailable', broken);
    await deps.pause(breaks);
  }
}

const open = async (
  { s3, bucket }: S3ObjectsDeps,
  range: { readonly Key: string; readonly IfMatch: string; readonly Range: string },
): Promise<AsyncIterable<Buffer>> => {
  try {
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, ...range }));
    if (body === undefined || !(Symbol.asyncIterator in body))
      throw new BytesUnreadable('unavailable', 'GetObject brought no body');
    return body as AsyncIterable<Buffer>;
  } catch (error) {
    throw toBytesUnreadable(error);
  }
};

/** By name or status (S3 API reference, GetObject, HeadObject and Error responses, read November 2026); a HEAD has no body to name its error in. */
const toBytesUnreadable = (error: unknown): BytesUnreadable => {
  if (error instanceof BytesUnreadable) return error;
  const { name, reason, status } = awsError(error);
  // A range beyond its end: it was longer when it was found.
  if (status === 412 || status === 416) return new BytesUnreadable('replaced', 'the object was overwritten');
  if (status === 404) return new BytesUnreadable('missing', 'there is no such object');
  return new BytesUnreadable('unavailable', reason === '' ? name : `${name}: ${reason}`);
};
