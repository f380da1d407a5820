import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import type { AcceptedEvent, Lane } from '#adapters/delivery/acceptedEvent.ts';
import type { Budget } from '#adapters/delivery/budget.ts';
import type { Delivery } from '#adapters/delivery/delivery.ts';
import type { DeliveryStore } from '#adapters/delivery/deliveryStore.ts';
import type { Destination, Limits } from '#adapters/delivery/destination.ts';
import { type Engine, type EngineDeps, engineOf } from '#adapters/delivery/engine.ts';
import type { EngineLine } from '#adapters/delivery/outbound.ts';
import { memoryBudget } from '#adapters/memory/budget.ts';
import { memoryDeliveryStore } from '#adapters/memory/deliveryStore.ts';
import { type Random, seededRandom } from '#adapters/sample/random.ts';
import { type Arrival, type Behaviour, type ScriptedPartner, scriptedPartner } from './scriptedPartner.ts';
import { inVirtualTime, START, setClockAhead, trueNow, type VirtualTime } from './virtualTime.ts';

/** Times in ms from the start. */
export type DeliveryPlan = {
  readonly seed: number;
  readonly processes: number;
  readonly perSecond: number;
  readonly burst: number;
  readonly concurrent: number;
  readonly concurrentBulk: number;
  readonly events: readonly { readonly atMs: number; readonly member: number; readonly lane: Lane }[];
  readonly sweep: { readonly atMs: number; readonly members: number } | null;
  /** part: of the requests. */
  readonly faults: readonly (Window & { readonly what: Behaviour; readonly part: number })[];
  /** The store answers nothing, before or after it did what it was asked; the budget answers nothing. */
  readonly storeFaults: readonly Window[];
  readonly budgetFaults: readonly Window[];
  /** Killed, or drained, and replaced. */
  readonly ends: readonly { readonly atMs: number; readonly process: number; readonly isKilled: boolean }[];
  /** The clock of the machine: wrong from then on, by so much, behind where that is negative; right again after a while. */
  readonly clockFaults: readonly (Window & { readonly aheadMs: number })[];
};
type Window = { readonly fromMs: number; readonly lastsMs: number };

/** Its requests are always refused. */
export const REFUSED_MEMBER = 'm-7';
export const TRY_TIMEOUT_MS = 2_000;
export const limitsOf = (
  plan: Pick<DeliveryPlan, 'perSecond' | 'burst' | 'concurrent' | 'concurrentBulk'>,
): Limits => ({
  ...{ perSecond: plan.perSecond, burst: plan.burst, concurrent: plan.concurrent, concurrentBulk: plan.concurrentBulk },
  ...{ tryTimeoutMs: TRY_TIMEOUT_MS, deadlineMs: 10_000, tries: 4 },
});

export type Told = { readonly at: number; readonly event: AcceptedEvent };

export type Outcome = {
  readonly partner: ScriptedPartner;
  readonly accepted: readonly Told[];
  readonly deliveries: readonly Delivery[];
  readonly lines: readonly EngineLine[];
  /** In ms, after the last thing of the plan; null: something still waits a day later. */
  readonly finishedAfterMs: number | null;
  /** When a process was killed; it may have heard what it could not write down. */
  readonly killed: ReadonlyMap<string, number>;
};

export const simulate = (plan: DeliveryPlan): Promise<Outcome> =>
  inVirtualTime(async (time) => {
    const random = seededRandom(plan.seed);
    const clock = (): number => Date.now();
    const alive = new Set<string>();
    const killed = new Map<string, number>();
    const lines: EngineLine[] = [];
    const partner = scriptedPartner({
      behave: (arrival) => behaviourOf(plan, random, arrival),
      latencyMs: () => random.int(5, 300),
      isAlive: (process) => alive.has(process),
    });
    const store = memoryDeliveryStore({ clock, route: () => ['partner'] });
    const budget = memoryBudget({ clock });
    const within = (windows: readonly Window[]): boolean => windows.some((window) => isIn(window, trueNow()));

    const born = (name: string): Engine => {
      alive.add(name);
      const isAlive = (): boolean => alive.has(name);
      const engine = engineOf({
        store: mortalStore(store, { isAlive, random, isFaulty: () => within(plan.storeFaults) }),
        budget: mortalBudget(budget, { isAlive, random, isFaulty: () => within(plan.budgetFaults) }),
        destinations: [destinationOf(plan, partner, name, isAlive)],
        ...{ clock, random: random.fraction, tell: (line) => void lines.push(line), onMetric: () => undefined },
        dryRun: () => false,
      });
      engine.start();
      return engine;
    };

    const processes = Array.from({ length: plan.processes }, (_, index) => ({
      name: `p${index}`,
      engine: born(`p${index}`),
    }));
    const accepted: Told[] = [];
    for (const { atMs, act } of scheduleOf(plan, accepted, store, processes, { born, alive, killed }).toSorted(
      (a, b) => a.atMs - b.atMs,
    )) {
      await time.pass(Math.max(0, START + atMs - trueNow()));
      await act();
    }
    const finishedAfterMs = await untilDone(time, store);
    const deliveries = await deliveriesOf(store, accepted);
    return { partner, accepted, deliveries, lines, finishedAfterMs, killed };
  });

