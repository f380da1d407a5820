import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DeliveryPlan, simulate } from '#test/support/deliverySimulation.ts';

/** For the next place of each process, those that others took ahead, its request of 300 ms at most where it has one room, the store's answers. */
const boundMs = ({ processes, perSecond }: DeliveryPlan): number => processes * (1_000 / perSecond + 250) + 300 + 200;

const planArb: fc.Arbitrary<DeliveryPlan> = fc.record({
  seed: fc.nat(),
  processes: fc.integer({ min: 1, max: 3 }),
  perSecond: fc.integer({ min: 4, max: 40 }),
  burst: fc.integer({ min: 0, max: 5 }),
  concurrent: fc.integer({ min: 2, max: 6 }),
  concurrentBulk: fc.integer({ min: 1, max: 6 }),
  sweep: fc.record({ atMs: fc.constant(0), members: fc.integer({ min: 100, max: 200 }) }),
  // Far enough apart not to wait for each other.
  events: fc
    .array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 7 })
    .map((gaps) => gaps.map((gap, member) => ({ atMs: 500 + member * 2_500 + gap, member, lane: 'live' as const }))),
  ...{ storeFaults: fc.constant([]), budgetFaults: fc.constant([]), ends: fc.constant([]), faults: fc.constant([]) },
  clockFaults: fc.constant([]),
});

test('somebody live waits a bounded time, whatever sweep is under way', async () => {
  await fc.assert(
    fc.asyncProperty(planArb, async (plan) => {
      const { accepted, partner } = await simulate(plan);
      const live = accepted.filter(({ event }) => event.lane === 'live');
      const waits = live.map(({ at, event }) => {
        const arrival = partner.arrivals.find(({ subject }) => subject === event.pass?.memberId);
        return (arrival?.at ?? Infinity) - at;
      });
      expect(waits.filter((ms) => ms > boundMs(plan))).toEqual([]);
    }),
    { numRuns: 30 },
  );
}, 30_000);
