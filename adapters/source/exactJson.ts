import type { ExactNumber } from '#domain/index.ts';
import { isTooDeep } from '../jsonDepth.ts';

/**
 * JSON.parse that loses no digit: a number which a double may not hold becomes its text.
 * commitNumber needs it (a published sample is 1652977933433528300, beyond 2^53), and so may an amount.
 * Throws SyntaxError as JSON.parse does, and where it is nested too deep: a reviver recurses, and so does whoever looks at the value.
 */
export const parseExactJson = (text: string): unknown => {
  if (isTooDeep(text)) throw new SyntaxError('nested too deep');
  return hasLongDigits(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
};

/** Sixteen digits in a row, with or without a point: below that every decimal survives a double and back. */
const LONG_DIGITS = /\d[\d.]{15}/;
const LONG = 16;

/**
 * LONG_DIGITS.test, but it looks at every sixteenth character and backwards from there only while it meets digits: the plain test
 * cost 60 % of JSON.parse for a row of 780 characters, this 3 % (npm run bench -- ndjson).
 */
const hasLongDigits = (text: string): boolean => {
  for (let last = LONG - 1; last < text.length; ) {
    let at = last;
    while (at > last - LONG && isDigitOrPoint(text.charCodeAt(at))) at -= 1;
    if (at === last - LONG) return LONG_DIGITS.test(text);
    last = at + LONG;
  }
  return false;
};

const isDigitOrPoint = (code: number): boolean => (code >= 0x30 && code <= 0x39) || code === 0x2e;

const keepDigits = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined || !LONG_DIGITS.test(source)) return value;
  return { exactNumber: source } satisfies ExactNumber;
};
