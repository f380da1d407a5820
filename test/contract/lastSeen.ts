import { describe, expect, test } from 'vitest';
import type { LastSeen, Turn } from '#adapters/consumer/lastSeen.ts';

const pass = (key: string, mark: number) => ({ key, mark, forgettable: false });

export const lastSeenContract = (name: string, open: () => Promise<LastSeen>): void => {
  const go = async (lastSeen: LastSeen, key: string, mark: number): Promise<Turn> => {
    const turn = await lastSeen.begin(pass(key, mark));
    return turn.type === 'Go' ? turn : expect.unreachable(`${key} ${mark}: ${turn.type}`);
  };

  describe(`${name} remembers the last mark of each key`, () => {
    test('what was done, and what is below it, was seen; what is above it goes', async () => {
      const lastSeen = await open();
      await (await go(lastSeen, 'a', 5)).done();
      expect(await lastSeen.begin(pass('a', 5))).toEqual({ type: 'Seen' });
      expect(await lastSeen.begin(pass('a', 4))).toEqual({ type: 'Seen' });
      await (await go(lastSeen, 'a', 6)).done();
      expect(await lastSeen.begin(pass('a', 6))).toEqual({ type: 'Seen' });
    });

    test('keys know nothing of each other', async () => {
      const lastSeen = await open();
      const turn = await go(lastSeen, 'a', 5);
      await (await go(lastSeen, 'b', 1)).done();
      await turn.done();
      expect(await lastSeen.begin(pass('b', 5))).toMatchObject({ type: 'Go' });
    });

    test('one at a time: whoever comes meanwhile is told to come again', async () => {
      const lastSeen = await open();
      const turn = await go(lastSeen, 'a', 5);
      expect(await lastSeen.begin(pass('a', 5))).toEqual({ type: 'Busy' });
      expect(await lastSeen.begin(pass('a', 6))).toEqual({ type: 'Busy' });
      await turn.done();
      expect(await lastSeen.begin(pass('a', 6))).toMatchObject({ type: 'Go' });
    });

    test('what was undone was never begun', async () => {
      const lastSeen = await open();
      await (await go(lastSeen, 'a', 5)).undone();
      await (await go(lastSeen, 'a', 3)).done();
      await (await go(lastSeen, 'a', 5)).done();
    });

    test('of many at once, one goes', async () => {
      const lastSeen = await open();
      const turns = await Promise.all(Array.from({ length: 8 }, () => lastSeen.begin(pass('a', 1))));
      expect(turns.filter(({ type }) => type === 'Go')).toHaveLength(1);
    });
  });
};
