import fc from 'fast-check';
import * as O from 'fp-ts/lib/Option.js';
import { describe, expect, test } from 'vitest';
import { salesforceId } from '#domain/index.ts';

const alphabet = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];
const id15Arb = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 15, maxLength: 15 });

const vectors = [
  ['0038d00000Qz7Ab', '0038d00000Qz7AbAAJ'],
  ['0lM8d0000004xKj', '0lM8d0000004xKjEAI'],
  ['001Ab00000CdEfG', '001Ab00000CdEfGIAV'],
  ['0lz8d0000001abC', '0lz8d0000001abCAAQ'],
  ['000000000000000', '000000000000000AAA'],
] as const;

describe('a record id', () => {
  test.each(vectors)('%s is %s', (id15, id18) => {
    expect(salesforceId(id15)).toEqual(O.some(id18));
  });

  test('in its long form stays as it is', () => {
    fc.assert(
      fc.property(id15Arb, (id15) => {
        const id18 = salesforceId(id15);
        expect(O.chain(salesforceId)(id18)).toEqual(id18);
        expect(O.toNullable(id18)).toHaveLength(18);
        expect(O.toNullable(id18)?.slice(0, 15)).toBe(id15);
      }),
      { examples: vectors.map(([id15]): [string] => [id15]) },
    );
  });

  test('in its long form differs from others even where letter case is lost', () => {
    fc.assert(
      fc.property(id15Arb, fc.array(fc.boolean(), { minLength: 15, maxLength: 15 }), (id15, isFlipped) => {
        const flipped = [...id15].map((c, i) => (isFlipped[i] ? flip(c) : c)).join('');
        const [one, other] = [salesforceId(id15), salesforceId(flipped)].map((id) => O.toNullable(id)?.toLowerCase());
        expect(one === other).toBe(id15 === flipped);
      }),
    );
  });

  test.each([
    '',
    '0038d00000Qz7A',
    '0038d00000Qz7AbA',
    '0038d00000Qz7AbAA',
    '0038d00000Qz7AbAAJx',
    '0038d00000Qz7A-',
    '003*',
    '0038d00000Qz7Äb',
    '0038d00000Qz7AbAA-',
    '0038d00000Qz7AbAAÄ',
    '0038d00000Qz7Ab@[`',
    '0038d00000Qz7Ab{/:',
  ])('is not %j', (text) => {
    expect(O.isNone(salesforceId(text))).toBe(true);
  });
});

const flip = (letter: string): string =>
  letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
