import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test, vi } from 'vitest';
import type { DeliveryStore } from '#adapters/delivery/deliveryStore.ts';
import type { Answer, Destination } from '#adapters/delivery/destination.ts';
import { sharedLimits } from '#adapters/delivery/engine.ts';
import { delivering, LIMITS, OK, oneStep } from '#test/support/delivering.ts';
import { inVirtualTime } from '#test/support/virtualTime.ts';

const BUSY: Answer<null> = { type: 'Failed', status: 500, reason: 'busy', retryAfterMs: null };
const DAY_MS = 86_400_000;

describe('an engine', () => {
  test('delivers what its process took in at once, and what others took in within five seconds', () =>
    inVirtualTime(async (time) => {
      const { destination, requests } = oneStep(() => OK);
      const { engine, accept, deliveryOf } = delivering([destination]);
      engine.start();
      await time.pass(60_000);
      engine.accepted([await accept('m-1')]);
      await time.pass(10);
      expect(requests.length).toBe(1);
      expect(await deliveryOf('m-1')).toMatchObject({ state: 'delivered', done: 1, progress: { seen: 'Ok' } });
      await time.pass(60_000);
      await accept('m-2');
      await time.pass(5_000);
      expect(requests.length).toBe(2);
    }));

  test('keeps each step with its delivery, and tells one line a try and one in the end, without a name', () =>
    inVirtualTime(async (time) => {
      const answers = [BUSY, BUSY, BUSY];
      const { destination } = oneStep(() => answers.pop() ?? OK);
      const { engine, accept, deliveryOf, lines, metrics } = delivering([destination]);
      engine.start();
      engine.accepted([await accept('m-1')]);
      await time.pass(60_000);
      expect((await deliveryOf('m-1'))?.steps).toMatchObject([
        { step: 'put', of: 'device-1', outcome: 'ok', status: 200, reason: null, tries: 1 },
      ]);
      expect(lines).toMatchObject([
        { type: 'Outbound', step: 'put', try: 1, outcome: 'failed', status: 500, bytes: 12, breaker: 'closed' },
        { type: 'Outbound', try: 2, outcome: 'failed' },
        { type: 'Outbound', try: 3, outcome: 'failed' },
        { type: 'Settled', verdict: 'Later', reason: 'busy', failures: 1, steps: 1 },
        { type: 'Outbound', try: 1, outcome: 'ok', lane: 'live' },
        { type: 'Settled', verdict: 'Delivered', failures: 0 },
      ]);
      expect(metrics).toEqual(['DeliveryFailed', 'Delivered']);
      expect(JSON.stringify(lines)).not.toMatch(/m-1|device-1/);
    }));

  test('a look that takes no step leaves those that were: what was sent is still told when it has arrived', () =>
    inVirtualTime(async (time) => {
      const { destination } = oneStep(() => OK);
      const confirming: Destination = {
        ...destination,
        deliver: async (work, run) =>
          work.progress === null
            ? { ...(await destination.deliver(work, run)), verdict: { type: 'Confirm', at: Date.now() + 60_000 } }
            : { verdict: { type: 'Delivered' }, progress: work.progress },
      };
      const { engine, accept, deliveryOf } = delivering([confirming]);
      engine.start();
      engine.accepted([await accept('m-1')]);
      await time.pass(10);
      expect(await deliveryOf('m-1')).toMatchObject({ state: 'confirming', steps: [{ step: 'put' }] });
      await time.pass(120_000);
      expect(await deliveryOf('m-1')).toMatchObject({ state: 'delivered', steps: [{ step: 'put' }] });
      engine.accepted([await accept('m-1', 2)]);
      await time.pass(10);
      expect(await deliveryOf('m-1')).toMatchObject({ state: 'delivered', done: 2, steps: [] });
    }));

  test('idle, asks the store not more than nine hundred and sixty times an hour', () =>
    inVirtualTime(async (time) => {
      let asked = 0;
      const { destination } = oneStep(() => OK);
      const { store } = delivering([destination]);
      const counting: DeliveryStore = {
        ...store,
        due: (...of) => {
          asked += 1;
          return store.due(...of);
        },
      };
      const { engine } = delivering([destination], { store: counting });
      engine.start();
      await time.pass(60_000);
      asked = 0;
      await time.pass(3_600_000);
      expect(asked).toBeGreaterThan(900);
      expect(asked).toBeLessThanOrEqual(960);
    }));

  test.each([
    { how: 'both say', byClock: 3_600_000, byTime: 3_600_000 },
    { how: 'its clock says, as where the time of a machine that slept stood still', byClock: 3_600_000, byTime: 0 },
    { how: 'the time that went by says, as where a clock is set back', byClock: -3_600_000, byTime: 3_600_000 },
  ])(
    'sends nothing more of a delivery that somebody else may have by now, though no timer of a frozen process fired: $how',
    ({ byClock, byTime }) =>
      inVirtualTime(async (time) => {
        const freeze = (): void => {
          const now = performance.now.bind(performance);
          vi.spyOn(performance, 'now').mockImplementation(() => now() + byTime);
          vi.setSystemTime(Date.now() + byClock);
        };
        const asked: string[] = [];
        const deliver: Destination['deliver'] = async ({ progress }, run) => {
          const step = (name: string, request: () => void) =>
            run({ name }, async () => {
              asked.push(name);
              request();
              return OK;
            });
          await step('insert', () => asked.length === 1 && freeze());
          const patched = await step('patch', () => undefined);
          const isDone = patched.type === 'Ok';
          return {
            verdict: isDone ? { type: 'Delivered' } : { type: 'Later', reason: 'cut short', isFailure: true },
            progress,
          };
        };
        const { destination } = oneStep(() => OK, { deliver });
        const { engine, accept } = delivering([destination]);
        engine.start();
        engine.accepted([await accept('m-1')]);
        for (let minutes = 0; minutes < 15; minutes += 1) await time.pass(60_000);
        expect(asked).toEqual(['insert', 'insert', 'patch']);
        vi.restoreAllMocks();
      }),
  );

  test('tries less and less often whoever names a short pause each time', () =>
    inVirtualTime(async (time) => {
      const { destination, requests } = oneStep(() => ({ ...BUSY, status: 429, retryAfterMs: 11_000 }));
      const { engine, accept } = delivering([destination]);
      engine.start();
      engine.accepted([await accept('m-1')]);
      await time.pass(6 * 3_600_000);
      expect(requests.length).toBeGreaterThan(10);
      expect(requests.length).toBeLessThan(40);
      const pauses = requests.slice(1).map(({ at }, index) => at - (requests[index]?.at ?? 0));
      expect(Math.min(...pauses)).toBeGreaterThanOrEqual(11_000);
      expect(Math.max(...pauses)).toBeGreaterThan(1_000_000);
    }));

  test('tries again, less and less often, and gives up after a day', () =>
    inVirtualTime(async (time) => {
      const { destination, requests } = oneStep(() => BUSY);
      const { engine, accept, deliveryOf, metrics } = delivering([destination]);
      engine.start();
      engine.accepted([await accept('m-1')]);
      await time.pass(DAY_MS - 60_000);
      expect(await deliveryOf('m-1')).toMatchObject({ state: 'waiting', reason: 'busy' });
      await time.pass(3_700_000);
      expect(await deliveryOf('m-1')).toMatchObject({ state: 'dead', reason: 'failing for a day: busy' });
      expect(metrics.at(-1)).toBe('DeliveryDead');
      expect(requests.length / LIMITS.tries).toBeLessThan(70);
    }));

  test('takes a destination that throws for one that failed, and says where, not what', () =>
    inVirtualTime(async (time) => {
      const { destination } = oneStep(() => OK, {
        deliver: async () => {
          throw new RangeError('of Zoë');
        },
      });
      const { engine, accept, deliveryOf, lines } = delivering([destination]);
      engine.start();
      engine.accepted([await accept('m-1')]);
      await time.pass(1_000);
      expect(await deliveryOf('m-1')).toMatchObject({ state: 'waiting', failures: 1, reason: 'threw RangeError' });
      expect(lines[0]).toMatchObject({ type: 'DestinationThrew', fault: 'RangeError' });
      expect(JSON.stringify(lines[0])).toContain('engine.test.ts');
      expect(JSON.stringify(lines)).not.toContain('Zoë');
    }));

  test('ends a delivery that never ends, before its claim does', () =>
    inVirtualTime(async (time) => {
      const signals: AbortSignal[] = [];
      const { destination } = oneStep(() => OK, {
        deliver: async (_work, run) => {
          await run({ name: 'put' }, async (signal) => {
            signals.push(signal);
            return OK;
          });
          return new Promise(() => undefined);
        },
      });
      const { engine, accept, deliveryOf, lines } = delivering([destination]);
      engine.start();
      engine.accepted([await accept('m-1')]);
      await time.pass(30_600);
      expect(await deliveryOf('m-1')).toMatchObject({ state: 'waiting', failures: 1, reason: 'took too long' });
      expect(lines.some(({ type }) => type === 'ClaimLost')).toBe(false);
    }));

  test('does not settle what it has no claim of any more', () =>
    inVirtualTime(async (time) => {
      const { destination } = oneStep(() => OK);
      const { store } = delivering([destination]);
      const lost: DeliveryStore = { ...store, settle: () => async () => E.right('Lost') };
      const { engine, lines, metrics } = delivering([destination], { store: lost });
      engine.start();
      await store.accept([await delivering([destination]).accept('m-1')]);
      await time.pass(6_000);
      expect(lines).toContainEqual({ type: 'ClaimLost', destination: 'partner', lane: 'live' });
      expect(metrics).toEqual([]);
    }));

  test('begins nothing while the breaker is open, one to see, and all that waits when the partner is back', () =>
    inVirtualTime(async (time) => {
      const partner: { answer: Answer<null> } = { answer: BUSY };
      const { destination, requests } = oneStep(() => partner.answer);
      let claims = 0;
      const { store, accept } = delivering([destination]);
      const counting: DeliveryStore = {
        ...store,
        claim: (...of) => {
          claims += 1;
          return store.claim(...of);
        },
      };
      const { engine } = delivering([destination], { store: counting });
      for (let member = 0; member < 60; member += 1) await accept(`m-${member}`);
      engine.start();
      await time.until(() => requests.length >= 20, 60_000);
      await time.pass(2_000);
      const [before, claimed] = [requests.length, claims];
      expect(before).toBeLessThan(30);
      engine.ring();
      await time.pass(1_000);
      expect(claims).toBe(claimed);
      expect(claimed).toBeLessThan(40);
      expect((await engine.state())[0]).toMatchObject({
        ...{ name: 'partner', breaker: { state: 'open' }, inHand: { live: 0, bulk: 0 } },
        ...{ lastError: { status: 500, reason: 'busy' }, waiting: { live: 60 } },
      });
      await time.pass(3_000);
      expect(requests.length).toBe(before + 1);
      partner.answer = OK;
      await time.pass(120_000);
      expect((await engine.state())[0]).toMatchObject({ breaker: { state: 'closed' }, waiting: { live: 0 } });
    }));
});

