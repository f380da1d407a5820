import { setTimeout } from 'node:timers/promises';
import type { CarriedEvent } from '#adapters/http/answers/busEvents.ts';
import type { RuntimeStatus } from '#adapters/http/answers/status.ts';
import { forkSeed, seededRandom } from '#adapters/sample/random.ts';
import type { WalletEvent } from '#domain/index.ts';
import type { WireItem } from '#test/support/wire.ts';
import type { AtRest, Check } from './checks/check.ts';
import { allMembers, membersChanged } from './checks/members.ts';
import { type DeliveryCounts, deliver, noDeliveries } from './delivering.ts';
import type { Fault } from './faults/fault.ts';
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
  readonly onStruck: (struck: Struck) => void;
};

/** broken: promises that do not hold, with what was seen; it goes on all the same. */
export type Struck = {
  readonly strike: Strike;
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
  const system = await startSystem();
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
      for (const { promise, look } of checks) {
        const seen = await look(rest).catch((error: unknown) => [String(error)]);
        if (seen.length > 0) broken.push({ promise, seen });
      }
      return broken;
    };

    await deliverMore(seededRandom(seed), 0);
    await untilAtRest(system);
    const atFirst = await system.held();
    const struck: Struck[] = [];
    for (const strike of planOf(seed, faults)) {
      if (strike.number > faults.length && performance.now() - startedAt > options.forMs) break;
      const before = life.org();
      const strikeAt = performance.now();
      const random = seededRandom(strike.seed);
      const [counts, failure] = await Promise.all([
        deliverMore(seededRandom(forkSeed(strike.seed, 'delivery')), longestMs),
        setTimeout(random.int(0, Math.ceil(longestMs / 2))).then(() =>
          failureOf(strike, { system, random, longestMs, history: [...history] }),
        ),
      ]);
      await system.start();
      const rest = await untilAtRest(system);
      const broken = [
        ...[failure, rest].flatMap((seen) => (seen === null ? [] : [{ promise: 'it takes what comes', seen: [seen] }])),
        ...(await lookAt(
          membersChanged(before, life.org()),
          options.checks.filter(({ when }) => when === 'always'),
        )),
      ];
      const told = { strike, counts, tookMs: performance.now() - strikeAt, broken };
      struck.push(told);
      options.onStruck(told);
    }
    await untilTold(system, news);
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

const failureOf = async ({ fault }: Strike, harm: Parameters<Fault['strike']>[0]): Promise<string | null> => {
  try {
    await fault.strike(harm);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** null: it is. Otherwise what keeps it from that. */
const untilAtRest = async (system: System): Promise<string | null> => {
  const until = performance.now() + REST_WITHIN_MS;
  let last = 'no answer';
  while (performance.now() < until) {
    const status = await system
      .service()
      .get<RuntimeStatus>('/api/status')
      .catch(() => null);
    if (status?.idle === true) return null;
    if (status !== null)
      last = JSON.stringify({ queues: status.queues, pipes: status.pipes, inbox: status.inbox.waiting });
    await setTimeout(20);
  }
  return `not at rest after ${REST_WITHIN_MS / 1000} s: ${last}`;
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

/** Deliveries wait longer than anything else: a partner that failed is left alone for a while. What is not told by then is found missing. */
const untilTold = async ({ partner }: System, news: News): Promise<void> => {
  const published = await news.read();
  const last = new Map<string, number>();
  for (const { metadata } of published)
    last.set(metadata.memberId, Math.max(metadata.revision, last.get(metadata.memberId) ?? 0));
  const isTold = (): boolean => [...last].every(([id, revision]) => partner.told().get(id)?.revision === revision);
  for (const until = performance.now() + TOLD_WITHIN_MS; !isTold() && performance.now() < until; ) await setTimeout(50);
};
const TOLD_WITHIN_MS = 20_000;