const isIn = ({ fromMs, lastsMs }: Window, now: number): boolean =>
  now - START >= fromMs && now - START < fromMs + lastsMs;

const behaviourOf = (plan: DeliveryPlan, random: Random, { subject, at }: Arrival): Behaviour => {
  if (subject === REFUSED_MEMBER) return { type: 'refuse' };
  const fault = plan.faults.find((window) => isIn(window, at) && random.chance(window.part));
  return fault?.what ?? { type: 'ok' };
};

type Process = { name: string; engine: Engine };
type Lives = {
  readonly born: (name: string) => Engine;
  readonly alive: Set<string>;
  readonly killed: Map<string, number>;
};

const scheduleOf = (
  plan: DeliveryPlan,
  accepted: Told[],
  store: DeliveryStore,
  processes: readonly Process[],
  { born, alive, killed }: Lives,
): readonly { readonly atMs: number; readonly act: () => Promise<void> }[] => {
  const revisions = new Map<string, number>();
  const accept = async (memberId: string, lane: Lane, by: Process | undefined): Promise<void> => {
    const revision = (revisions.get(memberId) ?? 0) + 1;
    revisions.set(memberId, revision);
    const event = eventOf(memberId, revision, lane);
    await store.accept([event]);
    accepted.push({ at: trueNow(), event });
    by?.engine.accepted([event]);
  };
  const sweep = plan.sweep;
  return [
    ...plan.events.map(({ atMs, member, lane }, index) => ({
      atMs,
      act: () => accept(`m-${member}`, lane, processes[index % processes.length]),
    })),
    ...Array.from({ length: sweep?.members ?? 0 }, (_, index) => ({
      atMs: sweep?.atMs ?? 0,
      act: () => accept(`s-${index}`, 'bulk', processes[index % processes.length]),
    })),
    ...plan.clockFaults.flatMap(({ fromMs, lastsMs, aheadMs }) => [
      { atMs: fromMs, act: async () => setClockAhead(aheadMs) },
      { atMs: fromMs + lastsMs, act: async () => setClockAhead(0) },
    ]),
    ...plan.ends.map(({ atMs, process: index, isKilled }, nth) => ({
      atMs,
      act: async () => {
        const ending = processes[index % processes.length];
        if (ending === undefined) return;
        const { name, engine } = ending;
        if (isKilled) {
          alive.delete(name);
          killed.set(name, trueNow());
        } else void engine.drain({ withinMs: 12_000 });
        ending.name = `${name.split('.')[0]}.${nth + 1}`;
        ending.engine = born(ending.name);
      },
    })),
  ];
};

export const eventOf = (memberId: string, revision: number, lane: Lane): AcceptedEvent => ({
  ...{ id: `${memberId}@${revision}`, source: 'billfold.wallet', type: 'WalletPassUpdated', lane },
  pass: { memberId, revision, changed: ['spend'] },
  ...{ traceparent: null, correlationId: null, content: '{}' },
});

/** One step; each try says who asks. */
const destinationOf = (
  plan: DeliveryPlan,
  partner: ScriptedPartner,
  by: string,
  isAlive: () => boolean,
): Destination => ({
  ...{ name: 'partner', credential: 'shared', limits: limitsOf(plan), wants: () => true, close: async () => undefined },
  deliver: async ({ content }, run) => {
    if (content.type !== 'card') throw new Error('expected a card');
    const { memberId: subject, revision } = content.card;
    const answer = await run({ name: 'put' }, (signal) =>
      isAlive() ? partner.request({ by, subject, revision }, signal) : NEVER,
    );
    if (answer.type === 'Ok') return { verdict: { type: 'Delivered' }, progress: null };
    if (answer.type === 'Refused') return { verdict: { type: 'Dead', reason: answer.reason }, progress: null };
    return { verdict: { type: 'Later', reason: answer.reason, isFailure: true }, progress: null };
  },
});

const NEVER = new Promise<never>(() => undefined);

type Mortality = { readonly isAlive: () => boolean; readonly isFaulty: () => boolean };

