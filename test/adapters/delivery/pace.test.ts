import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import type { Lane } from '#adapters/delivery/acceptedEvent.ts';
import type { Budget } from '#adapters/delivery/budget.ts';
import { type Pacer, pacerOf } from '#adapters/delivery/pace.ts';
import { memoryBudget } from '#adapters/memory/budget.ts';
import { inVirtualTime, START, setClockAhead } from '#test/support/virtualTime.ts';

const PACE = { perSecond: 10, burst: 2 };

describe('a pacer', () => {
  test('hands out places at the rate, live first', () =>
    inVirtualTime(async (time) => {
      const { began, join } = paced();
      for (const lane of ['bulk', 'bulk', 'bulk', 'bulk', 'live', 'live'] as const) join(lane);
      await time.pass(1_000);
      expect(began.map(({ lane }) => lane)).toEqual(['live', 'live', 'bulk', 'bulk', 'bulk', 'bulk']);
      const gaps = began.slice(3).map(({ at }, index) => at - (began[index + 2]?.at ?? 0));
      expect(gaps).toEqual([100, 100, 100]);
    }));

  test('gives somebody live the very next place, whatever bulk waits', () =>
    inVirtualTime(async (time) => {
      const { began, join } = paced();
      for (let count = 0; count < 500; count += 1) join('bulk');
      for (let count = 0; count < 20; count += 1) {
        await time.pass(731);
        const askedAt = Date.now();
        join('live');
        await time.pass(200);
        const live = began.findLast(({ lane }) => lane === 'live');
        expect(live?.at).toBeGreaterThanOrEqual(askedAt);
        expect((live?.at ?? 0) - askedAt).toBeLessThanOrEqual(100);
      }
    }));

  test('lets nobody begin who has no room, and loses no more than a moment of places by it', () =>
    inVirtualTime(async (time) => {
      let hasRoom = false;
      const { began, join, pacer } = paced({ hasRoom: () => hasRoom });
      for (let count = 0; count < 50; count += 1) join('live');
      await time.pass(60_000);
      expect(began).toEqual([]);
      hasRoom = true;
      pacer.look();
      await time.pass(999);
      expect(began.length).toBeGreaterThanOrEqual(10);
      expect(began.length).toBeLessThanOrEqual(12);
    }));

  test('forgets whoever left the line', () =>
    inVirtualTime(async (time) => {
      const { began, join } = paced();
      for (let count = 0; count < 4; count += 1) join('live');
      const leave = join('live');
      expect(leave()).toBe(true);
      await time.pass(5_000);
      expect(began.length).toBe(4);
      expect(leave()).toBe(false);
    }));

  test('asks the budget for more at a time while all of it is used, for a quarter of a second at most', () =>
    inVirtualTime(async (time) => {
      const asked: number[] = [];
      const shared = memoryBudget({ clock: () => Date.now() });
      const budget: Budget = {
        take: (credential, pace, places) => {
          asked.push(places);
          return shared.take(credential, pace, places);
        },
      };
      const { join } = paced({ budget, pace: { perSecond: 100, burst: 20 } });
      for (let count = 0; count < 150; count += 1) join('bulk');
      await time.pass(2_000);
      expect(asked).toEqual([1, 2, 4, 8, 16, 25, 25, 25, 25, 25]);
    }));
});

