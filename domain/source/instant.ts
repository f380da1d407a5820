import * as O from 'fp-ts/lib/Option.js';
import { type EpochMs, type LocalDate, localDate, utcMidnight } from '../values/calendar.ts';
import { isNumber, scalarText } from './scalar.ts';

/** A date and time in any rendering; undefined: there is none. */
export const readEpochMs = (raw: unknown): EpochMs | undefined => {
  // Fifteen digits; + 0: no negative zero.
  if (typeof raw === 'number' && Number.isInteger(raw) && Math.abs(raw) < 1e15) return raw + 0;
  const usual = typeof raw === 'string' ? usualInstant(raw) : undefined;
  if (usual !== undefined) return usual;
  const text = scalarText(raw)?.trim() ?? '';
  return text === '' ? undefined : instantOf(text, raw);
};

const DATE_START = /^(\d{4}-\d{2}-\d{2})(?:T00:00:00(?:\.0+)?(?:Z|[+-]00:?00)?)?$/;
const EPOCH_MS = /^-?\d{1,15}(?:\.0+)?$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;
const DAY_MS = 86_400_000;
const [PLUS, DASH, POINT, ZERO, COLON, UPPER_T, UPPER_Z] = [0x2b, 0x2d, 0x2e, 0x30, 0x3a, 0x54, 0x5a];

/** Instants are kept as epoch milliseconds. A rendering without a zone is UTC, as Salesforce's API gives times. */
export const instantOf = (text: string, raw: unknown): EpochMs | undefined => {
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

const usualInstant = (text: string): EpochMs | undefined =>
  text.length === 28 || text.length === 24 ? instantInBytes(bytesOf(text), 0, text.length) : undefined;

/** The UTC midnight of a YYYY-MM-DD; NaN: that is no day, or one before the year 1000. */
const usualDay = (text: string): EpochMs => (text.length === 10 ? dayInBytes(bytesOf(text), 0) : Number.NaN);

/**
 * 2026-03-04T05:06:07.000+0000 or …Z, as Salesforce writes every instant, in bytes [from, to); undefined: any other rendering, or none.
 * By arithmetic: the general way cost as much as JSON.parse of the row, for its two dates; of bytes, as each character of a text costs three times
 * as much as a byte (npm run bench -- ndjson).
 */
export const instantInBytes = (bytes: Uint8Array, from: number, to: number): EpochMs | undefined => {
  const isUsual =
    (to - from === 28 ? isZeroOffset(bytes, from + 23) : to - from === 24 && bytes[from + 23] === UPPER_Z) &&
    bytes[from + 10] === UPPER_T &&
    bytes[from + 13] === COLON &&
    bytes[from + 16] === COLON &&
    bytes[from + 19] === POINT;
  if (!isUsual) return undefined;
  const [hour, minute, second] = [
    twoDigits(bytes, from + 11),
    twoDigits(bytes, from + 14),
    twoDigits(bytes, from + 17),
  ];
  const ms = twoDigits(bytes, from + 20) * 10 + digit(bytes, from + 22);
  const isTime = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60 && ms >= 0;
  const at = isTime ? dayInBytes(bytes, from) + ((hour * 60 + minute) * 60 + second) * 1000 + ms : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
};

const isZeroOffset = (bytes: Uint8Array, from: number): boolean =>
  bytes[from] === PLUS &&
  bytes[from + 1] === ZERO &&
  bytes[from + 2] === ZERO &&
  bytes[from + 3] === ZERO &&
  bytes[from + 4] === ZERO;

const dayInBytes = (bytes: Uint8Array, from: number): EpochMs =>
  bytes[from + 4] === DASH && bytes[from + 7] === DASH
    ? utcMidnight(
        twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2),
        twoDigits(bytes, from + 5),
        twoDigits(bytes, from + 8),
      )
    : Number.NaN;

const twoDigits = (bytes: Uint8Array, at: number): number => digit(bytes, at) * 10 + digit(bytes, at + 1);

/** Far below zero: there is none. A whole number, other than NaN, so that all of it is reckoned with whole numbers. */
const digit = (bytes: Uint8Array, at: number): number => {
  const value = (bytes[at] ?? 0) - ZERO;
  return value >= 0 && value <= 9 ? value : -1_000_000;
};

/** Of at most 28 characters, until the next call; what is beyond ASCII becomes 0. */
const bytesOf = (text: string): Uint8Array => {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    scratch[at] = code < 0x80 ? code : 0;
  }
  return scratch;
};
const scratch = new Uint8Array(28);

/** As nearly every date comes, and canonical already. */
export const isUsualDate = (text: string): boolean => !Number.isNaN(usualDay(text));

/** A date field; its change events may render it as epoch milliseconds of UTC midnight. */
export const dateText = (text: string, raw: unknown): LocalDate | undefined => {
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
