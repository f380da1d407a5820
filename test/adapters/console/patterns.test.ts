import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFault } from '#adapters/console/page/live/jsonFault.ts';
import { prettyPattern, readPattern, subscribeCommand } from '#adapters/console/page/live/patternText.ts';
import { filterValue, quickFilters, withFilter } from '#adapters/console/page/live/quickFilters.ts';
import type { CarriedEvent } from '#adapters/http/answers/busEvents.ts';

describe('where text is not JSON', () => {
  it('is nowhere exactly where it is', () => {
    const nearly = fc.tuple(fc.json(), fc.nat(), fc.constantFrom(...'{}[]",:.-+eE0\\/ \ntfnu\u007f\u0001'));
    const textArb = nearly.map(([text, at, put]) => {
      const place = at % (text.length + 1);
      return at % 3 === 0
        ? text.slice(0, place) + text.slice(place + 1)
        : text.slice(0, place) + put + text.slice(place);
    });
    const isJson = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(fc.oneof(fc.json(), textArb), (text) => {
        expect(jsonFault(text) === null).toBe(isJson(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['{"a": [1,]}', 1, 10, 'a value'],
    ['{\n  "a": ["b"]\n  "c": 1 }', 3, 3, 'a comma or }'],
    ['{ detail: {} }', 1, 3, 'a field name in double quotes'],
    ['{"a" 1}', 1, 6, 'a colon'],
    ['{"a": "b', 1, 7, 'a closed text'],
    ['{} x', 1, 4, 'the end of the text'],
    ['', 1, 1, 'a value'],
  ])('is said by line and column: %j', (text, line, column, expected) => {
    expect(jsonFault(text)).toEqual({ line, column, expected: expect.stringContaining(expected) });
  });

  it('is said of what no stack could hold, too', () => {
    expect(jsonFault('['.repeat(200_000))).not.toBeNull();
  });
});

const updated = {
  ...{ sequence: 7, version: '0', id: 'x', 'detail-type': 'WalletPassUpdated', source: 'billfold.wallet' },
  ...{ account: '', time: '', region: '', resources: [] },
  detail: {
    metadata: { lane: 'live', stream: 'member-1' },
    data: { changed: ['tier.name'], pass: { memberNumber: 'M-1', tier: { name: 'Gold' } } },
  },
} satisfies CarriedEvent;

describe('a pattern as it is typed', () => {
  it('says at which field and operator it is wrong', () => {
    const read = readPattern('{"detail": {"data": {"changed": [{"prefix": 1}]}}}');
    expect(read).toEqual({ type: 'Bad', fault: 'At detail.data.changed, prefix: expected a string' });
    expect(readPattern('{"detail": []}')).toMatchObject({ fault: expect.stringContaining('At detail:') });
    expect(readPattern('[]')).toMatchObject({ type: 'Bad', fault: expect.stringContaining('The pattern:') });
    expect(readPattern('{')).toMatchObject({ type: 'Bad', fault: expect.stringContaining('Line 1, column 2') });
  });

  it('is everything where nothing is typed', () => {
    const read = readPattern(' \n');
    expect(read.type === 'Good' && read.matches(updated)).toBe(true);
  });

  it('sees what a subscriber would see: no sequence number', () => {
    const read = readPattern('{"sequence": [{"exists": true}]}');
    expect(read.type === 'Good' && read.matches(updated)).toBe(false);
  });

  it('is the same pattern when it is laid out', () => {
    const leafArb = fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant({ prefix: 'a' })), { minLength: 1 });
    const patternArb = fc.dictionary(fc.string(), fc.oneof(leafArb, fc.dictionary(fc.string(), leafArb)));
    fc.assert(
      fc.property(patternArb, (pattern) => {
        expect(JSON.parse(prettyPattern(pattern))).toEqual(JSON.parse(JSON.stringify(pattern)));
      }),
    );
  });

  it('is a command line that a shell takes as it stands', () => {
    expect(subscribeCommand('wallet', null)).toBe('npx billfold subscribe');
    expect(subscribeCommand('domain', { a: ["it's"] })).toBe(
      `npx billfold subscribe --bus domain --pattern '{"a":["it'\\''s"]}'`,
    );
  });
});

describe('a quick filter', () => {
  const filters = [...quickFilters.wallet, ...quickFilters.domain];
  const filterArb = fc.constantFrom(...filters);
  const patternArb = fc
    .array(fc.tuple(filterArb, fc.string({ minLength: 1 })))
    .map((said) =>
      said.reduce<ReturnType<typeof withFilter>>((pattern, [one, text]) => withFilter(pattern, one, text), null),
    );

  it('reads back what it wrote, and leaves all others alone', () => {
    fc.assert(
      fc.property(patternArb, filterArb, fc.string({ minLength: 1 }), (pattern, filter, value) => {
        const written = withFilter(pattern, filter, value);
        expect(filterValue(written, filter)).toBe(value);
        for (const other of filters.filter(({ path }) => path.join() !== filter.path.join()))
          expect(filterValue(written, other)).toBe(filterValue(pattern, other));
        expect(readPattern(JSON.stringify(written)).type).toBe('Good');
      }),
    );
  });

  it('that is taken back leaves no trace', () => {
    fc.assert(
      fc.property(patternArb, filterArb, fc.string({ minLength: 1 }), (pattern, filter, value) => {
        const without = withFilter(pattern, filter, null);
        expect(withFilter(withFilter(without, filter, value), filter, null)).toEqual(without);
      }),
    );
    const [type] = quickFilters.wallet;
    expect(type && withFilter(withFilter(null, type, 'WalletPassIssued'), type, null)).toBeNull();
  });

  it('leaves what somebody wrote by hand elsewhere', () => {
    const tier = quickFilters.wallet.find(({ id }) => id === 'tier')!;
    const byHand = { source: [{ 'anything-but': 'x' }], detail: { data: { pass: { spend: { purchases: [1] } } } } };
    expect(withFilter(withFilter(byHand, tier, 'Gold'), tier, null)).toEqual(byHand);
  });

  it.each([
    ['type', 'WalletPassUpdated', 'WalletPassIssued'],
    ['tier', 'Gold', 'Silver'],
    ['changed', 'tier', 'spend'],
    ['member', 'M-1', 'M-2'],
  ])('%s lets through what it names, and nothing else', (id, fits, other) => {
    const filter = quickFilters.wallet.find((one) => one.id === id)!;
    const matches = (value: string): boolean => {
      const read = readPattern(prettyPattern(withFilter(null, filter, value)));
      return read.type === 'Good' && read.matches(updated);
    };
    expect([matches(fits), matches(other)]).toEqual([true, false]);
  });
});
