import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Agent, request } from 'undici';
import type { AcceptedEvent } from '#adapters/delivery/acceptedEvent.ts';
import type { Budget } from '#adapters/delivery/budget.ts';
import type { Destination, Limits } from '#adapters/delivery/destination.ts';
import { type Engine, type EngineDeps, engineOf } from '#adapters/delivery/engine.ts';
import { dynamoDbBudget } from '#adapters/dynamodb/budget.ts';
import { dynamoDbDeliveryStore } from '#adapters/dynamodb/deliveryStore.ts';
import { memoryBudget } from '#adapters/memory/budget.ts';
import type { Benchmark } from './benchmark.ts';
import type { Counts } from './loopbackPartner.ts';
import { measureInTurn, rate, type Samples, timeRatio } from './measure.ts';
import { queueStore } from './queueStore.ts';
import { inFlight, withServer } from './server.ts';
import type { Row } from './table.ts';

const EVENTS = { burst: 50_000, flat: 100_000, bare: 10_000, dynamodb: 2_000 };
const AT_ONCE = 32;
const FREE: Limits = {
  ...{ perSecond: 1_000_000, burst: 1_000, concurrent: AT_ONCE, concurrentBulk: AT_ONCE - 1 },
  ...{ tryTimeoutMs: 5_000, deadlineMs: 30_000, tries: 3 },
};
const LIMITED: Limits = { ...FREE, perSecond: 1_500, burst: 150 };
const LIMITED_DYNAMODB: Limits = { ...FREE, perSecond: 150, burst: 15 };

/** The delivery engine over a partner on loopback. */
export const deliver: Benchmark = {
  name: 'deliver',
  about: 'deliveries to a partner on loopback, against the bare requests; a burst at a limit; memory over many updates',
  run: async ({ rounds, size, say }) => {
    const sizes = size.events === null ? EVENTS : scaled(size.events / EVENTS.burst);
    const worker = new Worker(new URL('./loopbackPartner.ts', import.meta.url));
    const [port] = await once(worker, 'message');
    const agent = new Agent({ connections: AT_ONCE, pipelining: 1 });
    const partner = partnerAt(`http://127.0.0.1:${port}/`, agent, worker);
    try {
      say(`${sizes.bare} requests, bare and delivered, ${AT_ONCE} at once`);
      const samples = await measureInTurn(
        [
          { name: BARE, run: () => bare(partner, sizes.bare) },
          { name: DELIVERED, run: () => delivered(partner, FREE, inMemory(sizes.bare)) },
        ],
        rounds,
      );
      await partner.counts();
      say(`a burst of ${sizes.burst} at ${LIMITED.perSecond}/s`);
      const burst = await burstRow(partner, 'in memory', LIMITED, inMemory(sizes.burst));
      say(`${sizes.flat} updates of 1,000 members`);
      const flat = await flatRow(partner, sizes.flat);
      say(`a burst of ${sizes.dynamodb} at ${LIMITED_DYNAMODB.perSecond}/s, dynoxide`);
      const stored = await withServer(null, async (server) => {
        const tables = await server.freshTables();
        const deps = { dynamodb: server.connect().dynamodb, tableName: tables.tableName, clock: Date.now };
        const store = dynamoDbDeliveryStore({ ...deps, route: () => ['partner'], onUnavailable: () => undefined });
        const events = eventsOf(sizes.dynamodb);
        for (let from = 0; from < events.length; from += 100) await store.accept(events.slice(from, from + 100));
        const source = { store, budget: dynamoDbBudget(deps), events: events.length };
        return burstRow(partner, 'dynoxide', LIMITED_DYNAMODB, source);
      });
      return {
        name: 'deliver',
        tables: [
          {
            title: `${sizes.bare} requests, ${AT_ONCE} at once`,
            rows: [BARE, DELIVERED].map((name) => rateRow(samples, name)),
          },
          { title: 'a burst at a limit', rows: [burst, stored] },
          { title: `${sizes.flat} updates of 1,000 members, unlimited`, rows: [flat] },
        ],
      };
    } finally {
      await agent.close();
      await worker.terminate();
    }
  },
};

const BARE = 'undici, so many at once';
const DELIVERED = 'the engine, queue in memory';

const scaled = (factor: number): typeof EVENTS => ({
  ...{ burst: Math.ceil(EVENTS.burst * factor), flat: Math.ceil(EVENTS.flat * factor) },
  ...{ bare: Math.ceil(EVENTS.bare * factor), dynamodb: Math.ceil(EVENTS.dynamodb * factor) },
});

type Partner = {
  readonly put: (memberId: string, revision: number, signal?: AbortSignal) => Promise<number>;
  readonly counts: () => Promise<Counts>;
};

const partnerAt = (url: string, dispatcher: Agent, worker: Worker): Partner => ({
  put: async (memberId, revision, signal) => {
    const body = JSON.stringify({ memberId, revision });
    const headers = { 'content-type': 'application/json' };
    const answer = await request(url + memberId, {
      method: 'PUT',
      body,
      headers,
      dispatcher,
      ...(signal && { signal }),
    });
    await answer.body.dump();
    return answer.statusCode;
  },
  counts: async () => {
    worker.postMessage('counts');
    const [counts] = await once(worker, 'message');
    return counts as Counts;
  },
});

const bare = async (partner: Partner, requests: number): Promise<number> => {
  const members = Array.from({ length: requests }, (_, index) => `m-${index}`);
  await inFlight(members, AT_ONCE, (memberId) => partner.put(memberId, 1));
  return requests;
};

