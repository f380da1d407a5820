import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { type EpochMs, type LocalDate, localDate, utcMidnight } from '../values/calendar.ts';
import { isWholeId, salesforceId } from '../values/ids.ts';
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
  const value = fieldReaders[kind](raw);
  return value === undefined ? E.left(`expected ${fieldMeanings[kind]}`) : E.right(value);
};

export const readInstant = (raw: unknown): O.Option<EpochMs> => O.fromNullable(readEpochMs(raw));

/** The same for rows, of which there are millions; undefined: none can be read. */
export const readEpochMs = (raw: unknown): EpochMs | undefined => {
  const usual = typeof raw === 'string' ? usualInstant(raw) : undefined;
  if (usual !== undefined) return usual;
  const text = scalarText(raw)?.trim() ?? '';
  return text === '' ? undefined : instantOf(text, raw);
};

export const fieldMeanings: Readonly<Record<FieldKind, string>> = {
  text: 'text',
  choice: 'text',
  decimal: 'a decimal number',
  date: 'a date such as 2026-03-04',
  instant: 'a date and time such as 2026-03-04T05:06:07.000Z, or epoch milliseconds',
  flag: 'true or false',
  reference: 'a Salesforce id of 15 or 18 letters and digits',
};

/** undefined: it cannot be read. */
export type ReadValue = (raw: unknown) => FieldValue | undefined;

/**
 * readField without the reason. Each begins with the rendering in which nearly every value comes, as AppFlow writes it, which is canonical
 * already, and leaves all others to the general way: that alone took a third of the time of JSON.parse of the row (npm run bench -- ndjson).
 */
export const fieldReaders: Readonly<Record<FieldKind, ReadValue>> = {
  text: (raw) => (typeof raw === 'string' && raw !== '' ? raw : readAny('text', raw)),
  choice: (raw) => (typeof raw === 'string' && isBare(raw) ? raw : readAny('choice', raw)),
  decimal: (raw) => (typeof raw === 'number' && printsPlainly(raw) ? String(raw) : readAny('decimal', raw)),
  date: (raw) => (typeof raw === 'string' && isUsualDate(raw) ? raw : readAny('date', raw)),
  instant: (raw) => readAny('instant', raw),
  flag: (raw) => (typeof raw === 'boolean' ? (raw ? 'true' : 'false') : readAny('flag', raw)),
  reference: (raw) => (typeof raw === 'string' && isWholeId(raw) ? raw : readAny('reference', raw)),
};

/** Not empty, and without a blank around it. */
const isBare = (text: string): boolean => isPrinted(text.charCodeAt(0)) && isPrinted(text.charCodeAt(text.length - 1));

/** In ASCII: others may be blanks too. */
const isPrinted = (code: number): boolean => code > 0x20 && code < 0x7f;

/** A double between these prints as canonical text already. */
const printsPlainly = (raw: number): boolean => raw === 0 || (Math.abs(raw) >= 1e-6 && Math.abs(raw) < 1e21);

const isUsualDate = (text: string): boolean => text.length === 10 && !Number.isNaN(usualDay(text));

/** The general way: every rendering of a kind, from its text. */
const readAny = (kind: FieldKind, raw: unknown): FieldValue | undefined => {
  if (raw === null || raw === undefined) return null;
  const text = scalarText(raw);
  if (text === null) return undefined;
  const trimmed = kind === 'text' ? text : text.trim();
  return trimmed === '' ? null : renderings[kind](trimmed, raw);
};

const scalarText = (raw: unknown): string | null => {
  if (typeof raw === 'string') return raw;
  if (typeof raw === 'number' || typeof raw === 'boolean') return String(raw);
  if (typeof raw === 'object' && raw !== null && 'exactNumber' in raw && typeof raw.exactNumber === 'string')
    return raw.exactNumber;
  return null;
};

const isNumber = (raw: unknown): boolean => typeof raw === 'number' || (typeof raw === 'object' && raw !== null);

const flags: ReadonlyMap<string, string> = new Map([
  ['true', 'true'],
  ['1', 'true'],
  ['false', 'false'],
  ['0', 'false'],
]);

type Rendering = (text: string, raw: unknown) => string | undefined;

const asText: Rendering = (text) => text;