describe('without the budget', () => {
  test('a process goes on alone, after a second, at a quarter of the rate', () =>
    inVirtualTime(async (time) => {
      const { began, join, alone } = paced({ budget: unavailable });
      for (let count = 0; count < 400; count += 1) join('live');
      await time.pass(100_000);
      expect(alone).toEqual([true]);
      expect(began[0]?.at).toBe(START + 1_000);
      const perSecond = began.length / 100;
      expect(perSecond).toBeLessThanOrEqual(2.5);
      expect(perSecond).toBeGreaterThanOrEqual(1.8);
    }));

  test('so it does where the next place lies an hour away, until it is clear that nobody lives by that clock or rate', () =>
    inVirtualTime(async (time) => {
      const ahead = { ms: 3_600_000 };
      const budget = memoryBudget({ clock: () => Date.now() + ahead.ms });
      await budget.take('c', PACE, 10)();
      ahead.ms = 0;
      const { began, join, alone } = paced({ budget });
      for (let count = 0; count < 400; count += 1) join('live');
      await time.pass(30_000);
      expect(alone).toEqual([true, false]);
      expect(began.length).toBeGreaterThan(200);
      const rush = began.findIndex(({ at }, index) => (began[index + 12]?.at ?? Infinity) - at < 1_000);
      expect(rush).toBe(-1);
    }));

  test('and as long as somebody goes on by another clock, each keeps to himself: ahead or behind, neither takes what the other counts', () =>
    inVirtualTime(async (time) => {
      const ahead = { ms: 0 };
      const shared = memoryBudget({ clock: () => Date.now() + ahead.ms });
      const by = (ms: number): Budget => ({
        take: (...of) => {
          ahead.ms = ms;
          return shared.take(...of);
        },
      });
      const others = paced({ budget: by(86_400_000), clock: () => Date.now() + 86_400_000 });
      const ours = paced({ budget: by(0) });
      for (let count = 0; count < 2_000; count += 1) [others, ours].map(({ join }) => join('live'));
      await time.pass(100_000);
      expect(ours.alone).toEqual([true]);
      expect(others.alone).toEqual([]);
      expect(ours.began.length).toBeGreaterThan(150);
      expect(ours.began.length).toBeLessThanOrEqual(250);
      const began = [...others.began.map((one) => ({ ...one, at: one.at - 86_400_000 })), ...ours.began];
      const all = began.toSorted((a, b) => a.at - b.at);
      expect(all.findIndex(({ at }, index) => (all[index + 15]?.at ?? Infinity) - at < 1_000)).toBe(-1);
    }));

  test('goes on at its pace whatever the clock is set to', () =>
    inVirtualTime(async (time) => {
      for (const aheadMs of [7 * 86_400_000, 0, -7 * 86_400_000, 0]) {
        const { began, join } = paced();
        for (let count = 0; count < 400; count += 1) join('live');
        await time.pass(5_000);
        setClockAhead(aheadMs);
        const before = began.length;
        await time.pass(20_000);
        expect(began.length - before).toBeGreaterThan(120);
      }
    }));

  test('but a place that is far since the partner is slow is waited for', () =>
    inVirtualTime(async (time) => {
      const { began, join, alone } = paced({ pace: { perSecond: 0.05, burst: 0 } });
      for (let count = 0; count < 6; count += 1) join('live');
      await time.pass(112_000);
      expect(alone).toEqual([]);
      expect(began.length).toBe(6);
    }));

  test('and back again, it goes over the limit at no moment', () =>
    inVirtualTime(async (time) => {
      const shared = memoryBudget({ clock: () => Date.now() });
      let isDown = false;
      const budget: Budget = { take: (...of) => (isDown ? unavailable : shared).take(...of) };
      const { began, join, alone } = paced({ budget, pace: { perSecond: 8, burst: 8 } });
      for (let count = 0; count < 2_000; count += 1) join('live');
      for (let count = 0; count < 6; count += 1) {
        await time.pass(7_300);
        isDown = !isDown;
      }
      expect(alone).toEqual([true, false, true, false, true]);
      const rush = began.findIndex(({ at }, index) => (began[index + 16]?.at ?? Infinity) - at < 1_000);
      expect(rush).toBe(-1);
      expect(began.length).toBeGreaterThan(150);
    }));
});

const unavailable: Budget = {
  take: () => async () => E.left({ type: 'StoreUnavailable', operation: 'take', reason: 'test' }),
};

const paced = ({
  clock = () => Date.now(),
  ...some
}: {
  readonly budget?: Budget;
  readonly pace?: typeof PACE;
  readonly hasRoom?: (lane: Lane) => boolean;
  readonly clock?: () => number;
} = {}) => {
  const began: { readonly lane: Lane; readonly at: number }[] = [];
  const alone: boolean[] = [];
  const pacer: Pacer = pacerOf({
    ...{ credential: 'c', clock, budget: memoryBudget({ clock }), pace: PACE, hasRoom: () => true },
    onAlone: (isAlone) => alone.push(isAlone),
    ...some,
  });
  const join = (lane: Lane) => pacer.join(lane, () => began.push({ lane, at: clock() }));
  return { pacer, began, alone, join };
};
