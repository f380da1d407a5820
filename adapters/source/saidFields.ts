import * as E from 'fp-ts/lib/Either.js';
import {
  type EpochMs,
  type EventPosition,
  type FieldMapping,
  type FieldValue,
  fieldsRead,
  type Mapping,
  meaningOf,
  type Observation,
  readField,
} from '#domain/index.ts';
import type { InputFault } from './fault.ts';

/** What an entry said of records, and what of it could not be read. */
export type ReadSaid = { readonly observations: readonly Observation[]; readonly faults: readonly InputFault[] };

export const refuse = (fault: InputFault): ReadSaid => ({ observations: [], faults: [fault] });

/** The fields that a mapping reads of an object, by name; undefined: it does not read the object. */
export const readableFields = (mapping: Mapping, object: string): ReadonlyMap<string, FieldMapping> | undefined => {
  const meaning = meaningOf(mapping, object);
  return meaning === undefined ? undefined : new Map(fieldsRead(meaning).map((field) => [field.field, field]));
};

/** A value as its field is read. path: where it stands in the input. */
export const readSaid = (field: FieldMapping, value: unknown, path: string): E.Either<InputFault, FieldValue> => {
  const read = readField(field.kind, value);
  return E.isLeft(read) ? E.left({ path, expected: read.left }) : read;
};

/**
 * Where an event without a commit number stands among those of its second: by its milliseconds, as far as it tells them.
 * Change events of that second come after it.
 */
export const positionByMilliseconds = (at: EpochMs): EventPosition => ({
  commitNumber: String(Math.floor(at) % 1000),
  sequenceNumber: 0,
});
