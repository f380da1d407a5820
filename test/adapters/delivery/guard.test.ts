import { describe, expect, test } from 'vitest';
import type { Lane } from '#adapters/delivery/acceptedEvent.ts';
import type { Answer, Limits } from '#adapters/delivery/destination.ts';
import { type DoneTry, guardOf } from '#adapters/delivery/guard.ts';
import type { EngineLine } from '#adapters/delivery/outbound.ts';
import { memoryBudget } from '#adapters/memory/budget.ts';
import { inVirtualTime, START, setClockAhead } from '#test/support/virtualTime.ts';

const OK: Answer<string> = { type: 'Ok', status: 200, value: 'done' };
const busy = (retryAfterMs: number | null, status: number | null = 429): Answer<string> => ({
  ...{ type: 'Failed', status, reason: 'busy', retryAfterMs },
});

describe('a step', () => {
  test('is tried again where that may help, with growing pauses, and told try by try', () =>
    inVirtualTime(async (time) => {
      const { run, tries } = guarded([busy(null), busy(null), OK]);
      const done = run('live');
      await time.pass(10_000);
      expect(await done).toMatchObject({ answer: OK, tries: 3, isOurs: false });
      expect(tries.map(({ nth, answer }) => [nth, answer.type])).toEqual([
        [1, 'Failed'],
        [2, 'Failed'],
        [3, 'Ok'],
      ]);
    }));

  test('that is refused is not tried again, and its breaker does not hear of it', () =>
    inVirtualTime(async (time) => {
      const refused: Answer<string> = { type: 'Refused', status: 400, reason: 'invalid' };
      const { run, guard, tries } = guarded(() => refused);
      for (let count = 0; count < 40; count += 1) {
        const done = run('live');
        await time.pass(1_000);
        expect(await done).toMatchObject({ answer: refused, tries: 1 });
      }
      expect(tries.length).toBe(40);
      expect(guard.admits()).toBe('all');
    }));

  test('that throws has failed: the name of the error is said, never its message', () =>
    inVirtualTime(async (time) => {
      const { run } = guarded(() => {
        throw new TypeError('of Zoë');
      });
      const done = run('live', { tries: 1 });
      await time.pass(5_000);
      expect(await done).toMatchObject({ answer: { type: 'Failed', status: null, reason: 'threw TypeError' } });
    }));

  test('waits as the partner asked, within its deadline', () =>
    inVirtualTime(async (time) => {
      const { run, asked } = guarded([busy(6_000), OK]);
      const done = run('live');
      await time.pass(10_000);
      expect(await done).toMatchObject({ answer: OK });
      expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(6_000);
    }));

  test('that is asked to wait longer than its deadline is over at once, and hands that on', () =>
    inVirtualTime(async (time) => {
      const { run, asked } = guarded([busy(60_000), OK]);
      const done = run('live');
      await time.pass(100);
      expect(await done).toMatchObject({ answer: busy(60_000), tries: 1 });
      await time.pass(100_000);
      expect(asked.length).toBe(1);
    }));

  test('cut short while it waits as asked says what the partner said, and how long that still is', () =>
    inVirtualTime(async (time) => {
      const { run, stop } = guarded([busy(6_000), OK]);
      const done = run('live');
      await time.pass(2_000);
      stop();
      await time.pass(1);
      const { answer, isOurs } = await done;
      expect([isOurs, answer]).toMatchObject([false, { type: 'Failed', status: 429, reason: 'busy' }]);
      expect(answer.type === 'Failed' && answer.retryAfterMs).toBeGreaterThan(3_900);
    }));

  test('ends at its deadline, whatever the partner does', () =>
    inVirtualTime(async (time) => {
      const { run } = guarded(() => new Promise(() => undefined));
      const done = run('live');
      await time.pass(10_100);
      expect(await done).toMatchObject({ answer: { type: 'Failed', status: null } });
    }));

  test('that never had its turn was not tried: nobody is to blame', () =>
    inVirtualTime(async (time) => {
      const { run, guard } = guarded(() => new Promise(() => undefined), {
        concurrent: 1,
        tries: 1,
        tryTimeoutMs: 60_000,
      });
      void run('live');
      const second = run('live');
      await time.pass(10_100);
      expect(await second).toMatchObject({ isOurs: true, tries: 0, answer: { reason: 'no time left for a try' } });
      expect(guard.view().inFlight).toEqual({ live: 1, bulk: 0 });
    }));
});

