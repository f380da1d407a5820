import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { type Extraction, fieldsRead, type Mapping, meaningOf, type Observation, rowStamps } from '#domain/index.ts';
import type { InputFault } from './fault.ts';
import { rowDecoder } from './rowCodec.ts';

/** Reads one row of an AppFlow file. offset: of its line, in bytes. */
export type ReadRow = (row: unknown, offset: number) => E.Either<InputFault, Observation>;

/** The rows of one file: of one object, extracted at one time. A row says every mapped field; absent, null and "" are empty. */
export const rowReader = (
  mapping: Mapping,
  object: string,
  extraction: Extraction,
  file: string,
): O.Option<ReadRow> => {
  const meaning = meaningOf(mapping, object);
  if (meaning === undefined) return O.none;
  const decode = rowDecoder(object, fieldsRead(meaning));
  const stampsOf = rowStamps(extraction, mapping.programme.extractionMarginMs);
  const reReadAt = extraction.known ? extraction.at : null;

  return O.some((row, offset) => {
    const decoded = decode(row);
    if (E.isLeft(decoded)) return decoded;
    const { head, fields } = decoded.right;
    const touchedAt = head.SystemModstamp ?? 0;
    // SystemModstamp alone is as good a bound: the row was read after it, so it holds every user change before it.
    const modifiedAt = head.LastModifiedDate ?? touchedAt;
    const { stamp, existence, dated } = stampsOf(modifiedAt, Math.max(modifiedAt, touchedAt));
    return E.right({
      record: { object, id: head.Id },
      existence: { says: head.IsDeleted === 'true' ? 'gone' : 'exists', stamp: existence, dated },
      fields,
      stamp,
      gapAt: null,
      reReadAt,
      origin: { type: 'file', file, offset },
      lane: 'bulk',
    });
  });
};
