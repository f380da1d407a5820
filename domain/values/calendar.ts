import * as O from 'fp-ts/lib/Option.js';
import { fromEpochMilliseconds, toZonedDateTimeISO } from 'temporal-polyfill/fns/Instant';
import { create, toZonedDateTime } from 'temporal-polyfill/fns/PlainDate';

/** A calendar date, YYYY-MM-DD. Dates compare as text. */
export type LocalDate = string;
/** A point in time: milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;
/** An IANA time zone, such as "Europe/Paris". */
export type TimeZone = string;

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

export const isTimeZone = (text: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
};

/** None: not a date of the calendar (2026-02-30). */
export const localDate = (text: string): O.Option<LocalDate> => {
  if (!DATE.test(text)) return O.none;
  const day = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text ? O.none : O.some(text);
};

/**
 * The UTC midnight that a date begins with; NaN: that is no date of the calendar, or one before the year 1000. All are whole numbers.
 * By arithmetic: half the time of Date.UTC (npm run bench -- ndjson).
 */
export const utcMidnight = (year: number, month: number, day: number): EpochMs => {
  if (!(year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= 31)) return Number.NaN;
  const leapDay = isLeap(year) ? 1 : 0;
  if (day > 28 && day > (DAYS_OF[month] ?? 0) + (month === 2 ? leapDay : 0)) return Number.NaN;
  const before = year - 1;
  const leapYears = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const dayOfYear = (DAYS_BEFORE[month] ?? 0) + (month > 2 ? leapDay : 0) + day - 1;
  return ((year - 1970) * 365 + leapYears - LEAP_YEARS_BEFORE_1970 + dayOfYear) * DAY_MS;
};

/** Of a year that is no leap year; months count from 1. */
const DAYS_OF = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAYS_BEFORE = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const LEAP_YEARS_BEFORE_1970 = 477;

/** The date on the wall at an instant. */
export const dateAt = (instant: EpochMs, zone: TimeZone): LocalDate => {
  if (zone === 'UTC') return new Date(instant).toISOString().slice(0, 10);
  const day = lastDay.get(zone);
  if (day !== undefined && instant >= day.startsAt && instant < day.endsAt) return day.date;
  const { year, month, day: ofMonth } = toZonedDateTimeISO(fromEpochMilliseconds(instant), zone);
  const date = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(ofMonth).padStart(2, '0')}`;
  lastDay.set(zone, { date, startsAt: startOfDay(date, zone), endsAt: startOfDay(addDays(date, 1), zone) });
  return date;
};

/** The last answer for each zone: a fold of many members asks for the same day. A pure function's memory, nothing more. */
const lastDay = new Map<TimeZone, { readonly date: LocalDate; readonly startsAt: EpochMs; readonly endsAt: EpochMs }>();

/** The first instant of a date; where a clock change skips midnight, the first instant that exists. */
export const startOfDay = (date: LocalDate, zone: TimeZone): EpochMs =>
  zone === 'UTC'
    ? Date.parse(`${date}T00:00:00Z`)
    : toZonedDateTime(create(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10))), zone)
        .epochMilliseconds;

export const addDays = (date: LocalDate, days: number): LocalDate =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

export const daysBetween = (from: LocalDate, to: LocalDate): number =>
  (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS;

/** The same day a year ago; 29 February becomes 28 February. */
export const sameDayYearAgo = (date: LocalDate): LocalDate => shiftYears(date, -1);

/** The first day on which a date no longer lies in the twelve months that end on that day. null: no day that can be written. */
export const leavesYearOn = (date: LocalDate): LocalDate | null => {
  if (date >= LAST_YEAR) return null;
  const nextYear = shiftYears(date, 1);
  return sameDayYearAgo(nextYear) >= date ? nextYear : addDays(nextYear, 1);
};

const LAST_YEAR = '9999';

const shiftYears = (date: LocalDate, years: number): LocalDate => {
  const year = Number(date.slice(0, 4)) + years;
  const day = date.slice(4);
  return `${String(year).padStart(4, '0')}${day === '-02-29' && !isLeap(year) ? '-02-28' : day}`;
};

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
