import { setTimeout as sleep } from 'node:timers/promises';
import type { RuntimeStatus } from '#adapters/http/answers/status.ts';
import { type System, startSystem } from '#test/chaos/system.ts';
import { askedAtOnce } from './askedAtOnce.ts';
import type { Benchmark } from './benchmark.ts';
import { flood } from './flood.ts';
import { type Judged, judged, type Sampled, type Seen } from './overloadJudged.ts';
import { keptLoading } from './overloadLoad.ts';
import { buy, enrolled, type Members, type Put, putter, untrue } from './overloadMembers.ts';
import { percentile } from './paced.ts';
import { probing } from './probing.ts';
import { markdownTable, type Row } from './table.ts';

const MINUTES = 3;
const TIMES_CAPACITY = 2.5;
const QUEUE_LIMIT = 10_000;
/** Waiting changes, worked off: what it can do. */
const CALIBRATION = 1_000;
const LOADED_MEMBERS = 2_000;
const CALLERS = 400;
const SAMPLES = 24;

/** A live local system that is asked for more than it can do, for as long as one likes, and what becomes of it. */
export const overload: Benchmark = {
  name: 'overload',
  about: `${TIMES_CAPACITY} times what it can do, by PutEvents and by files at once: what is refused, memory, live changes, recovery`,
  run: async ({ size, say }) => {
    const scale = size.events === null ? 1 : (size.events / 10_000) ** 2;
    const limit = Math.max(50, Math.round(QUEUE_LIMIT * scale));
    const system = await startSystem({ extra: ['--queue-limit', `${limit}`] });
    try {
      const seen = await overloaded(system, {
        ...{ scale, limit, say, seconds: (size.minutes ?? MINUTES * scale) * 60 },
      });
      const verdicts = judged(seen);
      const tables = tablesOf(seen, verdicts);
      if (verdicts.some(({ held }) => held === 'BROKEN'))
        throw new Error(`overload:\n${tables.map(({ title, rows }) => `${title}\n${markdownTable(rows)}`).join('\n')}`);
      return { name: 'overload', tables };
    } finally {
      await system.stop();
    }
  },
};

type Course = {
  readonly scale: number;
  readonly limit: number;
  readonly seconds: number;
  readonly say: (line: string) => void;
};

const overloaded = async (system: System, { scale, limit, seconds, say }: Course): Promise<Seen> => {
  const { get, untilIdle, passOf } = system.service();
  const status = () => get<RuntimeStatus>('/api/status');
  const put = putter(system.url);
  const members = await enrolled(put, Math.max(20, Math.round(200 * scale)));
  await untilIdle();
  const capacity = await capacityOf(put, members, Math.max(50, Math.round(CALIBRATION * scale)), untilIdle);
  say(`${Math.round(capacity)} changes a second are worked off; a queue of ${limit}`);
  const probe = await probing(system.url, put);
  await untilIdle();
  const quiet = await probe.during(sleep(Math.max(1_000, 15_000 * scale)));
  const load = keptLoading(system, Math.max(50, Math.round(LOADED_MEMBERS * scale)));
  const beside = await probe.during(sleep(Math.max(1_000, 30_000 * scale)));
  say(`live: p50 ${percentile(quiet, 0.5).toFixed(0)} ms, beside a load ${percentile(beside, 0.5).toFixed(0)} ms`);

  const samples: Sampled[] = [];
  const flooding = flood({ put, members, perSecond: capacity * TIMES_CAPACITY, seconds });
  const sampling = sampled(system, status, flooding, { seconds, say }, samples);
  const within = await probe.during(flooding.done);
  await sampling;
  const loaded = await load.stop();
  const endedAt = performance.now();
  await untilIdleFor(status, RECOVERY_MS);
  const recoveredSeconds = (performance.now() - endedAt) / 1_000;
  const after = await probe.during(sleep(Math.max(1_000, 10_000 * scale)));
  await untilIdle();
  const asked = await askedAtOnce(system.url, members, CALLERS);
  await probe.stop();
  say(`idle ${recoveredSeconds.toFixed(1)} s after the input ended`);
  return {
    ...{ seconds, capacity, limit, samples, recoveredSeconds, asked },
    live: { quiet, beside, within, after },
    ...{ flooded: flooding.counts(), loaded: { files: loaded.files, rows: loaded.rows } },
    lost: (await Promise.all([untrue(passOf, members), untrue(passOf, probe.members), load.missing(passOf)])).flat(),
    ended: system.endedByItself(),
  };
};

