import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchFor } from '#adapters/forget/search.ts';
import { salesforceId } from '#adapters/sample/ids.ts';

const ADA = salesforceId('Contact', 1);
const textArb = fc.string({ unit: 'grapheme', minLength: 6, maxLength: 20 });

/** How the same text may stand where it was stored. */
const spelled: Readonly<Record<string, (value: string) => string>> = {
  plain: (value) => value,
  'as JSON': (value) => JSON.stringify({ value }),
  'as JSON within JSON': (value) => JSON.stringify({ text: JSON.stringify({ value }) }),
  'as escapes': (value) =>
    JSON.stringify(value).replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
};

describe('a search for personal values', () => {
  it.each(Object.keys(spelled))('finds them %s, where the member is named in 15 or 18 characters', (how) => {
    fc.assert(
      fc.property(textArb, fc.constantFrom(15, 18), (value, length) => {
        const unit = `${ADA.slice(0, length)} ${spelled[how]?.(value)}`;
        expect(searchFor([value], ADA).inUnit(unit)).toBe('found');
        expect(searchFor([value], ADA).inUnit(Buffer.from(unit))).toBe('found');
      }),
    );
  });

  it('tells those of somebody who is called the same apart, and finds none where there is none', () => {
    const search = searchFor(['Ada', 'Roth-Meyer'], ADA);
    expect(search.inUnit(`${salesforceId('Contact', 2)} Ada Roth-Meyer`)).toBe('alike');
    expect(search.inUnit(`${ADA} Adam Roth`)).toBeNull();
    expect(search.inUnit(`${ADA} "Ada"`)).toBe('found');
  });

  it('in bytes without an order counts what stands near the member', () => {
    const far = Buffer.alloc(10_000);
    const bytes = Buffer.concat([Buffer.from(`Vancouver ${ADA}`), far, Buffer.from('Vancouver'), far]);
    expect(searchFor(['Vancouver'], ADA).inBytes(bytes)).toEqual({ found: 1, alike: 1 });
  });
});
