import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import {
  canBeStamped,
  datedExistenceStamp,
  type EpochMs,
  type Extraction,
  type FieldMapping,
  type FieldValue,
  fieldsRead,
  type Mapping,
  meaningOf,
  type Observation,
  readField,
  readInstant,
  rowExistenceStamp,
  rowStamp,
  salesforceId,
} from '#domain/index.ts';
import type { InputFault } from './fault.ts';
import { type CompoundPart, compoundPartOf, partValue } from './flatten.ts';

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
  const marginMs = mapping.programme.extractionMarginMs;
  const fields = fieldsRead(meaning).map((field) => ({ ...field, part: compoundPartOf(field.field) }));
  const fault = (field: string, expected: string): E.Either<InputFault, never> =>
    E.left({ path: `${object}.${field}`, expected });

  return O.some((row, offset) => {
    if (!isObject(row)) return E.left({ path: object, expected: 'expected a JSON object on each line' });
    const id = typeof row.Id === 'string' ? salesforceId(row.Id.trim()) : O.none;
    if (O.isNone(id)) return fault('Id', 'expected a Salesforce id of 15 or 18 letters and digits');
    const modified = instantOf(row.LastModifiedDate);
    const touched = instantOf(row.SystemModstamp);
    if (modified === 'unreadable') return fault('LastModifiedDate', 'expected a date and time after 1970');
    if (touched === 'unreadable') return fault('SystemModstamp', 'expected a date and time after 1970');
    // SystemModstamp alone is as good a bound: the row was read after it, so it holds every user change before it.
    const modifiedAt = modified ?? touched;
    if (modifiedAt === null) return fault('LastModifiedDate', 'expected a date and time, or SystemModstamp instead');
    const deleted = readField('flag', row.IsDeleted);
    if (E.isLeft(deleted)) return fault('IsDeleted', deleted.left);

    const read = readFields(row, object, fields);
    if (E.isLeft(read)) return read;
    const lastTouchedAt = Math.max(modifiedAt, touched ?? 0);
    return E.right({
      record: { object, id: id.value },
      existence: {
        says: deleted.right === 'true' ? 'gone' : 'exists',
        stamp: rowExistenceStamp(lastTouchedAt, extraction, marginMs),
        dated: datedExistenceStamp(lastTouchedAt, extraction, marginMs),
      },
      fields: read.right,
      stamp: rowStamp(modifiedAt, extraction, marginMs),
      gapAt: null,
      reReadAt: extraction.known ? extraction.at : null,
      origin: { type: 'file', file, offset },
      lane: 'bulk',
    });
  });
};

type ReadableField = FieldMapping & { readonly part: CompoundPart | null };

const readFields = (
  row: Readonly<Record<string, unknown>>,
  object: string,
  fields: readonly ReadableField[],
): E.Either<InputFault, Readonly<Record<string, FieldValue>>> => {
  const values: Record<string, FieldValue> = {};
  for (const { field, kind, part } of fields) {
    const value = readField(kind, partValue(row, field, part));
    if (E.isLeft(value)) return E.left({ path: `${object}.${field}`, expected: value.left });
    values[field] = value.right;
  }
  return E.right(values);
};

const instantOf = (raw: unknown): EpochMs | null | 'unreadable' => {
  if (raw === null || raw === undefined || raw === '') return null;
  const at = readInstant(raw);
  return O.isSome(at) && canBeStamped(at.value) ? at.value : 'unreadable';
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
