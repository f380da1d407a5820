import { formatOf, hashOf, typeOf, type ValueType } from './profileValue.ts';

/** What the rows of one object hold in one field. */
export type FieldProfile = {
  readonly field: string;
  /** What the mapping reads it as: "amount", "custom.size", "owner", "audit"; null: it does not. */
  readonly readAs: string | null;
  readonly isPersonal: boolean;
  /** The most frequent first. */
  readonly types: readonly ValueType[];
  /** Share of the rows that are empty or lack it: 0..1. */
  readonly emptyRate: number;
  /** Different values; `isMore`: there are more. */
  readonly distinct: { readonly count: number; readonly isMore: boolean };
  /** Patterns such as "A-9", the values themselves where there are few and each is frequent. [] for personal fields. */
  readonly formats: readonly string[];
  readonly values: readonly string[];
};

const MAX_DISTINCT = 1_000;
const MAX_VALUES = 8;
const MAX_FORMATS = 3;
const MAX_VALUE_LENGTH = 40;

/** What is counted of a field while its rows pass by. */
export type Tally = {
  filled: number;
  readonly types: Map<ValueType, number>;
  readonly hashes: Set<number>;
  isMore: boolean;
  readonly formats: Map<string, number>;
  /** null: there are too many, or too long ones. */
  values: Set<string> | null;
};

export const newTally = (): Tally => ({
  ...{ filled: 0, types: new Map(), hashes: new Set(), isMore: false },
  ...{ formats: new Map(), values: new Set() },
});

export const tallyValue = (tally: Tally, value: unknown): void => {
  const type = typeOf(value);
  if (type === null) return;
  tally.filled += 1;
  tally.types.set(type, (tally.types.get(type) ?? 0) + 1);
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const hash = hashOf(text);
  if (tally.hashes.size < MAX_DISTINCT) tally.hashes.add(hash);
  else if (!tally.hashes.has(hash)) tally.isMore = true;
  if (type !== 'text') return;
  const format = formatOf(text);
  if (tally.formats.size < MAX_DISTINCT || tally.formats.has(format))
    tally.formats.set(format, (tally.formats.get(format) ?? 0) + 1);
  if (text.length > MAX_VALUE_LENGTH || (tally.values !== null && tally.values.size > MAX_VALUES)) tally.values = null;
  tally.values?.add(text);
};

export const fieldProfile = (
  field: string,
  readAs: string | null,
  isPersonal: boolean,
  tally: Tally,
  rows: number,
): FieldProfile => {
  const { values, filled, hashes } = tally;
  const areFrequent = values !== null && values.size <= MAX_VALUES && filled >= values.size * TIMES_EACH;
  return {
    field,
    readAs,
    isPersonal,
    types: byFrequency(tally.types),
    emptyRate: rows === 0 ? 0 : Math.round(((rows - filled) / rows) * 1_000) / 1_000,
    distinct: { count: hashes.size, isMore: tally.isMore },
    formats: isPersonal ? [] : byFrequency(tally.formats).slice(0, MAX_FORMATS),
    values: !isPersonal && areFrequent ? [...values].toSorted(byCodeUnit) : [],
  };
};

/** Fewer may be somebody's own: only what comes again and again is a choice. */
const TIMES_EACH = 5;

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byFrequency = <Key>(counts: ReadonlyMap<Key, number>): readonly Key[] =>
  [...counts].toSorted(([, a], [, b]) => b - a).map(([key]) => key);
