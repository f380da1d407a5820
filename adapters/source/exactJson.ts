import type { ExactNumber } from '#domain/index.ts';

/**
 * JSON.parse that loses no digit: a number which a double may not hold becomes its text.
 * commitNumber needs it (a published sample is 1652977933433528300, beyond 2^53), and so may an amount.
 * Throws SyntaxError as JSON.parse does.
 */
export const parseExactJson = (text: string): unknown =>
  LONG_DIGITS.test(text) ? parseKeepingDigits(text) : JSON.parse(text);

/** A reviver recurses: what is nested too deep for that is no input anyone meant. */
const parseKeepingDigits = (text: string): unknown => {
  try {
    return JSON.parse(text, keepDigits);
  } catch (error) {
    throw error instanceof RangeError ? new SyntaxError('nested too deep') : error;
  }
};

/** Sixteen digits in a row, with or without a point: below that every decimal survives a double and back. */
const LONG_DIGITS = /\d[\d.]{15}/;

const keepDigits = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined || source.length < 16) return value;
  return { exactNumber: source } satisfies ExactNumber;
};
