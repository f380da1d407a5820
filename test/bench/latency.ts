import { join } from 'node:path';
import type { Benchmark } from './benchmark.ts';
import { type BillfoldProcess, startBillfold } from './billfoldProcess.ts';
import { type ChangingMembers, changingMembers } from './changeEntries.ts';
import { countingProxy } from './countingProxy.ts';
import { climbed, driven } from './loadLadder.ts';
import { spread } from './measure.ts';
import { type Paced, paced, percentile } from './paced.ts';
import { putToStream } from './putToStream.ts';
import { inTemporaryDirectory } from './rows.ts';
import { type BenchServer, withServer } from './server.ts';
import type { Row } from './table.ts';

const MEMBERS = 200;
const SECONDS = 10;
const IDLE_SECONDS = 30;
/** Changes a second; a small run, shorter and with fewer of them, ends its climb lower by both. */
const LAST_LOAD = 2_000;

/** A running billfold: from PutEvents to the wallet event, at half the load that it sustains, against an item put and seen in its stream. */
export const latency: Benchmark = {
  name: 'latency',
  about: 'PutEvents to wallet event of a running billfold, at half its load, against PutItem to stream record',
  run: ({ rounds, size, say }) =>
    inTemporaryDirectory((directory) =>
      withServer(join(directory, 'bench.db'), async (server) => {
        const scale = size.events === null ? 1 : size.events / 10_000;
        const seconds = SECONDS * scale;
        const members = size.members ?? MEMBERS;
        const turns = await withBillfold(directory, server.endpoint, members, async (billfold, changing) => {
          say(`${members} members; idle for ${IDLE_SECONDS * scale} s`);
          const idle = await idleRow(server, billfold, IDLE_SECONDS * scale);
          const clocks = { billfold: billfold.cpuMs, dynoxide: () => server.cpuMs() ?? Number.NaN, sender: ownCpuMs };
          const { sustained, steps } = await climbed({
            changing,
            clocks,
            seconds: seconds / 2,
            upTo: LAST_LOAD * scale ** 2,
            say,
          });
          const perSecond = sustained / 2;
          say(`${sustained} changes a second are sustained; ${rounds} rounds of ${seconds} s at ${perSecond}`);
          const lags = await inTurn(server, billfold, changing, { perSecond, seconds, rounds });
          return { idle, steps, sustained, perSecond, lags };
        });
        const asked = await requestsOf(directory, members, turns.perSecond, seconds);
        return {
          name: 'latency',
          tables: [
            {
              title: `${turns.perSecond} changes a second of ${members} members, half of the ${turns.sustained} that are sustained`,
              rows: VARIANTS.map((name) => lagRow(name, turns.lags)),
            },
            { title: 'as the load rises', rows: turns.steps },
            { title: 'requests to DynamoDB for each change', rows: asked },
            { title: 'CPU while nothing happens', rows: [turns.idle] },
          ],
        };
      }),
    ),
};

const BASE = 'PutItem to stream record, found by looking';
const RUNG = 'PutItem to stream record, reader woken';
const SUBJECT = 'PutEvents to wallet event';
const VARIANTS = [BASE, RUNG, SUBJECT];
const PATIENCE_MS = 10_000;
const WAKING_SECONDS = 1;

const withBillfold = async <T>(
  directory: string,
  endpoint: string,
  members: number,
  use: (billfold: BillfoldProcess, changing: ChangingMembers) => Promise<T>,
): Promise<T> => {
  const billfold = await startBillfold(join(directory, 'data'), endpoint);
  try {
    const changing = await changingMembers(billfold, members);
    try {
      return await use(billfold, changing);
    } finally {
      await changing.stop();
    }
  } finally {
    await billfold.stop();
  }
};

type Turn = { readonly p50: number; readonly p99: number; readonly cpuMs: number; readonly serverMs: number };
type Turns = ReadonlyMap<string, readonly Turn[]>;
type Pace = { readonly perSecond: number; readonly seconds: number };