describe('a dry run', () => {
  test('makes everything ready, sends nothing, remembers nothing as sent, and counts as delivered', () =>
    inVirtualTime(async (time) => {
      const { destination, requests } = oneStep(() => OK);
      const { engine, accept, deliveryOf } = delivering([destination], { dryRun: () => true });
      engine.start();
      engine.accepted([await accept('m-1')]);
      await time.pass(1_000);
      expect(requests).toEqual([]);
      expect(await deliveryOf('m-1')).toMatchObject({
        ...{ state: 'delivered', progress: null },
        steps: [{ step: 'put', outcome: 'skipped', reason: 'dry run', tries: 0 }],
      });
      expect((await engine.state())[0]?.isDryRun).toBe(true);
    }));
});

describe('draining', () => {
  test('lets what is in hand come to its end, and takes up nothing more', () =>
    inVirtualTime(async (time) => {
      const { destination, requests } = oneStep(async () => {
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        return OK;
      });
      const { engine, accept, metrics } = delivering([destination]);
      for (let member = 0; member < 40; member += 1) await accept(`m-${member}`);
      engine.start();
      await time.pass(500);
      const inHand = (await engine.state())[0]?.inHand.live ?? 0;
      let isDrained = false;
      void engine.drain({ withinMs: 12_000 }).then(() => {
        isDrained = true;
      });
      await time.pass(5_000);
      expect(isDrained).toBe(true);
      expect(requests.length).toBe(inHand);
      expect(metrics.length).toBe(inHand);
    }));

  test('gives back in time what does not end, so that another process takes it at once', () =>
    inVirtualTime(async (time) => {
      const { destination } = oneStep(
        ({ signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject)),
        {
          limits: { ...LIMITS, tryTimeoutMs: 60_000, deadlineMs: 60_000 },
        },
      );
      const { engine, accept, deliveryOf, store, lines } = delivering([destination]);
      engine.start();
      engine.accepted([await accept('m-1')]);
      await time.pass(100);
      let drainedAfterMs = 0;
      const startedAt = Date.now();
      void engine.drain({ withinMs: 12_000 }).then(() => {
        drainedAfterMs = Date.now() - startedAt;
      });
      await time.pass(12_000);
      expect(drainedAfterMs).toBeGreaterThan(8_900);
      expect(drainedAfterMs).toBeLessThan(10_000);
      expect(await deliveryOf('m-1')).toMatchObject({ state: 'waiting', failures: 0, reason: 'given back' });
      expect(lines.at(-1)).toMatchObject({ type: 'Settled', verdict: 'Later', reason: 'given back' });

      const other = oneStep(() => OK);
      const second = delivering([other.destination], { store });
      second.engine.start();
      await time.pass(100);
      expect(other.requests.length).toBe(1);
    }));
});

test('destinations of one credential share the strictest of their limits', () => {
  const one = oneStep(() => OK).destination;
  const other = { ...one, name: 'other', limits: { ...LIMITS, perSecond: 5, concurrent: 50 } };
  expect(sharedLimits([one, other]).get('shared')).toMatchObject({ perSecond: 5, concurrent: LIMITS.concurrent });
});