const RECOVERY_MS = 600_000;

/** How many a second it does while more wait. */
const capacityOf = async (
  put: Put,
  members: Members,
  count: number,
  untilIdle: () => Promise<unknown>,
): Promise<number> => {
  const burst = async (): Promise<void> => {
    for (let sent = 0; sent < count; sent += 10) await buy(put, members, 10);
    await untilIdle();
  };
  // Compiled code is what serves a load.
  await burst();
  const startedAt = performance.now();
  await burst();
  return (1_000 * count) / (performance.now() - startedAt);
};

const sampled = async (
  system: System,
  status: () => Promise<RuntimeStatus>,
  flooding: ReturnType<typeof flood>,
  { seconds, say }: { readonly seconds: number; readonly say: (line: string) => void },
  samples: Sampled[],
): Promise<void> => {
  const startedAt = performance.now();
  for (let number = 1; number <= SAMPLES; number++) {
    const dueAt = startedAt + (number * seconds * 1_000) / SAMPLES;
    await sleep(Math.max(0, dueAt - performance.now()));
    const waiting = (await status()).queues.ingest?.backlog ?? Number.NaN;
    const { heapBytes, residentBytes } = await system.held();
    const at = (performance.now() - startedAt) / 1_000;
    const sample = { at, waiting, heapBytes, residentBytes, ...flooding.counts() };
    samples.push(sample);
    say(`${at.toFixed(0)} s: ${sample.waiting} wait, ${Math.round(heapBytes / 1e6)} MB in use`);
  }
};

const untilIdleFor = async (status: () => Promise<RuntimeStatus>, patienceMs: number): Promise<void> => {
  for (const until = performance.now() + patienceMs; !(await status()).idle; await sleep(50))
    if (performance.now() > until) throw new Error(`not idle ${patienceMs / 1_000} s after the input ended`);
};

const tablesOf = (seen: Seen, verdicts: readonly Judged[]) => [
  {
    title: `${Math.round(seen.capacity * TIMES_CAPACITY)} changes a second offered where ${Math.round(seen.capacity)} are worked off, and files beside them`,
    rows: seen.samples.map(sampleRow),
  },
  {
    title: 'live changes, from the answer of PutEvents to the wallet event',
    rows: Object.entries(LIVE).map(([key, title]) => liveRow(title, seen.live[key as keyof typeof LIVE])),
  },
  { title: 'judged', rows: verdicts.map((verdict): Row => ({ ...verdict })) },
];

const LIVE = {
  quiet: 'with nothing beside them',
  beside: 'beside a load',
  within: 'in the overload',
  after: 'after it',
} as const;

const sampleRow = (now: Sampled, index: number, all: readonly Sampled[]): Row => {
  const before = all[index - 1] ?? { at: 0, offered: 0, taken: 0, refused: 0 };
  const each = (name: 'offered' | 'taken' | 'refused') => (now[name] - before[name]) / (now.at - before.at);
  return {
    ...{ 'after, s': now.at, 'offered/s': each('offered'), 'taken/s': each('taken'), 'refused/s': each('refused') },
    ...{ waiting: now.waiting, 'in use, MB': now.heapBytes / 1e6, 'RSS, MB': now.residentBytes / 1e6 },
  };
};

const liveRow = (title: string, lagsMs: readonly number[]): Row => ({
  ...{ live: title, changes: lagsMs.length, 'p50, ms': percentile(lagsMs, 0.5) },
  ...{ 'p99, ms': percentile(lagsMs, 0.99), 'slowest, ms': Math.max(...lagsMs) },
});
