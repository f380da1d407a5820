import { describe, expect, test } from 'vitest';
import type { Budget, Once } from '#adapters/delivery/budget.ts';
import type { Clock } from '#domain/index.ts';
import { at, got } from './given.ts';

/** What a shared rate promises. `open` gives what several processes share: each call of it is another of them. */
export const budgetContract = (name: string, open: (clock: Clock) => Promise<() => Budget>): void => {
  const pace = { perSecond: 4, burst: 2 };

  describe(`${name} as a budget`, () => {
    test('places are free at once as far as the burst goes, and then one at a time', async () => {
      let now = at;
      const budget = (await open(() => now))();
      expect(await got(budget.take('apple', pace, 5))).toEqual([at, at, at, at + 250, at + 500]);
      now += 10_000;
      expect(await got(budget.take('apple', pace, 4))).toEqual([now, now, now, now + 250]);
    });

    test('who takes alone gets all of a second: the rate and the burst', async () => {
      const taken = await got((await open(() => at))().take('p', { perSecond: 7, burst: 3 }, 12));
      expect(taken.filter((time) => time < at + 1_000)).toHaveLength(10);
    });

    test('credentials have a rate each', async () => {
      const budget = (await open(() => at))();
      await got(budget.take('apple', pace, 9));
      expect(await got(budget.take('google', pace, 1))).toEqual([at]);
    });

    test('in no second lie more places than the rate and the burst, whoever takes them, how many, when', async () => {
      let now = at;
      const shared = await open(() => now);
      const processes = [shared(), shared(), shared()];
      const odd = { perSecond: 7, burst: 3 };
      const taken: number[] = [];
      for (let round = 0; round < 30; round++) {
        const rounds = processes.map((budget, index) => got(budget.take('p', odd, 1 + ((round + index) % 3))));
        taken.push(...(await Promise.all(rounds)).flat());
        now += (round * 97) % 1_300;
      }
      const inSecondFrom = (start: number) => taken.filter((time) => time >= start && time < start + 1_000).length;
      // Never more. Fewer where an answer got lost and another process wrote before the write was asked for again: its places stay empty.
      expect(Math.max(...taken.map(inSecondFrom))).toBeLessThanOrEqual(odd.perSecond + odd.burst);
    });
  });
};

/** What remembers names promises. */
export const onceContract = (name: string, open: (clock: Clock) => Promise<Once>): void => {
  test(`${name} says a name once, until it is forgotten to the millisecond`, async () => {
    let now = at;
    const once = await open(() => now);
    expect(await got(once('a', 1_500))).toBe(true);
    expect(await got(once('b', 1_500))).toBe(true);
    now += 1_499;
    expect(await got(once('a', 9_000))).toBe(false);
    now += 1;
    expect(await Promise.all([got(once('a', 1_500)), got(once('a', 1_500))])).toSatisfy(
      (answers: readonly boolean[]) => answers.filter((isFirst) => isFirst).length === 1,
    );
    const long = 'x'.repeat(5_000);
    expect([await got(once(long, 1)), await got(once(long, 1))]).toEqual([true, false]);
  });
};
