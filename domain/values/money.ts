import { code, codes } from 'currency-codes';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';

/**
 * An exact amount in integer minor units of its currency (cents, yen, fils).
 * A number inside the safe integer range; the same integer as decimal text beyond it, so that no sum ever rounds.
 */
export type MinorUnits = number | string;

/** An amount as people write it: as many decimals as its currency has ("0.00"; yen: "0"). */
export type Money = { readonly amount: string; readonly currency: string };

export type AmountFault =
  | { readonly type: 'UnknownCurrency' }
  | { readonly type: 'TooManyDecimals'; readonly currency: string; readonly decimals: number };

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
/** Longer numbers are refused: Salesforce currency fields hold at most 18 digits (Object Reference, "Currency Field Type"). */
const MAX_DIGITS = 40;

/** Canonical decimal text: no exponent, no plus, no leading or trailing zeros, no negative zero. None: not a decimal number. */
export const canonicalDecimal = (text: string): O.Option<string> => {
  const parts = DECIMAL.exec(text.trim());
  if (parts === null) return O.none;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  if (whole === '' && fraction === '') return O.none;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (digits.length > MAX_DIGITS || point > MAX_DIGITS || point < -MAX_DIGITS) return O.none;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const split = point <= 0 ? 1 : point;
  const integer = padded.slice(0, split).replace(/^0+(?=\d)/, '');
  const decimals = padded.slice(split).replace(/0+$/, '');
  if (integer.length + decimals.length > MAX_DIGITS) return O.none;
  const magnitude = decimals === '' ? integer : `${integer}.${decimals}`;
  return O.some(sign === '-' && magnitude !== '0' ? `-${magnitude}` : magnitude);
};

/** Decimals of every ISO 4217 currency (package currency-codes, from ISO's own list one). */
const decimalsOf: ReadonlyMap<string, number> = new Map(codes().map((name) => [name, code(name)?.digits ?? 0]));

/** Reads a canonical decimal as minor units of a currency. */
export const toMinorUnits = (decimal: string, currency: string): E.Either<AmountFault, MinorUnits> => {
  const decimals = decimalsOf.get(currency);
  if (decimals === undefined) return E.left({ type: 'UnknownCurrency' });
  const [integer = '0', fraction = ''] = decimal.split('.');
  if (fraction.length > decimals) return E.left({ type: 'TooManyDecimals', currency, decimals });
  return E.right(normal(BigInt(integer + fraction.padEnd(decimals, '0'))));
};

export const formatMoney = (minor: MinorUnits, currency: string): Money => {
  const decimals = decimalsOf.get(currency) ?? 0;
  const text = String(minor);
  const sign = text.startsWith('-') ? '-' : '';
  const digits = text.slice(sign.length).padStart(decimals + 1, '0');
  const split = digits.length - decimals;
  return { amount: sign + digits.slice(0, split) + (decimals === 0 ? '' : `.${digits.slice(split)}`), currency };
};

/** Exact sum; the number path is the hot one, text only where a sum leaves the safe range. */
export const addMinor = (a: MinorUnits, b: MinorUnits): MinorUnits => {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return normal(BigInt(a) + BigInt(b));
};

export const negateMinor = (a: MinorUnits): MinorUnits => (typeof a === 'number' ? 0 - a : normal(-BigInt(a)));

export const absMinor = (a: MinorUnits): MinorUnits => (isNegative(a) ? negateMinor(a) : a);

export const subtractMinor = (a: MinorUnits, b: MinorUnits): MinorUnits => addMinor(a, negateMinor(b));

export const isNegative = (a: MinorUnits): boolean => (typeof a === 'number' ? a < 0 : a.startsWith('-'));

/** (value − from) / (to − from), clamped to 0..1 and rounded down to two decimals. from < to. */
export const shareOf = (value: MinorUnits, from: MinorUnits, to: MinorUnits): number => {
  const done = BigInt(value) - BigInt(from);
  const whole = BigInt(to) - BigInt(from);
  if (done <= 0n) return 0;
  if (done >= whole) return 1;
  return Number((done * 100n) / whole) / 100;
};

export const compareMinor = (a: MinorUnits, b: MinorUnits): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};

/** Negative zero is zero: both are written "0". */
const normal = (value: bigint): MinorUnits =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
