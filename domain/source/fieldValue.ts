import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { EpochMs } from '../values/calendar.ts';
import { isWholeId, salesforceId } from '../values/ids.ts';
import { canonicalDecimal } from '../values/money.ts';
import { dateText, instantOf, isUsualDate, readEpochMs } from './instant.ts';
import type { FieldValue } from './observation.ts';
import { scalarText } from './scalar.ts';

/** How a field is read. `choice` keeps values that the mapping does not list as they are. */
export type FieldKind = 'text' | 'choice' | 'decimal' | 'date' | 'instant' | 'flag' | 'reference';

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
  decimal: (raw) => (typeof raw === 'number' && printsPlainly(raw) ? numberText(raw) : readAny('decimal', raw)),
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

/** String(raw), but an amount in cents is put together from two whole numbers: a third of the time that a double takes (npm run bench -- ndjson). */
const numberText = (raw: number): string => {
  const cents = Math.round(raw * 100);
  if (!(cents > 0 && cents < 1_000_000_000 && cents / 100 === raw)) return String(raw);
  const whole = Math.floor(cents / 100);
  return `${whole}${centTexts[cents - whole * 100] ?? ''}`;
};
const centTexts = Array.from({ length: 100 }, (_, cents) => String(cents / 100).slice(1));

/** The general way: every rendering of a kind, from its text. */
const readAny = (kind: FieldKind, raw: unknown): FieldValue | undefined => {
  if (raw === null || raw === undefined) return null;
  const text = scalarText(raw);
  if (text === null) return undefined;
  const trimmed = kind === 'text' ? text : text.trim();
  return trimmed === '' ? null : renderings[kind](trimmed, raw);
};

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