/** Each variant in turn, forth and back, on the same server. A turn before is not counted. */
const inTurn = async (
  server: BenchServer,
  billfold: BillfoldProcess,
  changing: ChangingMembers,
  { rounds, ...pace }: Pace & { readonly rounds: number },
): Promise<Turns> => {
  let onSeen: (index: number) => void = () => undefined;
  const bare = await putToStream(server, (index) => onSeen(index));
  const base = async (isRung: boolean, seconds = pace.seconds): Promise<Paced> => {
    const { seen, done } = paced({
      ...pace,
      seconds,
      send: (index) => bare.put(index, isRung),
      patienceMs: PATIENCE_MS,
    });
    onSeen = seen;
    return done;
  };
  // A reader that was left alone looks once a second only: that is not what is measured.
  const awake = () => base(false, WAKING_SECONDS);
  const subjects = [
    { name: BASE, cpuMs: ownCpuMs, prepare: awake, run: () => base(false) },
    { name: RUNG, cpuMs: ownCpuMs, prepare: awake, run: () => base(true) },
    {
      name: SUBJECT,
      cpuMs: billfold.cpuMs,
      prepare: () => Promise.resolve(),
      run: () => driven(changing, pace.perSecond, pace.seconds),
    },
  ];
  const turns = new Map(subjects.map(({ name }) => [name, [] as Turn[]]));
  for (let round = 0; round <= rounds; round++)
    for (const { name, cpuMs, prepare, run } of round % 2 === 0 ? subjects : subjects.toReversed()) {
      await prepare();
      const before = { cpuMs: cpuMs(), serverMs: server.cpuMs() ?? Number.NaN };
      const { lagsMs, failed, unseen } = await run();
      if (failed + unseen > 0) throw new Error(`${name}: ${failed} failed and ${unseen} were not seen`);
      const spent = { cpuMs: cpuMs() - before.cpuMs, serverMs: (server.cpuMs() ?? Number.NaN) - before.serverMs };
      const each = { cpuMs: spent.cpuMs / lagsMs.length, serverMs: spent.serverMs / lagsMs.length };
      if (round > 0) turns.get(name)?.push({ p50: percentile(lagsMs, 0.5), p99: percentile(lagsMs, 0.99), ...each });
    }
  await bare.stop();
  return turns;
};

const ownCpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

const lagRow = (name: string, turns: Turns): Row => {
  const [own, base] = [turns.get(name) ?? [], turns.get(BASE) ?? []];
  const of = (key: keyof Turn) => spread(own.map((turn) => turn[key]));
  const ratio = (key: 'p50' | 'p99') => {
    const each = own.map((turn, round) => turn[key] / (base[round]?.[key] ?? Number.NaN));
    return { ...spread(each), median: of(key).median / spread(base.map((turn) => turn[key])).median };
  };
  return {
    variant: name,
    'p50, ms': of('p50'),
    'p99, ms': of('p99'),
    'p50 of the base': name === BASE ? 1 : ratio('p50'),
    'p99 of the base': name === BASE ? 1 : ratio('p99'),
    'CPU ms each': of('cpuMs'),
    'server CPU ms each': of('serverMs'),
  };
};

/** Counted apart, since counting takes time: what was asked while changes came in, looks at streams that found nothing among it. */
const requestsOf = (directory: string, members: number, perSecond: number, seconds: number): Promise<readonly Row[]> =>
  withServer(join(directory, 'counted.db'), async (server) => {
    const proxy = await countingProxy(server.endpoint);
    const countedAt = async (load: string, drive: () => Promise<number>): Promise<Row> => {
      proxy.take();
      const changes = await drive();
      const each = Object.entries(proxy.take()).map(([name, count]) => [name, count / changes] as const);
      const total = each.reduce((sum, [, count]) => sum + count, 0);
      return { load, total, ...Object.fromEntries(each.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
    };
    try {
      return await withBillfold(join(directory, 'counted'), proxy.endpoint, members, async (_, changing) => [
        await countedAt('one after the other', () => oneByOne(changing, Math.ceil(ALONE_PER_SECOND * seconds))),
        await countedAt(
          `${perSecond} a second`,
          async () => (await driven(changing, perSecond, seconds)).lagsMs.length,
        ),
      ]);
    } finally {
      await proxy.close();
    }
  });

/** Each when the one before was seen. Resolves with how many. */
const oneByOne = async (changing: ChangingMembers, changes: number): Promise<number> => {
  let seen = Promise.withResolvers<void>();
  changing.hear(() => seen.resolve());
  for (let index = 0; index < changes; index++) {
    await changing.change(index);
    await seen.promise;
    seen = Promise.withResolvers<void>();
  }
  return changes;
};
const ALONE_PER_SECOND = 5;

const idleRow = async (server: BenchServer, billfold: BillfoldProcess, seconds: number): Promise<Row> => {
  await pause(1_000);
  const before = { own: billfold.cpuMs(), server: server.cpuMs() ?? Number.NaN };
  await pause(seconds * 1_000);
  return {
    seconds,
    'billfold, CPU s': (billfold.cpuMs() - before.own) / 1_000,
    'dynoxide, CPU s': ((server.cpuMs() ?? Number.NaN) - before.server) / 1_000,
  };
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