const renderings: Readonly<Record<FieldKind, Rendering>> = {
  text: asText,
  choice: asText,
  decimal: (text, raw) => (typeof raw === 'boolean' ? undefined : O.toUndefined(canonicalDecimal(text))),
  date: (text, raw) => (typeof raw === 'boolean' ? undefined : dateText(text, raw)),
  instant: (text, raw) => (typeof raw === 'boolean' ? undefined : instantOf(text, raw)?.toString()),
  flag: (text) => flags.get(text.toLowerCase()),
  reference: (text, raw) => (typeof raw === 'string' ? O.toUndefined(salesforceId(text)) : undefined),
};

const DATE_START = /^(\d{4}-\d{2}-\d{2})(?:T00:00:00(?:\.0+)?(?:Z|[+-]00:?00)?)?$/;
const EPOCH_MS = /^-?\d{1,15}(?:\.0+)?$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;
const DAY_MS = 86_400_000;
const [DASH, POINT, COLON, UPPER_T, UPPER_Z] = [0x2d, 0x2e, 0x3a, 0x54, 0x5a];

/** Instants are kept as epoch milliseconds. A rendering without a zone is UTC, as Salesforce's API gives times. */
const instantOf = (text: string, raw: unknown): EpochMs | undefined => {
  const usual = usualInstant(text);
  if (usual !== undefined) return usual;
  // + 0: no negative zero.
  if (isNumber(raw) || EPOCH_MS.test(text)) return EPOCH_MS.test(text) ? Math.trunc(Number(text)) + 0 : undefined;
  const parts = INSTANT.exec(text);
  if (parts === null || O.isNone(localDate(text.slice(0, 10)))) return undefined;
  const zone = parts[1];
  const withColon =
    zone !== undefined && /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : (zone ?? 'Z');
  const at = Date.parse(text.slice(0, text.length - (zone?.length ?? 0)).replace(' ', 'T') + withColon);
  return Number.isNaN(at) ? undefined : at;
};

/**
 * 2026-03-04T05:06:07.000+0000 or …Z, as Salesforce writes every instant; undefined: any other rendering, or none.
 * By arithmetic: the general way cost as much as JSON.parse of the row, for its two dates (npm run bench -- ndjson).
 */
const usualInstant = (text: string): EpochMs | undefined => {
  if (!isUsualForm(text)) return undefined;
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  const ms = twoDigits(text, 20) * 10 + digit(text, 22);
  const isTime = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60 && ms >= 0;
  const at = isTime ? usualDay(text) + ((hour * 60 + minute) * 60 + second) * 1000 + ms : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
};

/** All but the digits. */
const isUsualForm = (text: string): boolean => {
  const isUtc = text.length === 28 ? text.endsWith('+0000') : text.length === 24 && text.charCodeAt(23) === UPPER_Z;
  return (
    isUtc &&
    text.charCodeAt(10) === UPPER_T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    text.charCodeAt(19) === POINT
  );
};

/** The UTC midnight of the YYYY-MM-DD that a text begins with; NaN: that is no day, or one before the year 1000. */
const usualDay = (text: string): EpochMs =>
  text.charCodeAt(4) === DASH && text.charCodeAt(7) === DASH
    ? utcMidnight(twoDigits(text, 0) * 100 + twoDigits(text, 2), twoDigits(text, 5), twoDigits(text, 8))
    : Number.NaN;

const twoDigits = (text: string, at: number): number => digit(text, at) * 10 + digit(text, at + 1);

/** Far below zero: there is none. A whole number, other than NaN, so that all of it is reckoned with whole numbers. */
const digit = (text: string, at: number): number => {
  const value = text.charCodeAt(at) - 0x30;
  return value >= 0 && value <= 9 ? value : -1_000_000;
};

/** A date field; its change events may render it as epoch milliseconds of UTC midnight. */
const dateText = (text: string, raw: unknown): LocalDate | undefined => {
  if (isUsualDate(text)) return text;
  if (isNumber(raw) || /^-?\d{9,15}$/.test(text)) {
    const at = Number(text);
    return Number.isInteger(at) && Math.abs(at) < 8.64e15 && at % DAY_MS === 0
      ? O.toUndefined(localDate(new Date(at).toISOString().slice(0, 10)))
      : undefined;
  }
  const parts = DATE_START.exec(text);
  return parts === null ? undefined : O.toUndefined(localDate(parts[1] ?? ''));
};
