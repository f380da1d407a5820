import * as E from 'fp-ts/lib/Either.js';
import type { ReadFailure } from '../errors.ts';
import type { RecordStore, StoredRecord } from '../ports.ts';
import type { RecordRef } from '../source/observation.ts';
import { MAX_BATCH_RECORDS } from './ingest.ts';

/** Records by the batch, each in the place of its ref; one that is not stored has version 0. */
export const loadRecords = async (
  { records }: { readonly records: Pick<RecordStore, 'load'> },
  refs: readonly RecordRef[],
): Promise<E.Either<ReadFailure, readonly StoredRecord[]>> => {
  const all: StoredRecord[] = [];
  for (let at = 0; at < refs.length; at += MAX_BATCH_RECORDS) {
    const loaded = await records.load(refs.slice(at, at + MAX_BATCH_RECORDS))();
    if (E.isLeft(loaded)) return loaded;
    all.push(...loaded.right);
  }
  return E.right(all);
};
