import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { topology } from '#adapters/topology.ts';
import type { Benchmark } from './benchmark.ts';
import type { InboundServer } from './inboundServer.ts';
import { spread } from './measure.ts';
import { inFlight, withServer } from './server.ts';
import type { Row } from './table.ts';
import { walletEnvelope } from './walletEvents.ts';

const DEFAULT_EVENTS = 2_000;
const AT_ONCE = 16;
const KEY = 'bench-key';
const VARIANTS = ['bare', 'bare, a PutItem', 'billfold, nothing stored', 'billfold'] as const;

/** What POST /events takes in, over HTTP from another process, against a bare Fastify route that parses the same bodies. */
export const inbound: Benchmark = {
  name: 'inbound',
  about: 'POST /events, against a bare Fastify route',
  run: async ({ rounds, size, say }) => {
    const tables = [];
    for (const events of [1, 10]) {
      const requests = Math.ceil((size.members ?? DEFAULT_EVENTS) / events);
      say(`${events} events a request`);
      tables.push({
        title: `${requests} requests a turn, ${events} events each`,
        rows: await measureInbound(requests, events, rounds),
      });
    }
    return { name: 'inbound', tables };
  },
};

type Turn = { readonly perSecond: number; readonly cpuMs: number; readonly p50: number; readonly p99: number };

const measureInbound = (requests: number, events: number, rounds: number): Promise<readonly Row[]> =>
  withServer(null, async (dynamodb) => {
    const { prefix } = await dynamodb.freshTables();
    const servers = await Promise.all(
      VARIANTS.map((variant) => startServer({ variant, prefix, endpoint: dynamodb.endpoint, key: KEY })),
    );
    const turns = new Map<string, Turn[]>(VARIANTS.map((variant) => [variant, []]));
    for (let round = 0; round <= rounds; round++)
      for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
        const turn = await turnOf(server, bodiesOf(requests, events));
        if (round > 0) turns.get(server.variant)?.push(turn);
      }
    await Promise.all(servers.map(({ stop }) => stop()));
    return VARIANTS.map((variant) => rowOf(variant, turns));
  });

/** Every event of another member, so that each is taken in. */
const bodiesOf = (requests: number, events: number): readonly string[] =>
  Array.from({ length: requests }, () =>
    JSON.stringify(Array.from({ length: events }, () => walletEnvelope(newMemberId(), 1))),
  );
let members = 0;
const newMemberId = (): string => `003${String(++members).padStart(12, '0')}AAA`;

type Started = {
  readonly variant: string;
  readonly pool: Pool;
  readonly cpuMs: () => Promise<number>;
  readonly stop: () => Promise<void>;
};

const startServer = async (settings: InboundServer): Promise<Started> => {
  const child = fork(fileURLToPath(new URL('inboundServer.ts', import.meta.url)), [JSON.stringify(settings)]);
  // Asked again for each turn.
  child.setMaxListeners(0);
  const { url } = await said<{ readonly url: string }>(child);
  const pool = new Pool(url, { connections: AT_ONCE });
  return {
    variant: settings.variant,
    pool,
    cpuMs: async () => {
      child.send('cpu');
      return (await said<{ readonly cpuMs: number }>(child)).cpuMs;
    },
    stop: async () => {
      await pool.close();
      child.disconnect();
      await once(child, 'exit');
    },
  };
};

const said = async <T>(child: ChildProcess): Promise<T> => {
  const [message] = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => ended())]);
  return message as T;
};
const ended = (): never => {
  throw new Error('the server ended');
};

const turnOf = async ({ pool, cpuMs }: Started, bodies: readonly string[]): Promise<Turn> => {
  const latencies: number[] = [];
  const before = await cpuMs();
  const startedAt = performance.now();
  await inFlight(bodies, AT_ONCE, async (body) => {
    const sentAt = performance.now();
    const answer = await pool.request({
      ...{ method: 'POST', path: topology.middleware.eventsPath, body },
      headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    });
    await answer.body.dump();
    latencies.push(performance.now() - sentAt);
    if (answer.statusCode !== 202) throw new Error(`expected 202, not ${answer.statusCode}`);
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    perSecond: bodies.length / seconds,
    cpuMs: ((await cpuMs()) - before) / bodies.length,
    ...{ p50: at(0.5), p99: at(0.99) },
  };
};

const rowOf = (variant: string, turns: ReadonlyMap<string, readonly Turn[]>): Row => {
  const of = (name: string, figure: keyof Turn) => spread((turns.get(name) ?? []).map((turn) => turn[figure]));
  const against = (base: string): number => of(variant, 'perSecond').median / of(base, 'perSecond').median;
  return {
    variant,
    'requests/s': of(variant, 'perSecond'),
    'of the bare route': against('bare'),
    'of a bare route with a PutItem an event': against('bare, a PutItem'),
    'p50 ms': of(variant, 'p50'),
    'p99 ms': of(variant, 'p99'),
    'server CPU ms a request': of(variant, 'cpuMs'),
  };
};
