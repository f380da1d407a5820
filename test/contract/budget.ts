import { describe, expect, test } from 'vitest';
import type { Budget, Once } from '#adapters/delivery/budget.ts';
import type { Clock } from '#domain/index.ts';
import { at, got } from './given.ts';

/** What a shared rate promises. `open` gives what several processes share: each call of it is another of them. */
export const budgetContract = (
  name: string,
  open: (clock: Clock, elapsedMs?: () => number) => Promise<() => Budget>,
): void => {
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

    test('what a clock that was ahead left, by days, is begun anew once nobody has moved it on for a while', async () => {
      const time = { wall: at + 9 * 86_400_000, elapsed: 0 };
      const shared = await open(
        () => time.wall,
        () => time.elapsed,
      );
      const [wasAhead, other] = [shared(), shared()];
      await got(wasAhead.take('p', pace, 3));
      const take = async (budget: Budget, byMs: number) => {
        time.elapsed += byMs;
        time.wall = at + time.elapsed;
        return got(budget.take('p', pace, 3));
      };
      expect([await take(wasAhead, 0), await take(other, 0), await take(other, 4_999)]).toEqual([[], [], []]);
      const anew = await take(other, 1);
      // A second of silence, as some that were taken before may be used within it.
      expect(anew).toEqual([6_000, 6_250, 6_500].map((ms) => at + ms));
      expect(await take(wasAhead, 0)).toEqual([6_750, 7_000, 7_250].map((ms) => at + ms));
    });

    test('who lives by another clock is left alone: nothing of his is begun anew, and nothing taken of it', async () => {
      const time = { wall: at, elapsed: 0 };
      const shared = await open(
        () => time.wall,
        () => time.elapsed,
      );
      const [ahead, behind] = [shared(), shared()];
      const inSeconds: number[] = [];
      for (let second = 0; second < 30; second++) {
        time.elapsed = second * 1_000;
        time.wall = at + 86_400_000 + time.elapsed;
        inSeconds.push((await got(ahead.take('p', pace, 4))).filter((place) => place < time.wall + 1_000).length);
        time.wall = at + time.elapsed;
        expect(await got(behind.take('p', pace, 1))).toEqual([]);
      }
      expect(inSeconds.slice(1).every((places) => places <= pace.perSecond)).toBe(true);
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
