import fc from 'fast-check';

type Change = { readonly type: 'drop' } | { readonly type: 'add' } | { readonly type: 'replace'; readonly by: unknown };

/** A JSON value with one place of it changed: dropped, something else in its stead, or something unheard of beside it. */
export const mutated = (value: object): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.constantFrom(...placesOf(value)), fc.oneof(changeArb, replaceArb))
    .map(([place, change]) => changedAt(value, place, change));

const changeArb: fc.Arbitrary<Change> = fc.constantFrom<Change[]>({ type: 'drop' }, { type: 'add' });
const replaceArb: fc.Arbitrary<Change> = fc
  .constantFrom<unknown[]>(null, 0, -1.5, '', 'live', 'active', true, [], {}, [null], { name: null })
  .map((by) => ({ type: 'replace', by }));

/** Of everything that is in an object or array, at any depth. */
const placesOf = (value: unknown): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [[key], ...placesOf(inner).map((place) => [key, ...place])])
    : [];

const changedAt = (node: unknown, [key = '', ...rest]: readonly string[], change: Change): unknown => {
  const entries = Object.entries(node as object).flatMap(([name, value]): readonly (readonly [string, unknown])[] => {
    if (name !== key) return [[name, value]];
    if (rest.length > 0) return [[name, changedAt(value, rest, change)]];
    if (change.type === 'drop') return [];
    return change.type === 'replace'
      ? [[name, change.by]]
      : [
          [name, value],
          ['unheardOf', 1],
        ];
  });
  return Array.isArray(node) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
};
