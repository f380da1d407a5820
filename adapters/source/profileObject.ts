import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { type FieldMapping, type Mapping, meaningOf, type ObjectMapping, type Role } from '#domain/index.ts';
import type { InputFault } from './fault.ts';
import { compoundPartOf } from './flatten.ts';
import { type FieldProfile, fieldProfile, newTally, type Tally, tallyValue } from './profileField.ts';
import { looksPersonal } from './profileValue.ts';
import { type ReadRow, rowReader } from './row.ts';

/** What the rows of one object hold, and what a mapping makes of them. */
export type ObjectProfile = {
  readonly object: string;
  /** null: the mapping does not read the object. */
  readonly role: Role | null;
  readonly rows: number;
  readonly fields: readonly FieldProfile[];
  /** Fields that rows have and the mapping does not read. */
  readonly ignored: readonly string[];
  /** Fields that the mapping reads and no row has. */
  readonly missing: readonly { readonly field: string; readonly attribute: string }[];
  /** Why rows would not be taken, the most frequent first. */
  readonly refused: readonly (InputFault & { readonly rows: number })[];
};

export type Profiler = {
  readonly add: (row: unknown, offset: number) => void;
  /** A line that is no row. */
  readonly refuse: (fault: InputFault) => void;
  readonly report: () => ObjectProfile;
};

const MAX_FIELDS = 1_000;
/** What the reader of rows itself needs. */
const AUDIT: readonly string[] = ['Id', 'IsDeleted', 'LastModifiedDate', 'SystemModstamp', 'CreatedDate'];

/** Counts at constant memory, however many rows there are: of values it keeps hashes, and of frequent ones a few. */
export const profileObject = (mapping: Mapping, object: string): Profiler => {
  const meaning = meaningOf(mapping, object);
  const attributes = meaning === undefined ? [] : attributesOf(meaning);
  const readRow = rowReader(mapping, object, { at: LONG_AFTER, known: false }, object);
  const tallies = new Map<string, Tally>();
  const mappedSeen = new Set<string>();
  const refused = new Map<string, InputFault & { rows: number }>();
  let rows = 0;

  const refuse = (fault: InputFault): void => {
    const key = `${fault.path}: ${fault.expected}`;
    const before = refused.get(key);
    if (before !== undefined) before.rows += 1;
    else if (refused.size < MAX_FIELDS) refused.set(key, { ...fault, rows: 1 });
  };

  const add = (row: unknown, offset: number): void => {
    rows += 1;
    const fault = faultIn(readRow, row, offset);
    if (fault !== null) refuse(fault);
    if (!isObject(row)) return;
    for (const { field } of attributes) if (!mappedSeen.has(field) && isThere(row, field)) mappedSeen.add(field);
    for (const [field, value] of Object.entries(row)) {
      if (tallies.size >= MAX_FIELDS && !tallies.has(field)) continue;
      const tally = tallies.get(field) ?? newTally();
      tallies.set(field, tally);
      tallyValue(tally, value);
    }
  };

  const report = (): ObjectProfile => {
    const readAs = (field: string): string | null => readAsOf(field, attributes, tallies.get(field));
    return {
      object,
      role: meaning?.role ?? null,
      rows,
      fields: [...tallies].map(([field, tally]) => {
        const isPersonal = looksPersonal(field) || attributes.some((read) => read.field === field && read.isPersonal);
        return fieldProfile(field, readAs(field), isPersonal, tally, rows);
      }),
      ignored: [...tallies.keys()].filter((field) => readAs(field) === null),
      missing: attributes
        .filter(({ field }) => rows > 0 && !mappedSeen.has(field))
        .map(({ field, attribute }) => ({ field, attribute })),
      refused: [...refused.values()].toSorted((a, b) => b.rows - a.rows),
    };
  };

  return {
    add,
    refuse: (fault) => {
      rows += 1;
      refuse(fault);
    },
    report,
  };
};

const LONG_AFTER = Date.UTC(2100, 0);

type Attribute = { readonly attribute: string; readonly field: string; readonly isPersonal: boolean };

const attributesOf = (meaning: ObjectMapping): readonly Attribute[] => {
  const named = (prefix: string, fields: Readonly<Record<string, FieldMapping>>): readonly Attribute[] =>
    Object.entries(fields).map(([name, { field, isPersonal }]) => ({
      attribute: `${prefix}${name}`,
      field,
      isPersonal,
    }));
  return [
    ...('owner' in meaning ? [{ attribute: 'owner', field: meaning.owner, isPersonal: false }] : []),
    ...named('', meaning.fields),
    ...named('custom.', meaning.custom ?? {}),
  ];
};

/** Empty is there: what is missing was never asked for, or not permitted. */
const isThere = (row: Readonly<Record<string, unknown>>, field: string): boolean => {
  if (row[field] !== undefined) return true;
  const part = compoundPartOf(field);
  const compound = part === null ? undefined : row[part.compound];
  if (part === null || !isObject(compound)) return false;
  return Object.keys(compound).some((name) => name.toLowerCase() === part.part.toLowerCase());
};

/** A compound field is read where one of its parts is. (A person's Name is text in some feeds: then it is nobody's part.) */
const readAsOf = (field: string, attributes: readonly Attribute[], tally: Tally | undefined): string | null => {
  const isCompound = tally?.types.has('compound') ?? false;
  const read = attributes.find(
    (one) => one.field === field || (isCompound && compoundPartOf(one.field)?.compound === field),
  );
  return read?.attribute ?? (AUDIT.includes(field) ? 'audit' : null);
};

const faultIn = (readRow: O.Option<ReadRow>, row: unknown, offset: number): InputFault | null => {
  if (O.isNone(readRow)) return null;
  const read = readRow.value(row, offset);
  return E.isLeft(read) ? read.left : null;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
