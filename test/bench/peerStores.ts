import type { MemberEvent } from '#domain/index.ts';
import type { Benchmark } from './benchmark.ts';
import { costs, measureInTurn, type Samples, spread, timeRatio } from './measure.ts';
import { memberEvents } from './memberEvents.ts';
import { metered, requestsOf } from './metered.ts';
import { bareStore, billfoldStore, type MeteredStore } from './ownStores.ts';
import { connectPeer } from './peers.ts';
import { type BenchServer, withServer } from './server.ts';
import type { Row } from './table.ts';

const DEFAULT_APPENDS = 200;
const AT_ONCE = [1, 5];
/** Loads a turn, by the length of the stream. */
const LOADS = { 1: 100, 10: 60, 100: 20, 1000: 5 };

/** Event stores side by side on one server: what an append and a load cost. */
export const peers: Benchmark = {
  name: 'peers',
  about: 'appends and loads, against Castore, event-store-adapter-js and Emmett, and against the bare SDK',
  needsPeers: true,
  run: async ({ rounds, size, say }) => {
    const appends = size.members ?? DEFAULT_APPENDS;
    const appended: Row[] = [];
    for (const events of AT_ONCE) {
      say(`${appends} appends of ${events}`);
      appended.push(...(await withServer(null, (server) => measureAppends(server, appends, events, rounds))));
    }
    const loaded: Row[] = [];
    for (const [events, times] of Object.entries(LOADS)) {
      const loads = Math.min(times, appends);
      if (Number(events) > (size.events ?? 1_000)) continue;
      say(`${loads} loads of ${events}`);
      loaded.push(...(await withServer(null, (server) => measureLoads(server, loads, Number(events), rounds))));
    }
    return {
      name: 'peers',
      tables: [
        {
          title: `${appends} appends a turn, one after the other, each to a stream whose end is known`,
          rows: appended,
        },
        { title: 'a stream loaded and folded', rows: loaded },
      ],
    };
  },
};

const BASE = 'PutItem and Query, SDK as it comes';

const measureAppends = async (
  server: BenchServer,
  appends: number,
  count: number,
  rounds: number,
): Promise<readonly Row[]> => {
  const stores = await storesOn(server, [1]);
  const streams = Array.from({ length: appends }, (_, member) => purchasesOf(member, 1 + count * (rounds + 2)));
  const versions = new Map(stores.map(({ name }) => [name, 1]));
  for (const store of stores)
    for (const [member, events] of streams.entries()) await store.prepare(`m${member}`, events.slice(0, 1));

  const appendTo = (store: MeteredStore, member: number, version: number): Promise<void> =>
    store.append(`m${member}`, version, streams[member]?.slice(version, version + count) ?? []);
  const samples = await measureInTurn(
    stores.map((store) => ({
      name: store.name,
      run: async () => {
        const version = versions.get(store.name) ?? 1;
        for (const member of streams.keys()) await appendTo(store, member, version);
        versions.set(store.name, version + count);
        return streams.length;
      },
    })),
    rounds,
  );
  const rows: Row[] = [];
  for (const store of stores) {
    const usage = await metered(store, () => appendTo(store, 0, versions.get(store.name) ?? 1));
    const row = {
      events: count,
      variant: store.name,
      requests: requestsOf(usage),
      'write units': usage.writeUnits,
    };
    rows.push({ ...row, ...timesOf(samples, store.name) });
  }
  return rows;
};

const measureLoads = async (
  server: BenchServer,
  loads: number,
  count: number,
  rounds: number,
): Promise<readonly Row[]> => {
  const stores = await storesOn(server, count < 10 ? [1] : [1, 10]);
  for (const store of stores) await store.prepare('m', memberEvents(1, count));
  const load = async ({ name, load: loadOf }: MeteredStore): Promise<void> => {
    const { version } = await loadOf('m');
    if (version !== count) throw new Error(`${name} loaded ${version} of ${count} events`);
  };
  const samples = await measureInTurn(
    stores.map((store) => ({
      name: store.name,
      run: async () => {
        for (let times = 0; times < loads; times++) await load(store);
        return loads;
      },
    })),
    rounds,
  );
  const rows: Row[] = [];
  for (const store of stores) {
    const usage = await metered(store, () => load(store));
    const row = {
      events: count,
      variant: store.name,
      requests: requestsOf(usage),
      'read units': usage.readUnits,
    };
    rows.push({ ...row, ...timesOf(samples, store.name) });
  }
  return rows;
};

const storesOn = async (server: BenchServer, eventsOfACommit: readonly number[]): Promise<readonly MeteredStore[]> => [
  await bareStore(server),
  ...(await Promise.all(eventsOfACommit.map((events) => billfoldStore(server, events)))),
  await connectPeer('castore', server.endpoint),
  await connectPeer('eventStoreAdapter', server.endpoint),
  await connectPeer('emmett', server.endpoint),
];

/** Nothing to seal: the others seal nothing. */
const purchasesOf = (member: number, count: number): readonly MemberEvent[] =>
  memberEvents(member, count * 3 + 20)
    .filter(({ type }) => type === 'PurchaseRecorded')
    .slice(0, count);

const timesOf = (samples: Samples, name: string): Row => ({
  'CPU ms each': spread(costs(samples, name, 'cpuMs')),
  'CPU time ratio': name === BASE ? 1 : timeRatio(samples, name, BASE, 'cpuMs'),
});
