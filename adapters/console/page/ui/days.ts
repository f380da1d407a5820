import { dateFormats } from './dateFormats.ts';

/** A date in the programme's time zone, YYYY-MM-DD: what day it is there, and when it begins. */
export const dayAt = (instant: number, timeZone: string): string => formatOf(timeZone).format(instant).slice(0, 10);

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);

/** The last millisecond of a day. */
export const endOfDay = (day: string, timeZone: string): number => {
  const wanted = Date.parse(`${addDays(day, 1)}T00:00:00Z`);
  // Twice: on the day the clocks change the first guess may stand on the other side of the change.
  const guess = wanted - offsetAt(wanted, timeZone);
  return wanted - offsetAt(guess, timeZone) - 1;
};

/** The last millisecond of the day before an instant: where the clocks change that is not 24 hours earlier. */
export const endOfDayBefore = (instant: number, timeZone: string): number =>
  endOfDay(addDays(dayAt(instant, timeZone), -1), timeZone);

/** In the reader's words: "Tuesday, 3 March 2026". */
export const longDay = (day: string): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString(undefined, { dateStyle: 'full', timeZone: 'UTC' });
export const shortDay = (day: string): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

/** A day as every day of the page is written; what is none, as it is. */
export const dayText = (text: string): string =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? shortDay(text) : text;

const DAY_MS = 86_400_000;

/** How far the clock on the wall is ahead of UTC, in ms. */
const offsetAt = (instant: number, timeZone: string): number => {
  const onTheWall = formatOf(timeZone).format(instant).replace(' ', 'T');
  return Date.parse(`${onTheWall}Z`) - Math.floor(instant / 1000) * 1000;
};

/** The Swedish way to write a date is ISO 8601's: "2026-03-01 12:00:00". */
const formatOf = dateFormats('sv', { dateStyle: 'short', timeStyle: 'medium' });