type Source = {
  readonly store: EngineDeps['store'];
  readonly budget: Budget;
  /** That are delivered before it is done. */
  readonly events: number;
};

const inMemory = (events: number): Source => {
  const store = queueStore();
  store.add(eventsOf(events));
  return { store, budget: memoryBudget({ clock: Date.now }), events };
};

/** Until as many are delivered as there are events. onDelivered: how many by now. next: what the process takes in when a partner has answered. */
const delivered = async (
  partner: Partner,
  limits: Limits,
  { store, budget, events }: Source,
  onDelivered: (count: number) => void = () => undefined,
  next: (memberId: string, revision: number) => readonly AcceptedEvent[] = () => [],
): Promise<number> => {
  let count = 0;
  const done = Promise.withResolvers<void>();
  const destination = destinationOf(partner, limits, (...of) => engine.accepted(next(...of)));
  const engine: Engine = engineOf({
    ...{ store, budget, destinations: [destination], clock: Date.now, random: Math.random },
    tell: () => undefined,
    onMetric: (name) => {
      if (name !== 'Delivered') done.reject(new Error(`expected Delivered, got ${name}`));
      count += 1;
      onDelivered(count);
      if (count === events) done.resolve();
    },
    dryRun: () => false,
  });
  engine.start();
  await done.promise;
  await engine.drain({ withinMs: 10_000 });
  return count;
};

const destinationOf = (
  partner: Partner,
  limits: Limits,
  onAnswer: (memberId: string, revision: number) => void,
): Destination => ({
  ...{ name: 'partner', credential: 'loopback', limits, wants: () => true, close: async () => undefined },
  deliver: async ({ content }, run) => {
    if (content.type !== 'card') throw new Error('expected a card');
    const { memberId, revision } = content.card;
    const answer = await run({ name: 'put' }, async (signal) => {
      const status = await partner.put(memberId, revision, signal);
      return { type: 'Ok', status, value: null };
    });
    if (answer.type !== 'Ok') throw new Error(`expected Ok, got ${answer.reason}`);
    onAnswer(memberId, revision);
    return { verdict: { type: 'Delivered' }, progress: null };
  },
});

const eventsOf = (count: number): readonly AcceptedEvent[] =>
  Array.from({ length: count }, (_, index) => eventOf(index, 1));

const eventOf = (member: number, revision: number): AcceptedEvent => ({
  ...{ id: `e-${member}-${revision}`, source: 'billfold.wallet', type: 'WalletPassUpdated', lane: 'live' },
  pass: { memberId: `m-${member}`, revision, changed: ['spend'] },
  ...{ traceparent: null, correlationId: null, content: JSON.stringify({ pass: 'x'.repeat(700) }) },
});

const rateRow = (samples: Samples, name: string): Row => ({
  variant: name,
  'of the base': name === BARE ? 1 : ratioOf(timeRatio(samples, name, BARE, 'wallMs').median),
  'CPU time ratio': name === BARE ? 1 : timeRatio(samples, name, BARE, 'cpuMs'),
  'wall time ratio': name === BARE ? 1 : timeRatio(samples, name, BARE, 'wallMs'),
  'deliveries/s': rate(samples, name, 'wallMs'),
});
const ratioOf = (times: number): number => 1 / times;

const burstRow = async (partner: Partner, where: string, limits: Limits, source: Source): Promise<Row> => {
  const before = process.memoryUsage.rss();
  let peak = before;
  const startedAt = performance.now();
  await delivered(partner, limits, source, (count) => {
    if (count % 100 === 0) peak = Math.max(peak, process.memoryUsage.rss());
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  const { requests, mostInASecond } = await partner.counts();
  if (requests !== source.events) throw new Error(`expected ${source.events} requests, the partner saw ${requests}`);
  return {
    'queue and budget': where,
    events: source.events,
    'limit/s': limits.perSecond,
    burst: limits.burst,
    seconds,
    'deliveries/s': source.events / seconds,
    'of the limit': (source.events - limits.burst) / seconds / limits.perSecond,
    'most in a second': mostInASecond,
    'RSS before, MB': before / 1e6,
    'RSS peak, MB': peak / 1e6,
  };
};

/** Each of a thousand members is updated again when its update has arrived, so that as many wait all the time. */
const flatRow = async (partner: Partner, updates: number): Promise<Row> => {
  const members = Math.min(1_000, Math.ceil(updates / 10));
  const store = queueStore();
  store.add(Array.from({ length: members }, (_, index) => eventOf(index, 1)));
  const marks = new Map<number, number>();
  let accepted = members;
  const source = { store, budget: memoryBudget({ clock: Date.now }), events: updates };
  const next = (memberId: string, revision: number): readonly AcceptedEvent[] => {
    if (accepted >= updates) return [];
    accepted += 1;
    const event = eventOf(Number(memberId.slice(2)), revision + 1);
    store.add([event]);
    return [event];
  };
  const mark = (count: number): void => {
    for (const percent of [10, 50, 100])
      if (count === Math.ceil((updates * percent) / 100)) marks.set(percent, process.memoryUsage.rss() / 1e6);
  };
  await delivered(partner, FREE, source, mark, next);
  await partner.counts();
  const at = (mark: number): number => marks.get(mark) ?? Number.NaN;
  return {
    updates,
    'RSS at 10 %, MB': at(10),
    'at 50 %': at(50),
    'at 100 %': at(100),
    '100 % of 10 %': at(100) / at(10),
  };
};
