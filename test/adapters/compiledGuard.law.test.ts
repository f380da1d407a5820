import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { describe, expect, test } from 'vitest';
import { compiledGuard } from '#adapters/compiledGuard.ts';
import { type EventType, eventCodecs, SealedFacts } from '#domain/index.ts';
import { eventArbs } from '#test/support/arbitraries.ts';

const types = Object.keys(eventCodecs) as readonly EventType[];
const byType: Readonly<Record<EventType, fc.Arbitrary<object>>> = eventArbs;

/** Anything that is not what it should be, and a few that nearly are. */
const strangerArb = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, true, 0, -1.5, Number.NaN, '', 'x', [], {}, new Date(0), { custom: 1 }),
  fc.constantFrom<unknown>({ firstName: null, lastName: null, email: null }, Object.create({ number: '1' })),
);

/** The value with one place somewhere in it replaced, taken away or added. */
const mutatedArb = (value: unknown): fc.Arbitrary<unknown> => {
  if (typeof value !== 'object' || value === null) return strangerArb;
  const entries = Object.entries(value);
  const with_ = (name: string, part: unknown) => ({ ...value, [name]: part });
  const added = strangerArb.map((part) => with_('unheardOf', part));
  if (entries.length === 0) return fc.oneof(strangerArb, added);
  const inside = fc
    .constantFrom(...entries)
    .chain(([name, part]) => mutatedArb(part).map((mutated) => with_(name, mutated)));
  const without = fc.constantFrom(...entries).map(([name]) => {
    const { [name]: _, ...rest } = value as Record<string, unknown>;
    return rest;
  });
  return fc.oneof({ weight: 4, arbitrary: inside }, without, added, strangerArb);
};

/** What a guard accepts, decode gives back as it is. */
const hold = (codec: t.Any, value: unknown): boolean => {
  const isAccepted = compiledGuard(codec)(value);
  if (isAccepted) expect(codec.decode(value)).toStrictEqual(E.right(value));
  return isAccepted;
};

describe.each(types)('the guard of %s', (type) => {
  test('accepts every event of its type, and of a mutated one nothing that decode refuses or changes', () => {
    fc.assert(
      fc.property(
        byType[type].chain((event) => fc.tuple(fc.constant(event), mutatedArb(event))),
        ([event, mutated]) => {
          expect(hold(eventCodecs[type], event)).toBe(true);
          hold(eventCodecs[type], mutated);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a guard', () => {
  const strip = t.strict({ a: t.string });
  const wide = t.type({ a: t.string });

  test.each<[string, t.Any, unknown, boolean]>([
    ['a part that would be stripped', strip, { a: 'x', b: 1 }, false],
    ['a part that would be kept', wide, { a: 'x', b: 1 }, true],
    ['a member of a union that comes after one that strips', t.union([strip, wide]), { a: 'x', b: 1 }, false],
    ['an undefined part, which decode takes', t.type({ a: t.union([t.string, t.undefined]) }), {}, false],
    [
      'what transforms',
      new t.Type<string>('trim', t.string.is, (u) => t.success(String(u).trim()), String),
      'x',
      false,
    ],
    ['a list', t.readonlyArray(t.number), [1, 2], true],
    ['a list with a stranger', t.readonlyArray(t.number), [1, '2'], false],
    ['a date in the place of an object', t.exact(t.partial({ a: t.string })), new Date(0), false],
    ['a name that JSON quotes', t.type({ 'a"b\u2028': t.literal('c"d') }), { 'a"b\u2028': 'c"d' }, true],
    ['a number of a text', t.record(t.string, t.number), { a: 1, b: 'x' }, false],
  ])('judges %s', (_, codec, value, isAccepted) => {
    expect(hold(codec, value)).toBe(isAccepted);
  });

  test('accepts nothing of sealed facts that decode refuses or changes', () => {
    const personal = { firstName: 'Zoë', lastName: null, email: null, custom: { size: 'M' } };
    fc.assert(
      fc.property(fc.constantFrom<object>(personal, { custom: {} }, {}).chain(mutatedArb), (mutated) => {
        hold(SealedFacts, mutated);
      }),
    );
  });
});
