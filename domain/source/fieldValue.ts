import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { type EpochMs, type LocalDate, localDate } from '../values/calendar.ts';
import { salesforceId } from '../values/ids.ts';
import { canonicalDecimal } from '../values/money.ts';
import type { FieldValue } from './observation.ts';

/** How a field is read. `choice` keeps values that the mapping does not list as they are. */
export type FieldKind = 'text' | 'choice' | 'decimal' | 'date' | 'instant' | 'flag' | 'reference';

/** A number of a JSON text, exactly as written: what a double cannot hold is not lost. */
export type ExactNumber = { readonly exactNumber: string };

/**
 * Reads a raw value in any of its documented renderings as canonical text, so that equal values are equal text.
 * Lenient about rendering (1, "1", 1.0; +0000, Z, epoch ms; null, "", absent), strict about meaning.
 * Left: what was expected, never the value.
 */
export const readField = (kind: FieldKind, raw: unknown): E.Either<string, FieldValue> => {
  if (raw === null || raw === undefined) return E.right(null);
  const text = scalarText(raw);
  if (text === null) return E.left(expected[kind]);
  const trimmed = kind === 'text' ? text : text.trim();
  if (trimmed === '') return E.right(null);
  const value = readers[kind](trimmed, raw);
  return value === null ? E.left(expected[kind]) : E.right(value);
};

export const readInstant = (raw: unknown): O.Option<number> => {
  const text = scalarText(raw)?.trim() ?? '';
  const at = text === '' ? null : instantOf(text, raw);
  return at === null ? O.none : O.some(at);
};

const expected: Readonly<Record<FieldKind, string>> = {
  text: 'expected text',
  choice: 'expected text',
  decimal: 'expected a decimal number',
  date: 'expected a date such as 2026-03-04',
  instant: 'expected a date and time such as 2026-03-04T05:06:07.000Z, or epoch milliseconds',
  flag: 'expected true or false',
  reference: 'expected a Salesforce id of 15 or 18 letters and digits',
};

const scalarText = (raw: unknown): string | null => {
  if (typeof raw === 'string') return raw;
  if (typeof raw === 'number' || typeof raw === 'boolean') return String(raw);
  if (typeof raw === 'object' && raw !== null && 'exactNumber' in raw && typeof raw.exactNumber === 'string')
    return raw.exactNumber;
  return null;
};

const isNumber = (raw: unknown): boolean => typeof raw === 'number' || (typeof raw === 'object' && raw !== null);

type Reader = (text: string, raw: unknown) => FieldValue;

const flags: ReadonlyMap<string, string> = new Map([
  ['true', 'true'],
  ['1', 'true'],
  ['false', 'false'],
  ['0', 'false'],
]);

const DATE_START = /^(\d{4}-\d{2}-\d{2})(?:T00:00:00(?:\.0+)?(?:Z|[+-]00:?00)?)?$/;
const EPOCH_MS = /^-?\d{1,15}(?:\.0+)?$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;
const MIDNIGHT_MS = 86_400_000;

/** Instants are kept as epoch milliseconds. A rendering without a zone is UTC, as Salesforce's API gives times. */
const instantOf = (text: string, raw: unknown): EpochMs | null => {
  const usual = usualInstant(text);
  if (usual !== null) return usual;
  // + 0: no negative zero.
  if (isNumber(raw) || EPOCH_MS.test(text)) return EPOCH_MS.test(text) ? Math.trunc(Number(text)) + 0 : null;
  const parts = INSTANT.exec(text);
  if (parts === null || O.isNone(localDate(text.slice(0, 10)))) return null;
  const zone = parts[1];
  const withColon =
    zone !== undefined && /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : (zone ?? 'Z');
  const at = Date.parse(text.slice(0, text.length - (zone?.length ?? 0)).replace(' ', 'T') + withColon);
  return Number.isNaN(at) ? null : at;
};

/**
 * 2026-03-04T05:06:07.000+0000 or …Z, as Salesforce writes every instant; null: any other rendering, or none.
 * By arithmetic: the general way cost as much as JSON.parse of the row, for its two dates (npm run bench -- ndjson).
 */
const usualInstant = (text: string): EpochMs | null => {
  const isUsual = (text.length === 28 && text.endsWith('+0000')) || (text.length === 24 && text.endsWith('Z'));
  if (!isUsual || text[10] !== 'T' || text[13] !== ':' || text[16] !== ':' || text[19] !== '.') return null;
  const [hour, minute, second] = [digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2)];
  const at = usualDay(text) + ((hour * 60 + minute) * 60 + second) * 1000 + digits(text, 20, 3);
  return hour < 24 && minute < 60 && second < 60 && !Number.isNaN(at) ? at : null;
};

/** The UTC midnight of the YYYY-MM-DD that a text begins with; NaN: that is no day, or one before the year 1000. */
const usualDay = (text: string): EpochMs => {
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2)];
  const isSound = text[4] === '-' && text[7] === '-' && year >= 1000 && month >= 1 && month <= 12 && day >= 1;
  const midnight = isSound ? Date.UTC(year, month - 1, day) : Number.NaN;
  return day <= 28 || new Date(midnight).getUTCDate() === day ? midnight : Number.NaN;
};

/** NaN: they are not all digits. */
const digits = (text: string, from: number, count: number): number => {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
};

/** A date field; its change events may render it as epoch milliseconds of UTC midnight. */
const dateText = (text: string, raw: unknown): LocalDate | null => {
  if (text.length === 10 && !Number.isNaN(usualDay(text))) return text;
  if (isNumber(raw) || /^-?\d{9,15}$/.test(text)) {
    const at = Number(text);
    return Number.isInteger(at) && Math.abs(at) < 8.64e15 && at % MIDNIGHT_MS === 0
      ? O.toNullable(localDate(new Date(at).toISOString().slice(0, 10)))
      : null;
  }
  const parts = DATE_START.exec(text);
  return parts === null ? null : O.toNullable(localDate(parts[1] ?? ''));
};

/** A double between these prints as canonical text already; a third of the cost of reading the text (npm run bench -- ndjson). */
const printsPlainly = (raw: unknown): boolean =>
  typeof raw === 'number' && (raw === 0 || (Math.abs(raw) >= 1e-6 && Math.abs(raw) < 1e21));

const decimalText: Reader = (text, raw) => {
  if (printsPlainly(raw)) return text;
  return typeof raw === 'boolean' ? null : O.toNullable(canonicalDecimal(text));
};

const asText: Reader = (text) => text;
const textOrNull = (value: number | null): FieldValue => (value === null ? null : String(value));

const readers: Readonly<Record<FieldKind, Reader>> = {
  text: asText,
  choice: asText,
  decimal: decimalText,
  date: (text, raw) => (typeof raw === 'boolean' ? null : dateText(text, raw)),
  instant: (text, raw) => (typeof raw === 'boolean' ? null : textOrNull(instantOf(text, raw))),
  flag: (text) => flags.get(text.toLowerCase()) ?? null,
  reference: (text, raw) => (typeof raw === 'string' ? O.toNullable(salesforceId(text)) : null),
};
