import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintItem, readFingerprintItem } from '#adapters/dynamodb/fingerprintItem.ts';
import { fingerprintsOf, searchByFingerprints } from '#adapters/forget/fingerprints.ts';
import { tally } from '#adapters/forget/scanned.ts';
import { type Search, searchFor } from '#adapters/forget/search.ts';
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

  it('in rows takes the next row for somebody else’s, who may be called the same', () => {
    const others = `{"Id":"${salesforceId('Contact', 2)}","LastName":"Vancouver"}`;
    const { inRows } = searchFor(['Vancouver'], ADA);
    expect(inRows(Buffer.from(`{"Id":"${ADA}"}\n${others}\n{"Id":"${ADA}"}`))).toEqual({ found: 0, alike: 1 });
    expect(inRows(Buffer.from(`${others}\n{"Id":"${ADA}","LastName":"Vancouver"}\n`))).toEqual({ found: 1, alike: 1 });
    // All of it in one line says no more than bytes without an order.
    const far = ' '.repeat(10_000);
    expect(inRows(Buffer.from(`${ADA}${far}Vancouver`))).toEqual({ found: 0, alike: 1 });
  });
});

describe('a search by fingerprints', () => {
  const key = Buffer.alloc(32, 7);
  /** As it is after it was stored. */
  const byFingerprints = (values: readonly string[], opening: Uint8Array = key): Search => {
    const taken = { memberId: ADA, values: values.length, tooShort: 0, ...fingerprintsOf(key, values) };
    const read = readFingerprintItem(fingerprintItem(taken));
    expect(read).toMatchObject({ _tag: 'Right', right: taken });
    return searchByFingerprints(opening, taken, ADA);
  };
  const valueArb = fc.string({ unit: 'grapheme', minLength: 3, maxLength: 20 });

  it('finds what a search that knows the values finds in what names the member, and nothing else', () => {
    const around = fc.constantFrom('', ' ', '"', 'x', 'Ada', '\\');
    const textArb = fc.tuple(
      fc.array(valueArb, { maxLength: 3 }),
      around,
      around,
      fc.constantFrom(...Object.keys(spelled)),
    );
    fc.assert(
      fc.property(
        fc.array(valueArb, { maxLength: 4 }),
        fc.nat(),
        textArb,
        (values, at, [others, before, after, how]) => {
          const inside = [...others, values[at % Math.max(1, values.length)] ?? ''].join(' ');
          const unit = `${ADA} ${spelled[how]?.(`${before}${inside}${after}`)}`;
          expect(byFingerprints(values).inUnit(unit)).toBe(searchFor(values, ADA).inUnit(unit));
        },
      ),
    );
  });

  it('finds nothing without the key: what is kept of the values says nothing of them', () => {
    const values = ['Ada', 'Roth-Meyer', 'ada@example.com'];
    const unit = `${ADA} "Ada" Roth-Meyer ada@example.com`;
    expect(byFingerprints(values).inUnit(unit)).toBe('found');
    expect(byFingerprints(values, Buffer.alloc(32, 8)).inUnit(unit)).toBeNull();
    const item = fingerprintItem({ memberId: ADA, values: 3, tooShort: 0, ...fingerprintsOf(key, values) });
    const stored = Buffer.concat(Object.values(item).map(({ B, S, N }) => Buffer.from(B ?? S ?? N ?? '')));
    expect(searchFor(values, ADA).inBytes(stored)).toEqual({ found: 0, alike: 0 });
  });

  it('says where, but not of a place that is itself named so', () => {
    const found = tally('deliveries');
    found.look(byFingerprints(['ada@example.com']), 'event#ada@example.com', [`${ADA} ada@example.com`]);
    found.look(byFingerprints(['ada@example.com']), 'event#1', [ADA, 'of ada@example.com']);
    expect(found.told()).toMatchObject({ found: 2, where: ['a place that is itself named so', 'event#1'] });
  });
});
