import { describe, expect, test } from 'vitest';
import type { Parked, ParkReader, ParkStore } from '#domain/index.ts';
import { at, got } from './given.ts';

/** What every park store promises. `open` gives an empty one. */
export const parkStoreContract = (name: string, open: () => Promise<ParkStore & ParkReader>): void => {
  describe(`${name} as a park store`, () => {
    test('nothing is parked in an empty one', async () => {
      const parked = await open();
      expect(await got(parked.list(null, 10))).toEqual({ items: [], cursor: null });
      expect(await got(parked.ofMember('003-1', ['tier@1']))).toEqual([]);
    });

    test('who fails again is one item: the latest attempt, since the first', async () => {
      const parked = await open();
      await got(parked.put(failureOf('003-1')));
      expect(await all(parked)).toEqual([parkedOf('003-1')]);
      const again = { asOf: 7, reason: 'tier@1: RangeError at tier.ts:4 was thrown', triedAt: at + 5 };
      await got(parked.put({ ...failureOf('003-1'), ...again }));
      expect(await all(parked)).toEqual([{ ...parkedOf('003-1'), ...again, attempts: 2 }]);
    });

    test('they are listed by projection, then by member; a list goes on where the page before ended', async () => {
      const parked = await open();
      for (const [memberId, ref] of [
        ['003-3', 'tier@1'],
        ['003-1', 'tier@1'],
        ['003-2', 'badge@1'],
      ] as const)
        await got(parked.put({ ...failureOf(memberId), ref }));
      const first = await got(parked.list(null, 2));
      const second = await got(parked.list(first.cursor, 2));
      expect([...first.items, ...second.items].map(({ ref, memberId }) => `${ref} ${memberId}`)).toEqual([
        'badge@1 003-2',
        'tier@1 003-1',
        'tier@1 003-3',
      ]);
    });

    test('a page may follow one whose items are gone meanwhile', async () => {
      const parked = await open();
      for (const member of ['003-1', '003-2', '003-3']) await got(parked.put(failureOf(member)));
      const { cursor } = await got(parked.list(null, 2));
      for (const member of ['003-1', '003-2']) await got(parked.drop(parkedOf(member)));
      expect((await got(parked.list(cursor, 2))).items).toEqual([parkedOf('003-3')]);
    });

    test('of a member: those of the versions asked for, in that order', async () => {
      const parked = await open();
      for (const ref of ['badge@1', 'tier@1', 'tier@2']) await got(parked.put({ ...failureOf('003-1'), ref }));
      await got(parked.put(failureOf('003-2')));
      const found = await got(parked.ofMember('003-1', ['tier@1', 'spend@1', 'badge@1']));
      expect(found).toEqual([parkedOf('003-1'), { ...parkedOf('003-1'), ref: 'badge@1' }]);
    });

    test('who is dropped is gone; again, or one that never was, changes nothing', async () => {
      const parked = await open();
      await got(parked.put(failureOf('003-1')));
      await got(parked.put(failureOf('003-2')));
      for (const member of ['003-1', '003-1', '003-9']) await got(parked.drop(parkedOf(member)));
      expect(await all(parked)).toEqual([parkedOf('003-2')]);
    });

    test('who failed again after it was read is not dropped', async () => {
      const parked = await open();
      await got(parked.put(failureOf('003-1')));
      await got(parked.put(failureOf('003-1')));
      await got(parked.drop(parkedOf('003-1')));
      expect(await all(parked)).toEqual([{ ...parkedOf('003-1'), attempts: 2 }]);
      await got(parked.drop({ ...parkedOf('003-1'), attempts: 2, triedAt: at - 1 }));
      expect(await all(parked)).toHaveLength(1);
    });
  });
};

const all = async (parked: ParkStore): Promise<readonly Parked[]> => (await got(parked.list(null, 100))).items;

const failureOf = (memberId: string) => ({
  ...{ memberId, ref: 'tier@1', asOf: 3, triedAt: at },
  reason: 'tier@1: TypeError at tier.ts:12 was thrown',
});

export const parkedOf = (memberId: string): Parked => ({ ...failureOf(memberId), parkedAt: at, attempts: 1 });
