import { describe, expect, test } from 'vitest';
import type { DeliveryStore } from '#adapters/delivery/deliveryStore.ts';
import type { Answer } from '#adapters/delivery/destination.ts';
import { delivering, OK, oneStep } from '#test/support/delivering.ts';
import { eventOf } from '#test/support/deliverySimulation.ts';
import { inVirtualTime, setClockAhead } from '#test/support/virtualTime.ts';

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];
const BUSY: Answer<null> = { type: 'Failed', status: 500, reason: 'busy', retryAfterMs: null };

/** A clock that is ahead by less than anything may be put off, and one that is ahead by more. */
const ahead = [HOUR_MS / 2, 20 * HOUR_MS, 9 * DAY_MS];

describe('a delivery that was put off by a clock that was ahead', () => {
  test.each(ahead)('comes a moment after it is right again: by %i ms', (aheadMs) =>
    inVirtualTime(async (time) => {
      const answers: Answer<null>[] = [BUSY];
      const { destination, requests } = oneStep(() => answers.at(-1) ?? OK);
      const { engine, accept, deliveryOf, lines } = delivering([destination]);
      engine.start();
      setClockAhead(aheadMs);
      engine.accepted([await accept('m-1')]);
      await time.pass(30_000);
      expect(await deliveryOf('m-1')).toMatchObject({ state: 'waiting' });
      await accept('m-2');
      answers.push(OK);
      setClockAhead(0);
      await time.pass(MINUTE_MS);
      expect(await deliveryOf('m-1')).toMatchObject({ state: 'delivered' });
      expect(await deliveryOf('m-2')).toMatchObject({ state: 'delivered' });
      expect(lines).toContainEqual({ type: 'ClockWasAhead', destination: 'partner', deliveries: expect.any(Number) });
      expect(requests.length).toBeGreaterThan(2);
    }),
  );

  test.each(ahead)('comes when a process starts, where none ran when the clock was set: by %i ms', (aheadMs) =>
    inVirtualTime(async (time) => {
      const { destination } = oneStep(() => OK);
      const { engine, accept, deliveryOf } = delivering([destination]);
      setClockAhead(aheadMs);
      await accept('m-1');
      setClockAhead(0);
      engine.start();
      await time.pass(MINUTE_MS);
      expect(await deliveryOf('m-1')).toMatchObject({ state: 'delivered' });
    }),
  );

  test('comes within minutes where another process wrote it, whose clock is wrong', () =>
    inVirtualTime(async (time) => {
      const { destination } = oneStep(() => OK);
      const { engine, store, accept, deliveryOf } = delivering([destination]);
      engine.start();
      await time.pass(10 * MINUTE_MS);
      // Both at one moment: this process sees its clock go neither there nor back.
      setClockAhead(9 * DAY_MS);
      const accepted = accept('m-1');
      setClockAhead(0);
      await accepted;
      expect(await store.due('partner', 'live', 10)()).toMatchObject({ right: [] });
      await time.pass(5 * MINUTE_MS + 5_000);
      expect(await deliveryOf('m-1')).toMatchObject({ state: 'delivered' });
    }));
});

test('what somebody took by a clock that was ahead is left to him for a whole lease from when that was seen, and then is not', () =>
  inVirtualTime(async (time) => {
    const { destination, requests } = oneStep(() => OK);
    const { engine, store, accept, deliveryOf } = delivering([destination]);
    await accept('m-1');
    setClockAhead(9 * DAY_MS);
    await store.claim({ subject: { type: 'member', memberId: 'm-1' }, destination: 'partner' }, 50_000)();
    setClockAhead(0);
    engine.start();
    await time.pass(49_000);
    expect(requests).toEqual([]);
    await time.pass(10_000);
    expect(await deliveryOf('m-1')).toMatchObject({ state: 'delivered' });
  }));

test('what was put off honestly is not brought forward, however long, and whoever has it in hand keeps it', () =>
  inVirtualTime(async (time) => {
    let brought = 0;
    const { destination, requests } = oneStep(() => ({ ...BUSY, status: 429, retryAfterMs: 20 * HOUR_MS }));
    const { store } = delivering([destination]);
    const watched: DeliveryStore = {
      ...store,
      bringForward: (...of) => {
        brought += 1;
        return store.bringForward(...of);
      },
    };
    const { engine } = delivering([destination], { store: watched });
    engine.start();
    for (let member = 0; member < 9; member += 1) await store.accept([eventOf(`m-${member}`, 1, 'live')]);
    await time.pass(19 * HOUR_MS);
    expect([brought, requests.length]).toEqual([0, 9]);
    await time.pass(2 * HOUR_MS);
    expect(requests.length).toBe(18);
  }));

test('nothing is looked for but every five minutes', () =>
  inVirtualTime(async (time) => {
    let looks = 0;
    const { destination } = oneStep(() => OK);
    const { store } = delivering([destination]);
    const watched: DeliveryStore = {
      ...store,
      ahead: (...of) => {
        looks += 1;
        return store.ahead(...of);
      },
    };
    const { engine } = delivering([destination], { store: watched });
    engine.start();
    await time.pass(HOUR_MS);
    expect(looks).toBe(13);
  }));
