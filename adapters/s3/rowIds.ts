import type { S3Client } from '@aws-sdk/client-s3';
import * as E from 'fp-ts/lib/Either.js';
import { type RowIds, type RowIdsFailure, type Run, type RunRef, runKey } from '#domain/index.ts';
import { type ByteSource, BytesUnreadable } from '../source/byteSource.ts';
import { landingKey } from '../source/landing.ts';
import { coversAll, type Part, partNamed, wholeOf } from '../source/parts.ts';
import { readRowIds } from '../source/readRowIds.ts';
import { type S3ObjectsDeps, s3Objects } from './objects.ts';

export type S3RowIdsDeps = Omit<S3ObjectsDeps, 's3'> & { readonly s3: S3Client };

/** Parts read side by side: what one waits for, another one uses. */
const AT_ONCE = 4;

/** The ids of a run's rows, read again from S3, part by part. A part that does not hold as many rows as were loaded is not the one that was loaded. */
export const s3RowIds = (deps: S3RowIdsDeps): RowIds => {
  const objects = s3Objects(deps);
  return (runs, visit) => async () => {
    const found = new Map<string, Promise<E.Either<BytesUnreadable, ByteSource>>>();
    const find = (key: string) => {
      const asked = found.get(key) ?? objects.find(key)();
      found.set(key, asked);
      return asked;
    };
    const parts = runs.flatMap(partsOfRun);
    let next = 0;
    let wrong: RowIdsFailure | null = null;
    const reader = async (): Promise<void> => {
      for (let part = parts[next++]; part !== undefined && wrong === null; part = parts[next++]) {
        const read = await readPart(part, find, visit);
        if (read !== null) wrong ??= read;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, reader));
    return wrong === null ? E.right(undefined) : E.left(wrong);
  };
};

type LoadedPart = { readonly ref: RunRef; readonly file: string; readonly rows: number };

const partsOfRun = ({ ref, files }: Run): readonly LoadedPart[] =>
  [...files].map(([file, { loaded }]) => ({ ref, file, rows: loaded?.rows ?? 0 }));

/** null: it was read, and is what was loaded. */
const readPart = async (
  { ref, file, rows }: LoadedPart,
  find: (key: string) => Promise<E.Either<BytesUnreadable, ByteSource>>,
  visit: (id: string) => void,
): Promise<RowIdsFailure | null> => {
  const name = `${runKey(ref)}/${file}`;
  const unreadable = (reason: string): RowIdsFailure => ({ type: 'FilesUnreadable', reason: `${name}: ${reason}` });
  const failed = ({ type, message }: BytesUnreadable): RowIdsFailure =>
    type === 'unavailable'
      ? { type: 'StoreUnavailable', operation: `read ${name}`, reason: message }
      : unreadable(message);
  const named = partNamed(file);
  if (named === null) return unreadable('expected a part of a file');
  const found = await find(landingKey(ref, named.file));
  if (E.isLeft(found)) return failed(found.left);
  try {
    const read = await readRowIds(found.right, await partOf(found.right, named), visit);
    return read === rows ? null : unreadable(`expected ${rows} rows, found ${read}`);
  } catch (error) {
    if (error instanceof BytesUnreadable) return failed(error);
    throw error;
  }
};

/** Only what is the whole of its file can be packed. */
const partOf = async (source: ByteSource, { from, to }: Pick<Part, 'from' | 'to'>): Promise<Part> => {
  const part = { from, to, isPacked: false };
  return coversAll(part, source) ? wholeOf(source) : part;
};
