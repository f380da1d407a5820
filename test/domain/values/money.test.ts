import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { describe, expect, test } from 'vitest';
import {
  absMinor,
  addMinor,
  canonicalDecimal,
  compareMinor,
  formatMoney,
  isNegative,
  type MinorUnits,
  negateMinor,
  shareOf,
  subtractMinor,
  toMinorUnits,
} from '#domain/index.ts';

/** A decimal as scaled integer: value × 10^80, exactly. */
const scaled = (text: string): bigint => {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text.trim()) ?? [];
  const digits = BigInt(whole + fraction || '0') * 10n ** BigInt(80 - fraction.length + Number(exponent));
  return sign === '-' ? -digits : digits;
};

const digitsArb = (max: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: max }).map((digits) => digits.join(''));

/** Any rendering of a decimal number that a feed might choose. */
const renderingArb = fc
  .record({
    sign: fc.constantFrom('', '-', '+'),
    whole: digitsArb(18),
    fraction: fc.option(digitsArb(10)),
    exponent: fc.option(fc.integer({ min: -12, max: 12 })),
  })
  .map(
    ({ sign, whole, fraction, exponent }) =>
      `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : `e${exponent}`}`,
  );

const canonical = (text: string): string | null => O.toNullable(canonicalDecimal(text));

describe('a canonical decimal', () => {
  const renderings = ['1', '1.0', '01', '+1', '1e0', '10e-1', '0', '-0', '.5', '5.', '1e3', ' 2 ', '0.10', '-0.0'];

  test('keeps the value, says it one way only, and is its own canonical form', () => {
    fc.assert(
      fc.property(renderingArb, renderingArb, (one, other) => {
        const text = canonical(one);
        expect(text).toMatch(/^(?:0|-?(?:[1-9]\d*|0(?=\.))(?:\.\d*[1-9])?)$/);
        expect(scaled(text!)).toBe(scaled(one));
        expect(canonical(text!)).toBe(text);
        expect(text === canonical(other)).toBe(scaled(one) === scaled(other));
      }),
      { numRuns: 1000, examples: renderings.map((rendering) => [rendering, '1']) },
    );
  });

  test.each([
    ['1.0', '1'],
    ['-0.00', '0'],
    ['+07.50', '7.5'],
    ['1.2e3', '1200'],
    ['12e-4', '0.0012'],
    ['90071992547409.930', '90071992547409.93'],
  ])('of %s is %s', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  test.each(['', '.', '-', '1,5', '1 000', '0x10', 'NaN', 'Infinity', '1e', '--1', '1e999', '1'.repeat(41)])(
    'there is none of %j',
    (text) => {
      expect(canonical(text)).toBeNull();
    },
  );
});

const minorArb: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: -1000n, max: 1000n }),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }).chain((n) => fc.constantFrom(n, -n)),
  fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
);
/** As toMinorUnits gives it: yen have no decimals. */
const minorOf = (value: bigint): MinorUnits => {
  const minor = toMinorUnits(value.toString(), 'JPY');
  if (E.isLeft(minor)) throw new Error('JPY has no decimals');
  return minor.right;
};

describe('minor units', () => {
  test('are exact, below 2^53 and beyond', () => {
    fc.assert(
      fc.property(minorArb, minorArb, (a, b) => {
        const [left, right] = [minorOf(a), minorOf(b)];
        expect(addMinor(left, right)).toEqual(minorOf(a + b));
        expect(subtractMinor(left, right)).toEqual(minorOf(a - b));
        expect(negateMinor(left)).toEqual(minorOf(-a));
        expect(absMinor(left)).toEqual(minorOf(a < 0n ? -a : a));
        expect(isNegative(left)).toBe(a < 0n);
        expect(Math.sign(compareMinor(left, right))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
      {
        numRuns: 1000,
        examples: [
          [2n ** 53n - 1n, 1n],
          [2n ** 53n, -1n],
          [-(2n ** 53n) + 1n, -1n],
          [0n, 0n],
        ],
      },
    );
  });

  test('of one value are one: a number inside the safe range, text beyond', () => {
    expect(minorOf(2n ** 53n - 1n)).toBe(9007199254740991);
    expect(minorOf(2n ** 53n)).toBe('9007199254740992');
    expect(Object.is(minorOf(0n), 0) && Object.is(negateMinor(0), 0)).toBe(true);
  });

  test('and back: an amount is written with all decimals of its currency', () => {
    fc.assert(
      fc.property(minorArb, fc.constantFrom(['EUR', 2], ['JPY', 0], ['KWD', 3]), (value, currency) => {
        const [code, decimals] = currency as readonly [string, number];
        const { amount } = formatMoney(minorOf(value), code);
        expect(amount).toMatch(decimals === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${decimals}}$`));
        expect(toMinorUnits(canonical(amount)!, code)).toEqual(E.right(minorOf(value)));
      }),
      {
        examples: [
          [5n, ['EUR', 2]],
          [-5n, ['KWD', 3]],
          [0n, ['JPY', 0]],
        ],
      },
    );
  });

  test.each([
    [0, 'EUR', '0.00'],
    [5, 'EUR', '0.05'],
    [-5, 'EUR', '-0.05'],
    [1250, 'JPY', '1250'],
    [1, 'KWD', '0.001'],
    ['9007199254740993', 'EUR', '90071992547409.93'],
  ])('%s of %s is %s', (minor, currency, amount) => {
    expect(formatMoney(minor, currency)).toEqual({ amount, currency });
  });

  test.each([
    ['12.345', 'EUR', { type: 'TooManyDecimals', currency: 'EUR', decimals: 2 }],
    ['0.5', 'JPY', { type: 'TooManyDecimals', currency: 'JPY', decimals: 0 }],
    ['1', 'EURO', { type: 'UnknownCurrency' }],
    ['1', 'eur', { type: 'UnknownCurrency' }],
    ['1', 'constructor', { type: 'UnknownCurrency' }],
  ])('%s %s is refused', (decimal, currency, fault) => {
    expect(toMinorUnits(decimal, currency)).toEqual(E.left(fault));
  });
});

describe('a share', () => {
  test('is within 0..1, in hundredths, rounded down', () => {
    fc.assert(
      fc.property(minorArb, minorArb, fc.bigInt({ min: 1n, max: 10n ** 20n }), (value, from, length) => {
        const share = shareOf(minorOf(value), minorOf(from), minorOf(from + length));
        const hundredths = BigInt(Math.round(share * 100));
        expect(share).toBe(Number(hundredths) / 100);
        const done = value < from ? 0n : value > from + length ? length : value - from;
        expect(hundredths * length <= done * 100n && done * 100n < (hundredths + 1n) * length).toBe(true);
      }),
      {
        numRuns: 1000,
        examples: [
          [499_99n, 0n, 500_00n],
          [500_00n, 0n, 500_00n],
          [-1n, 0n, 500_00n],
        ],
      },
    );
  });
});
