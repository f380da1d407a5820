import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memberIndex, type SaidPass } from '#adapters/local/memberIndex.ts';
import { zoe } from '#test/adapters/apple/support.ts';

type Facts = {
  readonly id?: string;
  readonly number?: string | null;
  readonly first?: string | null;
  readonly last?: string | null;
};
const said = (
  { id = '0038d00000ABCDEAAA', number = 'M-1', first = 'Zoë', last = null }: Facts,
  revision = 1,
  asOf = 1,
): SaidPass => ({
  pass: { ...zoe, memberId: id, memberNumber: number, holder: { firstName: first, lastName: last } },
  ...{ revision, asOf, evaluatedAt: revision },
});
const indexOf = (...all: readonly SaidPass[]) => {
  const index = memberIndex();
  for (const one of all) index.put(one);
  return index;
};
const names = (index: ReturnType<typeof memberIndex>, q = '') => index.search(q).map(({ name }) => name);

describe('the index of members', () => {
  it('lists by name, then number; whoever has no name comes last', () => {
    const index = indexOf(
      said({ id: 'd', first: null, number: 'M-0' }),
      said({ id: 'c', first: 'Zoë', number: 'M-2' }),
      said({ id: 'b', first: 'Zoe', number: 'M-1' }),
      said({ id: 'a', first: 'Émile', number: 'M-3' }),
    );
    expect(index.search('').map(({ memberId }) => memberId)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('puts who has exactly that number or id first, 15 characters of an id included', () => {
    const index = indexOf(
      said({ id: '0038d00000AAAAAAAQ', first: 'Ann', number: 'M-10' }),
      said({ id: '0038d00000BBBBBAAQ', first: 'Zed', number: 'M-1' }),
    );
    expect(names(index, 'm-1')).toEqual(['Zed', 'Ann']);
    expect(names(index, '0038d00000BBBBB')).toEqual(['Zed']);
    expect(names(index, '0038d')).toEqual(['Ann', 'Zed']);
  });

  it('finds a member under its new name and no more under the old one, also after it was found', () => {
    const index = indexOf(said({ first: 'Ada' }));
    expect(names(index, 'ada')).toEqual(['Ada']);
    index.put(said({ first: 'Eve' }, 2));
    expect([names(index, 'ada'), names(index, 'eve'), names(index)]).toEqual([[], ['Eve'], ['Eve']]);
  });

  it('of one revision, keeps what saw more events: a pass that was never published has none', () => {
    const index = indexOf(said({ first: 'New' }, 0, 7), said({ first: 'Old' }, 0, 3));
    expect(names(index)).toEqual(['New']);
  });

  it('ends the same in whatever order, and however often, passes are said', () => {
    const history = fc.uniqueArray(
      fc.record({ id: fc.constantFrom('a', 'b', 'c'), revision: fc.integer({ min: 1, max: 9 }) }),
      {
        selector: ({ id, revision }) => `${id}${revision}`,
        minLength: 1,
      },
    );
    const shuffled = history.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })),
    );
    fc.assert(
      fc.property(shuffled, ([all, order]) => {
        const of = (one: (typeof all)[number]) =>
          said({ id: one.id, first: `N${(one.revision * 7) % 10}` }, one.revision);
        const truth = indexOf(...all.toSorted((a, b) => a.revision - b.revision).map(of));
        const index = memberIndex();
        for (const one of order) {
          index.put(of(one));
          index.search('n');
        }
        expect(index.search('')).toEqual(truth.search(''));
        expect(index.search('n7')).toEqual(truth.search('n7'));
      }),
    );
  });
});
