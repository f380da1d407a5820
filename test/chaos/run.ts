import { setTimeout } from 'node:timers/promises';
import type { CarriedEvent } from '#adapters/http/answers/busEvents.ts';
import type { RuntimeStatus } from '#adapters/http/answers/status.ts';
import { forkSeed, seededRandom } from '#adapters/sample/random.ts';
import type { WalletEvent } from '#domain/index.ts';
import type { WireItem } from '#test/support/wire.ts';
import { type AtRest, type Check, lookPatiently } from './checks/check.ts';
import { allMembers, membersChanged } from './checks/members.ts';
import { type DeliveryCounts, deliver, noDeliveries } from './delivering.ts';
import type { Fault, Harm } from './faults/fault.ts';
import { planOf, type Strike } from './plan.ts';
import { retailer } from './retailer.ts';
import { type System, startSystem } from './system.ts';

export type ChaosOptions = {
  readonly seed: number;
  /** Each fault strikes once at least, however short. */
  readonly forMs: number;
  readonly faults: readonly Fault[];
  readonly checks: readonly Check[];
  /** Changes of the retailer's beside each strike. */
  readonly changes: number;
  readonly longestMs: number;
  /** How many strike one after the other before it may come to rest. */
  readonly inARow: number;
  readonly onStruck: (struck: Struck) => void;
};

/** Those that struck in a row. broken: promises that do not hold, with what was seen; it goes on all the same. */
export type Struck = {
  readonly strikes: readonly Strike[];
  readonly counts: DeliveryCounts;
  readonly tookMs: number;
  readonly broken: readonly Broken[];
};
export type Broken = { readonly promise: string; readonly seen: readonly string[] };

export type ChaosReport = {
  readonly struck: readonly Struck[];
  /** When all was over, of everybody. */
  readonly broken: readonly Broken[];
  readonly members: number;
  readonly records: number;
  readonly published: number;
  readonly held: { readonly atFirst: AtRest['atFirst']; readonly atLast: AtRest['atFirst'] };
  readonly tookMs: number;
};

/** A live system under load, and one harm after the other. After each it comes to rest and is held against the truth. */
export const runChaos = async (options: ChaosOptions): Promise<ChaosReport> => {
  const startedAt = performance.now();
  const { seed, changes, longestMs, faults } = options;
  const system = await startSystem({ extra: ['--queue-limit', `${QUEUE_LIMIT}`] });
  try {
    const life = retailer(seededRandom(forkSeed(seed, 'life')), Date.now());
    const news = newsOf(system);
    const history: WireItem[] = [];
    const deliverMore = async (random: ReturnType<typeof seededRandom>, overMs: number): Promise<DeliveryCounts> => {
      const items = life.live(changes);
      const counts = noDeliveries();
      await deliver(system, items, { random, overMs, counts });
      history.push(...items);
      return counts;
    };
    const lookAt = async (members: ReadonlySet<string>, checks: readonly Check[]): Promise<readonly Broken[]> => {
      const rest: AtRest = { system, org: life.org(), members, published: await news.read(), atFirst };
      const broken: Broken[] = [];
      for (const check of checks) {
        const seen = await lookPatiently(check, rest);
        if (seen.length > 0) broken.push({ promise: check.promise, seen });
      }
      return broken;
    };

    await deliverMore(seededRandom(seed), 0);
    await untilAtRest(system);
    const atFirst = await system.held();
    const struck: Struck[] = [];
    const plan = planOf(seed, faults);
    for (let number = 0; number < faults.length || performance.now() - startedAt < options.forMs; ) {
      const leftOfDeck = faults.length - (number % faults.length);
      const strikes = Array.from({ length: Math.min(options.inARow, leftOfDeck) }, () => plan.next().value);
      number += strikes.length;
      const before = life.org();
      const strikeAt = performance.now();
      const [counts, failures] = await Promise.all([
        deliverMore(seededRandom(forkSeed(seed, `delivery ${number}`)), longestMs * strikes.length),
        strikeAll(system, strikes, { longestMs, history: [...history] }),
      ]);
      await system.start();
      const unrest = await untilAtRest(system);
      const always = options.checks.filter(({ when }) => when === 'always');
      const broken = [
        ...[...failures, ...unrest].map((seen) => ({ promise: 'it takes what comes', seen: [seen] })),
        ...(await lookAt(membersChanged(before, life.org()), always)),
      ];
      const told = { strikes, counts, tookMs: performance.now() - strikeAt, broken };
      struck.push(told);
      options.onStruck(told);
    }
    const broken = await lookAt(allMembers(life.org()), options.checks);
    return {
      ...{ struck, broken, members: allMembers(life.org()).size, records: life.org().records.size },
      ...{ published: (await news.read()).length, held: { atFirst, atLast: await system.held() } },
      tookMs: performance.now() - startedAt,
    };
  } finally {
    await system.stop();
  }
};

/** So few that a short flood fills it. */
const QUEUE_LIMIT = 200;

/** What of them was taken otherwise than it should have been. */
const strikeAll = async (
  system: System,
  strikes: readonly Strike[],
  { longestMs, history }: Pick<Harm, 'longestMs' | 'history'>,
): Promise<readonly string[]> => {
  const failures: string[] = [];
  for (const { fault, seed } of strikes) {
    const random = seededRandom(seed);
    await setTimeout(random.int(0, Math.ceil(longestMs / 2)));
    try {
      await fault.strike({ system, random, longestMs, history });
    } catch (error) {
      failures.push(`${fault.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return failures;
};

/** What keeps it from that, if anything. */
const untilAtRest = async (system: System): Promise<readonly string[]> => {
  const until = performance.now() + REST_WITHIN_MS;
  let last = 'no answer';
  while (performance.now() < until) {
    const status = await system
      .service()
      .get<RuntimeStatus>('/api/status')
      .catch(() => null);
    if (status?.idle === true) return [];
    if (status !== null)
      last = JSON.stringify({ queues: status.queues, pipes: status.pipes, inbox: status.inbox.waiting });
    await setTimeout(20);
  }
  return [`not at rest after ${REST_WITHIN_MS / 1000} s: ${last}`];
};
const REST_WITHIN_MS = 90_000;

type News = { readonly read: () => Promise<readonly WalletEvent['detail'][]> };

/** What the wallet bus has carried, from where it was read to. */
const newsOf = (system: System): News => {
  const details: WalletEvent['detail'][] = [];
  let after = 0;
  return {
    read: async () => {
      for (;;) {
        const { items } = await system
          .service()
          .get<{ readonly items: readonly CarriedEvent[] }>(`/api/wallet-events?after=${after}`);
        const last = items.at(-1);
        if (last === undefined) return details;
        details.push(...items.map(({ detail }) => detail as WalletEvent['detail']));
        after = last.sequence;
      }
    },
  };
};
