import { join } from 'node:path';
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import type { Meter } from '#adapters/dynamodb/client.ts';
import { commitItems } from '#adapters/dynamodb/eventItem.ts';
import { liveItem } from '#adapters/dynamodb/liveItem.ts';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { connectServices, type Services } from '#adapters/services.ts';
import {
  addDays,
  advance,
  type Commit,
  causeOf,
  emptyCatalog,
  foldMember,
  ingest,
  type Live,
  type MemberEvent,
  memberStream,
  type Observation,
  retail,
  unseen,
} from '#domain/index.ts';
import type { Benchmark } from './benchmark.ts';
import { changeOf, enrolledAs, historyOfDetails, NOW, purchasesOf } from './curveEvents.ts';
import { benchMemberId, type HistoryOf, writeHistories } from './history.ts';
import { measure, spread } from './measure.ts';
import { inTemporaryDirectory } from './rows.ts';
import { type BenchServer, inFlight, withServer } from './server.ts';
import type { Row } from './table.ts';

const LENGTHS = [1, 10, 100, 1_000, 10_000];
const PURCHASES = [10, 100, 1_000, 10_000];
const MEMBERS = [1_000, 10_000, 100_000];
/** One after the other: what is counted is a change, not a throughput. */
const CHANGES = 15;

/** What one more change costs as the stream, the members and a member's purchases grow: flat, or the table says what is not. */
export const curves: Benchmark = {
  name: 'curves',
  about: 'one change through the whole chain, as streams, members and purchases grow',
  // A file: in memory the server reads all of its stream's records at each write (adapters/local/indexStreams.ts).
  run: ({ rounds, size, say }) =>
    inTemporaryDirectory((directory) =>
      withServer(join(directory, 'bench.db'), async (server) => {
        const upTo = (all: readonly number[], most: number | null): readonly number[] =>
          most === null ? all : [...all.filter((count) => count < most), most];
        const streams: Row[] = [];
        for (const events of upTo(LENGTHS, size.events)) {
          say(`a stream of ${events} events`);
          const chain = await seeded(server, 1, () => inCommits(historyOfDetails(events)));
          streams.push({ events, ...(await costOfChange(chain, rounds, () => 0)) });
        }
        const purchases: Row[] = [];
        for (const count of upTo(PURCHASES, size.events)) {
          say(`${count} purchases in twenty years`);
          const chain = await seeded(server, 1, () => inCommits([enrolledAs('Ada'), ...purchasesOf(count)]));
          purchases.push({ purchases: count, ...(await costOfChange(chain, rounds, () => 0)) });
        }
        const members: Row[] = [];
        const chain = await connected(server);
        let there = 0;
        for (const count of upTo(MEMBERS, size.members)) {
          say(`${count} members`);
          const startedAtMs = performance.now();
          await populate(chain, there, count);
          there = count;
          const s = (performance.now() - startedAtMs) / 1000;
          const cost = await costOfChange(chain, rounds, (change) => (change * 7919) % count);
          members.push({ members: count, ...cost, 'populated in s': s });
        }
        return {
          name: 'curves',
          tables: [
            { title: 'one change, after so many events of the member', rows: streams },
            { title: 'one purchase more, after so many in twenty years', rows: purchases },
            { title: 'one purchase more, among so many members', rows: members },
          ],
        };
      }),
    ),
};

type Chain = Services & { readonly meter: Meter; readonly put: (items: readonly Put[]) => Promise<void> };
type Put = { readonly table: 'events' | 'views'; readonly item: ReturnType<typeof liveItem> };

const keys = memoryKeys();

const connected = async (server: BenchServer): Promise<Chain> => {
  const { prefix, tableName } = await server.freshTables();
  const { dynamodb, meter } = server.connect();
  const services = connectServices({ dynamodb, prefix, keys, clock: () => NOW, mapping: retail });
  const put = async (items: readonly Put[]): Promise<void> => {
    const requests = Map.groupBy(items, ({ table }) => tableName(table));
    const RequestItems = Object.fromEntries(
      [...requests].map(([name, puts]) => [name, puts.map(({ item }) => ({ PutRequest: { Item: item } }))]),
    );
    const { UnprocessedItems = {} } = await dynamodb.send(new BatchWriteItemCommand({ RequestItems }));
    if (Object.keys(UnprocessedItems).length > 0) throw new Error('the server left items out');
  };
  return { ...services, meter, put };
};

/** A load's commits hold several events. */
const inCommits = (events: readonly MemberEvent[]): readonly (readonly MemberEvent[])[] =>
  Array.from({ length: Math.ceil(events.length / 25) }, (_, commit) => events.slice(commit * 25, commit * 25 + 25));

/** The members' streams through the store, and one fold of each. */
const seeded = async (server: BenchServer, members: number, historyOf: HistoryOf): Promise<Chain> => {
  const chain = await connected(server);
  await writeHistories(chain.ingest.records, members, historyOf, NOW);
  for (let member = 0; member < members; member++) {
    const head = await chain.events.head(memberStream(benchMemberId(member)))();
    if (E.isLeft(head)) throw new Error('no head');
    await foldTo(chain, benchMemberId(member), head.right.version, []);
  }
  return chain;
};