/** Takes its time. A process that was killed asks nothing more and hears nothing more. */
const mortalStore = (
  store: DeliveryStore,
  { isAlive, isFaulty, random }: Mortality & { readonly random: Random },
): EngineDeps['store'] => {
  const asked =
    <Failure, Value>(ask: () => Promise<E.Either<Failure, Value>>) =>
    async (): Promise<E.Either<Failure, Value>> => {
      await pause(random.int(1, 5));
      if (!isAlive()) return NEVER;
      const isLost = isFaulty() && random.chance(0.5);
      if (isLost && random.chance(0.5)) return E.left(UNAVAILABLE as Failure);
      const answer = await ask();
      await pause(random.int(1, 5));
      if (!isAlive()) return NEVER;
      return isLost ? E.left(UNAVAILABLE as Failure) : answer;
    };
  return {
    due: (...of) => asked(store.due(...of)),
    claim: (...of) => asked(store.claim(...of)),
    settle: (...of) => asked(store.settle(...of)),
    ahead: (...of) => asked(store.ahead(...of)),
    bringForward: (...of) => asked(store.bringForward(...of)),
    waiting: store.waiting,
  };
};

const mortalBudget = (
  budget: Budget,
  { isAlive, isFaulty, random }: Mortality & { readonly random: Random },
): Budget => ({
  take:
    (...of) =>
    async () => {
      await pause(random.int(1, 5));
      if (!isAlive()) return NEVER;
      const taken = isFaulty() ? E.left(UNAVAILABLE) : await budget.take(...of)();
      await pause(random.chance(0.05) ? 120 : random.int(1, 20));
      return isAlive() ? taken : NEVER;
    },
});

const UNAVAILABLE = { type: 'StoreUnavailable', operation: 'test', reason: 'for a while' } as const;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Every place is delivered or dead. */
const untilDone = async (time: VirtualTime, store: DeliveryStore): Promise<number | null> => {
  for (let afterMs = 0; afterMs < 24 * 3_600_000; afterMs += LOOK_MS) {
    const waiting = await store.waiting('partner')();
    if (E.isRight(waiting) && waiting.right.live + waiting.right.bulk === 0) return afterMs;
    await time.pass(LOOK_MS);
  }
  return null;
};
const LOOK_MS = 30_000;

const deliveriesOf = async (store: DeliveryStore, accepted: readonly Told[]): Promise<readonly Delivery[]> => {
  const members = new Set(accepted.map(({ event }) => event.pass?.memberId ?? ''));
  const found = await Promise.all([...members].map((memberId) => store.ofMember(memberId)()));
  return found.flatMap((deliveries) => (E.isRight(deliveries) ? deliveries.right : []));
};

const within = (ms: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: ms });
const windowArb = { fromMs: within(60_000), lastsMs: fc.integer({ min: 100, max: 20_000 }) };
const laneArb = fc.constantFrom<Lane>('live', 'bulk');
const behaviourArb: fc.Arbitrary<Behaviour> = fc.oneof(
  fc.constantFrom('reset', 'lost', 'stall', 'deaf', 'throw').map((type) => ({ type })),
  fc.record({
    type: fc.constant('busy' as const),
    status: fc.constantFrom(429 as const, 503 as const),
    retryAfterMs: fc.oneof(fc.constant(null), fc.integer({ min: 500, max: 40_000 })),
  }),
);

/** Seconds, minutes, hours, days. */
const aheadArb = fc
  .tuple(fc.constantFrom(-1, 1), fc.constantFrom(1_000, 60_000, 3_600_000, 86_400_000), fc.integer({ min: 1, max: 59 }))
  .map(([sign, unit, count]) => sign * unit * count);

export const deliveryPlanArb: fc.Arbitrary<DeliveryPlan> = fc.record({
  seed: fc.nat(),
  processes: fc.integer({ min: 1, max: 3 }),
  perSecond: fc.integer({ min: 3, max: 40 }),
  burst: fc.integer({ min: 0, max: 10 }),
  concurrent: fc.integer({ min: 1, max: 6 }),
  concurrentBulk: fc.integer({ min: 1, max: 4 }),
  events: fc.array(fc.record({ atMs: within(60_000), member: within(7), lane: laneArb }), {
    minLength: 1,
    maxLength: 25,
  }),
  sweep: fc.option(fc.record({ atMs: within(40_000), members: fc.integer({ min: 5, max: 50 }) })),
  faults: fc.array(fc.record({ ...windowArb, what: behaviourArb, part: fc.constantFrom(0.3, 1) }), { maxLength: 3 }),
  storeFaults: fc.array(fc.record(windowArb), { maxLength: 1 }),
  budgetFaults: fc.array(fc.record(windowArb), { maxLength: 1 }),
  ends: fc.array(fc.record({ atMs: within(70_000), process: within(2), isKilled: fc.boolean() }), { maxLength: 2 }),
  clockFaults: fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.record({ ...windowArb, aheadMs: aheadArb }), { minLength: 1, maxLength: 2 }) },
  ),
});