describe('a breaker', () => {
  test('opens where half of twenty calls failed, and lets one see whether the partner is back', () =>
    inVirtualTime(async (time) => {
      const partner = { answer: busy(null, 500) };
      const { run, guard, asked, lines } = guarded(() => partner.answer);
      for (let count = 0; count < 19; count += 1) void run('live', { tries: 1 });
      await time.pass(1_000);
      expect(guard.admits()).toBe('all');
      void run('live', { tries: 1 });
      await time.pass(100);
      expect(guard.admits()).toBe('none');
      expect(guard.view().breaker).toMatchObject({ state: 'open', since: expect.any(Number) });

      const before = asked.length;
      const refused = run('live');
      await time.pass(100);
      expect(await refused).toMatchObject({ isOurs: true, answer: { reason: 'breaker open' } });
      expect(asked.length).toBe(before);

      await time.pass(5_000);
      expect(guard.admits()).toBe('one');
      const looks = [run('live', { tries: 1 }), run('live', { tries: 1 }), run('live', { tries: 1 })];
      await time.pass(200);
      expect((await Promise.all(looks)).map(({ isOurs }) => isOurs)).toEqual([false, true, true]);
      expect(asked.length).toBe(before + 1);
      await time.pass(6_000);
      expect(guard.admits()).toBe('none');

      partner.answer = OK;
      await time.pass(5_000);
      void run('live');
      await time.pass(200);
      expect(guard.admits()).toBe('all');
      const states = lines.flatMap((line) => (line.type === 'Breaker' ? [line.state] : []));
      expect(states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
    }));

  test('has forgotten what failed long ago', () =>
    inVirtualTime(async (time) => {
      const { run, guard } = guarded(() => busy(null, 500));
      for (let round = 0; round < 5; round += 1) {
        for (let count = 0; count < 15; count += 1) void run('live', { tries: 1 });
        await time.pass(120_000);
        expect(guard.admits()).toBe('all');
      }
    }));

  test('stays open as long as the partner asked', () =>
    inVirtualTime(async (time) => {
      const { run, guard } = guarded(() => busy(90_000));
      for (let count = 0; count < 20; count += 1) void run('live');
      await time.pass(5_000);
      expect(guard.admits()).toBe('none');
      await time.pass(84_000);
      expect(guard.admits()).toBe('none');
      await time.pass(2_000);
      expect(guard.admits()).toBe('one');
    }));

  test('does not hear of what was cut short here', () =>
    inVirtualTime(async (time) => {
      const { run, guard, stop } = guarded(() => new Promise(() => undefined), { concurrent: 30 });
      for (let count = 0; count < 30; count += 1) void run('live');
      await time.pass(1_000);
      stop();
      await time.pass(1_000);
      expect(guard.view().breaker.state).toBe('closed');
    }));
});

test('a service that is away for a while (503 and Retry-After) is left alone by all', () =>
  inVirtualTime(async (time) => {
    const { run, guard, asked } = guarded([busy(30_000, 503), OK]);
    void run('live');
    await time.pass(500);
    expect(guard.admits()).toBe('none');
    const other = run('live');
    await time.pass(100);
    expect(await other).toMatchObject({ isOurs: true, answer: { type: 'Failed' } });
    expect(asked.length).toBe(1);
    await time.pass(30_000);
    expect(guard.admits()).toBe('all');
  }));

describe('rooms', () => {
  test('bulk never has the last one, and a request that ignores its end keeps its own', () =>
    inVirtualTime(async (time) => {
      const { run, guard } = guarded(() => new Promise(() => undefined), {
        concurrent: 3,
        concurrentBulk: 9,
        tries: 1,
      });
      for (let count = 0; count < 5; count += 1) void run('bulk');
      await time.pass(1_000);
      expect(guard.view().inFlight).toEqual({ live: 0, bulk: 2 });
      void run('live');
      await time.pass(5_000);
      expect(guard.view().inFlight).toEqual({ live: 1, bulk: 2 });
    }));
});

describe('whatever the clock is set to', () => {
  test.each([9, -9])(
    'a breaker that opened, and a pause that was asked for, while it was %i days ahead last as long as ever',
    (days) =>
      inVirtualTime(async (time) => {
        let answer = busy(null);
        const { run, guard } = guarded(() => answer, { tries: 1, perSecond: 1_000 });
        setClockAhead(days * 86_400_000);
        for (let count = 0; count < 20; count += 1) {
          void run('live');
          await time.pass(60);
        }
        expect(guard.admits()).toBe('none');
        setClockAhead(0);
        await time.pass(3_000);
        expect(guard.admits()).toBe('none');
        expect(guard.closedForMs()).toBeLessThanOrEqual(2_000);
        await time.pass(2_000);
        expect(guard.admits()).toBe('one');
        answer = busy(8_000, 503);
        setClockAhead(days * 86_400_000);
        void run('live');
        await time.pass(60);
        expect(guard.view().pausedUntil).toBeGreaterThan(Date.now());
        setClockAhead(0);
        expect(guard.view().pausedUntil).toBeLessThan(Date.now() + 8_000);
        await time.pass(10_000);
        answer = OK;
        const done = run('live');
        await time.pass(5_000);
        expect(await done).toMatchObject({ answer: OK });
        expect(guard.admits()).toBe('all');
      }),
  );

  test('a breaker counts the failures of the last half minute, also after it was set back', () =>
    inVirtualTime(async (time) => {
      let answer: Answer<string> = OK;
      const { run, guard } = guarded(() => answer, { tries: 1, perSecond: 1_000, burst: 500 });
      const calls = async (count: number): Promise<void> => {
        for (let call = 0; call < count; call += 1) {
          void run('live');
          await time.pass(100);
        }
      };
      setClockAhead(9 * 86_400_000);
      await calls(1);
      setClockAhead(0);
      await calls(400);
      answer = busy(null);
      await calls(200);
      expect(guard.view().breaker.state).not.toBe('closed');
    }));
});

/** Answers one after the other, the last again and again; each takes 50 ms. */
const guarded = (
  script: readonly Answer<string>[] | (() => Answer<string> | Promise<Answer<string>>),
  some: Partial<Limits> = {},
) => {
  const clock = (): number => Date.now();
  const limits: Limits = {
    ...{
      perSecond: 100,
      burst: 20,
      concurrent: 10,
      concurrentBulk: 5,
      tryTimeoutMs: 2_000,
      deadlineMs: 10_000,
      tries: 4,
    },
    ...some,
  };
  const lines: EngineLine[] = [];
  const tries: DoneTry[] = [];
  const asked: number[] = [];
  const stopping = new AbortController();
  const tell = (line: EngineLine): void => void lines.push(line);
  const guard = guardOf({ credential: 'c', limits, budget: memoryBudget({ clock }), clock, random: () => 0.5, tell });
  const request = async (): Promise<Answer<string>> => {
    asked.push(clock() - START);
    const nth = asked.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (typeof script === 'function') return script();
    return script[Math.min(nth, script.length) - 1] ?? OK;
  };
  const run = (lane: Lane, own: Partial<Limits> = {}) => {
    const call = {
      lane,
      limits: { ...limits, ...own },
      signal: stopping.signal,
      endsAt: Number.POSITIVE_INFINITY,
      isOver: () => false,
      onTry: (done: DoneTry) => void tries.push(done),
    };
    return guard.run(call, request);
  };
  return { guard, run, tries, asked, lines, stop: () => stopping.abort() };
};