/** 25 items are what a BatchWriteItem takes; the events of a member are one commit. */
const populate = (chain: Chain, from: number, to: number): Promise<void> => {
  const groups = Array.from({ length: Math.ceil((to - from) / 12) }, (_, group) => from + group * 12);
  return inFlight(groups, 3, async (first) => {
    const numbers = Array.from({ length: Math.min(12, to - first) }, (_, index) => first + index);
    const puts = await Promise.all(numbers.map(itemsOf));
    await chain.put(puts.flat());
  });
};

/** Twenty histories, each folded once: a member is one of them under another name. */
const itemsOf = async (member: number): Promise<readonly Put[]> => {
  const memberId = benchMemberId(member);
  const stream = memberStream(memberId);
  const folded = foldedOf(member % 20);
  const live = { ...folded.live, memberId, pass: folded.live.pass && { ...folded.live.pass, memberId } };
  const key = await keys.obtain([stream])();
  if (E.isLeft(key)) throw new Error('no key');
  return [
    ...commitItems({ ...folded.commit, stream }, key.right.get(stream) ?? null).map(
      (item): Put => ({ table: 'events', item }),
    ),
    { table: 'views', item: liveItem(live) },
  ];
};

type Shape = { readonly commit: Commit; readonly live: Live };
const shapes = new Map<number, Shape>();

const foldedOf = (number: number): Shape => {
  const known = shapes.get(number);
  if (known !== undefined) return known;
  const origin = { type: 'file', file: 'bench', offset: 0 } as const;
  const events = [enrolledAs('Ada'), ...purchasesOf(5 + number)];
  const commit: Commit = { stream: memberStream('any'), version: 1, events, recordedAt: NOW, origin, lane: 'bulk' };
  const now = { at: NOW, timeZone: 'UTC' };
  const live = advance(unseen('any'), [commit], now, emptyCatalog, causeOf(commit.stream, 1, 'bulk', origin));
  shapes.set(number, { commit, live });
  return { commit, live };
};

let serial = 0;

/** Each change is of another purchase; the commit reaches the projector as the stream brings it. */
const costOfChange = async (chain: Chain, rounds: number, memberOf: (change: number) => number): Promise<Row> => {
  const cpu: number[] = [];
  const wall: number[] = [];
  let usage = chain.meter.read();
  for (let change = 0; change < CHANGES * rounds; change++) {
    const memberId = benchMemberId(memberOf(change));
    const said = changeOf(memberId, serial++, addDays('2025-12-01', change % 60));
    chain.meter.reset();
    const ingested = await measure(() => take(chain, said));
    const before = chain.meter.read();
    const [commit] = await last(chain, memberId);
    chain.meter.reset();
    const folded = await measure(async () => {
      await foldTo(chain, memberId, commit?.version ?? 0, commit === undefined ? [] : [commit]);
      return 1;
    });
    usage = sumOf(before, chain.meter.read());
    // The first ones compile.
    if (change < 3) continue;
    cpu.push(ingested.cpuMs + folded.cpuMs);
    wall.push(ingested.wallMs + folded.wallMs);
  }
  const live = await chain.project.views.load(benchMemberId(memberOf(0)))();
  if (E.isLeft(live)) throw new Error('no LIVE');
  const item = liveItem(live.right);
  return {
    requests: Object.values(usage.requests).reduce((total, count) => total + count, 0),
    'read units': usage.readUnits,
    'write units': usage.writeUnits,
    'CPU ms': spread(cpu),
    'p50 ms': spread(wall).median,
    'states KB': (item.states?.S?.length ?? item.statesZ?.B?.length ?? 0) / 1024,
    'pass KB': JSON.stringify(live.right.pass).length / 1024,
  };
};

const take = async ({ ingest: deps }: Chain, said: Observation): Promise<number> => {
  const { outcomes, eventsAppended } = await ingest(deps)([said])();
  if (outcomes[0]?.type !== 'done' || eventsAppended !== 1) throw new Error('the change was not taken in');
  return 1;
};

const last = async ({ events }: Chain, memberId: string): Promise<readonly Commit[]> => {
  const commits = await events.loadBackward(memberStream(memberId), 1)();
  if (E.isLeft(commits)) throw new Error('no commit');
  return commits.right;
};

const foldTo = async ({ project }: Chain, memberId: string, toVersion: number, images: readonly Commit[]) => {
  const stream = memberStream(memberId);
  const cause = causeOf(stream, toVersion, 'live', { type: 'event', eventId: 'bench' });
  const folded = await foldMember(project)({ memberId, toVersion, images, cause })();
  if (E.isLeft(folded) || folded.right.parked.length > 0) throw new Error(`${memberId} was not folded`);
};

type Usage = ReturnType<Meter['read']>;
const sumOf = (a: Usage, b: Usage): Usage => ({
  requests: Object.fromEntries(
    [...new Set([...Object.keys(a.requests), ...Object.keys(b.requests)])].map((name) => [
      name,
      (a.requests[name] ?? 0) + (b.requests[name] ?? 0),
    ]),
  ),
  readUnits: a.readUnits + b.readUnits,
  writeUnits: a.writeUnits + b.writeUnits,
});
