import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { type Extraction, fieldsRead, type Mapping, meaningOf, type Observation, rowStamps } from '#domain/index.ts';
import { parseExactJson } from './exactJson.ts';
import type { InputFault } from './fault.ts';
import { lineText } from './lines.ts';
import { rowDecoder, rowPicker } from './rowCodec.ts';

/** Reads one line of an AppFlow file: bytes [from, to), which are UTF-8. offset: of the line in the file. */
export type ReadLine = (bytes: Buffer, from: number, to: number, offset: number) => E.Either<InputFault, Observation>;

/** The lines of one file. A row is read from the few values that a mapping reads, and parsed as a whole only where it is not written as usual. */
export const lineReader = (
  mapping: Mapping,
  object: string,
  extraction: Extraction,
  file: string,
): O.Option<ReadLine> => {
  const meaning = meaningOf(mapping, object);
  const readRow = rowReader(mapping, object, extraction, file);
  if (meaning === undefined || O.isNone(readRow)) return O.none;
  const pick = rowPicker(fieldsRead(meaning));
  return O.some((bytes, from, to, offset) => {
    const picked = pick(bytes, from, to);
    if (picked !== null) return readRow.value(picked, offset);
    try {
      return readRow.value(parseExactJson(lineText(bytes, from, to)), offset);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return E.left({ path: 'line', expected: 'expected a JSON object on each line' });
    }
  });
};

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
