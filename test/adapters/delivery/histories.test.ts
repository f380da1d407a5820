import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DeliveryPlan,
  deliveryPlanArb,
  type Outcome,
  REFUSED_MEMBER,
  simulate,
} from '#test/support/deliverySimulation.ts';
import type { Arrival } from '#test/support/scriptedPartner.ts';
import { START } from '#test/support/virtualTime.ts';

describe('whatever a partner, the store and the processes do, in the end', () => {
  test('everything has arrived, in order, within the limits, and as the partner asked', async () => {
    let seen = { retried: 0, dead: 0, opened: 0, killed: 0, asked: 0, mended: 0 };
    await fc.assert(
      fc.asyncProperty(deliveryPlanArb, async (plan) => {
        const outcome = await simulate(plan);
        expect(violations(plan, outcome)).toEqual([]);
        const { lines, killed, partner } = outcome;
        seen = {
          retried: seen.retried + lines.filter((line) => line.type === 'Outbound' && line.try > 1).length,
          dead: seen.dead + outcome.deliveries.filter(({ state }) => state === 'dead').length,
          opened: seen.opened + lines.filter((line) => line.type === 'Breaker' && line.state === 'open').length,
          killed: seen.killed + killed.size,
          asked: seen.asked + partner.asked.length,
          mended: seen.mended + lines.filter((line) => line.type === 'ClockWasAhead').length,
        };
      }),
      { numRuns: 200 },
    );
    // Or the histories say nothing.
    expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
  }, 60_000);
});

const violations = (plan: DeliveryPlan, outcome: Outcome): readonly string[] => [
  ...tooLate(outcome),
  ...lastStates(outcome),
  ...reordered(outcome.partner.arrivals),
  ...tooMany(plan, outcome),
  ...tooSoon(plan, outcome),
  ...deadForNoReason(outcome),
  ...outcome.lines.flatMap((line) => (line.type === 'DestinationThrew' ? [`threw ${line.fault} ${line.at[0]}`] : [])),
];

/** Faults of two minutes leave back-offs of some minutes, and a lease that a clock which was ahead gave out is waited for once more. */
const tooLate = ({ finishedAfterMs }: Outcome): readonly string[] =>
  finishedAfterMs !== null && finishedAfterMs <= PATIENCE_MS
    ? []
    : [`something waits ${finishedAfterMs ?? 'for ever'}`];
const PATIENCE_MS = 30 * 60_000;

/** When the clock was set. Then leases that others hold may seem over, back-offs end, and a budget begins anew. */
const clockSets = ({ clockFaults }: DeliveryPlan): readonly number[] =>
  clockFaults.flatMap(({ fromMs, lastsMs }) => [START + fromMs, START + fromMs + lastsMs]);

const lastStates = ({ accepted, partner }: Outcome): readonly string[] => {
  const wanted = new Map(accepted.map(({ event }) => [event.pass?.memberId ?? '', event.pass?.revision ?? 0]));
  return [...wanted].flatMap(([member, revision]) => {
    const held = partner.holds.get(member);
    return member === REFUSED_MEMBER || held === revision ? [] : [`${member} is at ${held}, not at ${revision}`];
  });
};

const reordered = (arrivals: readonly Arrival[]): readonly string[] => {
  const last = new Map<string, number>();
  return arrivals.flatMap(({ subject, revision }) => {
    const before = last.get(subject) ?? 0;
    last.set(subject, revision);
    return revision < before ? [`${subject}: ${revision} after ${before}`] : [];
  });
};

const tooMany = (plan: DeliveryPlan, { partner: { arrivals, most } }: Outcome): readonly string[] => {
  // Where some processes have the budget and others do not, each of those without adds its share.
  const isApart = plan.budgetFaults.length > 0 || plan.clockFaults.length > 0;
  const alone = isApart ? (plan.processes - 1 + plan.ends.length) * Math.ceil(plan.perSecond / 4) : 0;
  const limit = Math.floor(plan.perSecond + plan.burst + alone);
  const isCalm = ({ at }: Arrival): boolean => clockSets(plan).every((set) => at < set - 1_000 || at > set + 1_000);
  const rush = arrivals.findIndex(
    (arrival, index) => isCalm(arrival) && (arrivals[index + limit]?.at ?? Infinity) - arrival.at < 1_000,
  );
  return [
    ...(rush === -1 ? [] : [`more than ${limit} in a second`]),
    ...(most.ofProcess > plan.concurrent ? [`${most.ofProcess} at once`] : []),
    ...(most.ofSubject > 1 && plan.clockFaults.length === 0 ? ['one member twice at once'] : []),
  ];
};

/** 429 is of that member, whoever delivers, unless who heard it died; 503 of everything that the process sends. */
const tooSoon = (plan: DeliveryPlan, { partner: { arrivals, asked }, killed }: Outcome): readonly string[] =>
  asked.flatMap(({ by, subject, answeredAt, until, status }) => {
    const isHeardByDead = (killed.get(by) ?? Infinity) < until + 1;
    const isClockSet = clockSets(plan).some((set) => set >= answeredAt && set <= until);
    const early = arrivals.find(
      (next) =>
        next.at > answeredAt &&
        next.at < until &&
        ((next.subject === subject && !isHeardByDead && !isClockSet) || (status === 503 && next.by === by)),
    );
    return early === undefined ? [] : [`${subject} ${until - early.at} ms before a Retry-After of ${status} was over`];
  });

const deadForNoReason = ({ deliveries }: Outcome): readonly string[] =>
  deliveries.flatMap(({ key: { subject }, state }) => {
    const isRefused = subject.type === 'member' && subject.memberId === REFUSED_MEMBER;
    return (state === 'dead') === isRefused ? [] : [`${JSON.stringify(subject)} is ${state}`];
  });
