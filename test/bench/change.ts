import type { Usage } from '#adapters/dynamodb/client.ts';
import type { MemberEvent, PurchaseFacts } from '#domain/index.ts';
import type { Benchmark } from './benchmark.ts';
import { amountOf, type ChangedMembers, changedMembers, historyBefore, orderOf } from './changedMember.ts';
import type { Known } from './known.ts';
import { costs, measure, type Sample, spread, timeRatio } from './measure.ts';
import { metered, requestsOf } from './metered.ts';
import type { MeteredStore } from './ownStores.ts';
import { changeVia } from './peer.ts';
import { connectPeer } from './peers.ts';
import { type BenchServer, withServer } from './server.ts';
import type { Row } from './table.ts';

const LENGTHS = [1, 100, 1_000, 10_000];
const CHANGES = 20;
const INGEST = 'billfold: ingest';
const PROJECT = 'billfold: then the projector';
const CASTORE = 'Castore: load, append';

/** One changed order of a member, by how much is known of that member; against event stores that rebuild an aggregate first. */
export const change: Benchmark = {
  name: 'change',
  about: 'a changed record of a member with 1 to 10,000 events, against loading an aggregate and appending to it',
  needsPeers: true,
  run: async ({ rounds, size, say }) => {
    const lengths = LENGTHS.filter((length) => length <= (size.events ?? 10_000));
    const rows: Row[] = [];
    for (const length of lengths) {
      say(`members of ${length} events`);
      rows.push(
        ...(await withServer(null, (server) => measureChanges(server, length, size.members ?? CHANGES, rounds))),
      );
    }
    return { name: 'change', tables: [{ title: 'one changed order', rows }] };
  },
};

/** Samples and usage by name: one run may be of several things. */
type Contestant = {
  readonly run: () => Promise<Readonly<Record<string, Sample>>>;
  readonly usage: () => Promise<Readonly<Record<string, Usage>>>;
};

const measureChanges = async (
  server: BenchServer,
  length: number,
  most: number,
  rounds: number,
): Promise<readonly Row[]> => {
  const members = length >= 10_000 ? 1 : length >= 1_000 ? 2 : Math.min(CHANGES, most);
  const contestants = [billfold(await changedMembers(server, members, length))];
  for (const store of await peersFor(server, length)) contestants.push(await rebuilding(store, members, length));

  const samples = new Map<string, Sample[]>();
  for (let round = 0; round <= rounds; round++) {
    for (const { run } of round % 2 === 0 ? contestants : contestants.toReversed()) {
      const taken = Object.entries(await run());
      // A turn before is not counted.
      if (round > 0) for (const [name, sample] of taken) samples.set(name, [...(samples.get(name) ?? []), sample]);
    }
  }
  const used: (readonly [string, Usage])[] = [];
  for (const { usage } of contestants) used.push(...Object.entries(await usage()));
  const base = unitsOf(new Map(used).get(CASTORE));
  return used.map(([name, usage]) => ({
    ...{ events: length, variant: name, requests: requestsOf(usage) },
    ...{ 'read units': usage.readUnits, 'write units': usage.writeUnits },
    'units of Castore': unitsOf(usage) / base,
    'CPU ms each': spread(costs(samples, name, 'cpuMs')),
    'CPU of Castore': name === CASTORE ? 1 : timeRatio(samples, name, CASTORE, 'cpuMs'),
  }));
};

const unitsOf = (usage: Usage | undefined): number => (usage?.readUnits ?? 0) + (usage?.writeUnits ?? 0);

const billfold = ({ ingest, project, usage }: ChangedMembers): Contestant => ({
  run: async () => ({
    [INGEST]: await measure(() => ingest(CHANGES).then(() => CHANGES)),
    [PROJECT]: await measure(() => project().then(() => CHANGES)),
  }),
  usage: async () => {
    const used = await usage();
    return { [INGEST]: used.ingest, [PROJECT]: used.project };
  },
});

/** event-store-adapter-js 2.2.94 asks for one page of events, 1 MB, and keeps a snapshot in one item, 400 KB: 10,000 events fit into neither. */
const peersFor = async ({ endpoint }: BenchServer, length: number): Promise<readonly MeteredStore[]> => [
  { ...(await connectPeer('castore', endpoint)), name: CASTORE },
  ...(length > 1_000
    ? []
    : [
        await connectPeer('eventStoreAdapter', endpoint),
        await connectPeer('eventStoreAdapter', endpoint, 'connectWithSnapshots'),
      ]),
];

/** Fewer changes a turn where each takes long. */
const rebuilding = async (store: MeteredStore, members: number, length: number): Promise<Contestant> => {
  const changes = Math.max(2, Math.min(CHANGES, Math.round(4_000 / length)));
  for (let member = 0; member < members; member++) await store.prepare(`m${member}`, eventsBefore(member, length));
  let serial = 0;
  const changeOne = (): Promise<void> => {
    const member = serial % members;
    const nth = 1 + Math.floor(serial++ / members);
    return changeVia(store, `m${member}`, (known) => corrected(known, orderOf(member), amountOf(nth)));
  };
  return {
    run: async () => ({
      [store.name]: await measure(async () => {
        for (let done = 0; done < changes; done++) await changeOne();
        return changes;
      }),
    }),
    usage: async () => ({ [store.name]: await metered(store, changeOne) }),
  };
};

const eventsBefore = (member: number, length: number): readonly MemberEvent[] => [
  ...historyBefore(member, length),
  { type: 'PurchaseRecorded', purchaseId: orderOf(member), current: purchase(String(member), amountOf(0)) },
];

const corrected = (known: Known, purchaseId: string, amount: number): MemberEvent => {
  const previous = known.get(purchaseId) as PurchaseFacts;
  return { type: 'PurchaseCorrected', purchaseId, previous, current: purchase(previous.number, amount) };
};

const purchase = (number: string | null, amount: number): PurchaseFacts => ({
  ...{ number, boughtOn: '2026-05-30', status: 'Activated', amount: String(amount), currency: 'EUR' },
  ...{ isReduction: false, originalPurchase: null },
  counts: { boughtOn: '2026-05-30', currency: 'EUR', minorUnits: amount * 100, isReduction: false },
});
