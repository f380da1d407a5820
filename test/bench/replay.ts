import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Usage } from '#adapters/dynamodb/client.ts';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { connectServices, type Services } from '#adapters/services.ts';
import { refOf, registry, retail, type Tally } from '#domain/index.ts';
import type { Benchmark } from './benchmark.ts';
import {
  benchMemberId,
  dailyHistory,
  evenHistory,
  type HistoryOf,
  mixedHistory,
  type Written,
  writeHistories,
} from './history.ts';
import { measureInTurn, rate, type Samples, type Subject, spread, timeRatio } from './measure.ts';
import { writeOneItemPerEvent } from './oneItemPerEvent.ts';
import { EXTRACTION, inTemporaryDirectory } from './rows.ts';
import { type BenchServer, withServer } from './server.ts';
import type { Row } from './table.ts';
import { candidateTier, readLivesBare, runToEnd, SEGMENTS, scanBare, whatIfAll } from './walks.ts';

const DEFAULT_MEMBERS = 2_000;

/** What walks over the whole log cost beside reading it: nothing differs, so that nothing but the comparing is left. */
export const replay: Benchmark = {
  name: 'replay',
  about: 'replay, verify and what-if over a log where nothing differs, against a bare parallel Scan of it',
  run: ({ rounds, size, say }) =>
    inTemporaryDirectory((directory) =>
      withServer(join(directory, 'bench.db'), async (server) => {
        const wanted = size.members ?? DEFAULT_MEMBERS;
        const walks = await preparedWalks(server, wanted, mixedHistory);
        const { members, commits, events } = walks.written;
        const title = `${commits} commits of ${members} members, ${events} events, ${SEGMENTS} segments`;
        say(title);
        const samples = await measureInTurn(walks.subjects, rounds);
        say('the same events, one item each');
        const layouts: Row[] = [await layoutOf(server, 'a load, then single changes', walks, mixedHistory)];
        for (const [name, history] of OTHERS)
          layouts.push(
            await layoutOf(server, name, await preparedWalks(server, Math.ceil(wanted / 10), history), history),
          );
        return {
          name: 'replay',
          tables: [
            { title, rows: [PLAIN, BASE, ...READING].map((name) => rowOf(samples, name)) },
            { title: 'a shadow of every member is written', rows: [rowOf(samples, SHADOW)] },
            {
              title: 'read units, strongly consistent, against one item for each event with its details as Maps',
              rows: layouts,
            },
            {
              title: 'what they ask of DynamoDB',
              rows: [BASE, ...READING, SHADOW].map((name) => usageOf(walks, name)),
            },
          ],
        };
      }),
    ),
};

const BASE = "Scan, billfold's client";
const PLAIN = 'Scan, SDK as it comes';
/** All that a replay has to read. */
const WITH_LIVE = 'Scan, and LIVE by its keys';
const REPLAY = 'replay, nothing differs';
const VERIFY = 'verify';
const WHAT_IF = 'what-if, another tier';
const SHADOW = 'replay of a new shadow';
const READING = [WITH_LIVE, REPLAY, VERIFY, WHAT_IF];

export type Walks = {
  readonly services: Services;
  readonly written: Written;
  /** Each returns the number of commits it walked over, and throws where it found anything but what it should. */
  readonly subjects: readonly Subject[];
  /** Of the last run of each. */
  readonly usage: ReadonlyMap<string, Usage>;
};

/** A log, LIVE as a first replay writes it, and all walks over it. */
export const preparedWalks = async (
  server: BenchServer,
  members: number,
  historyOf: HistoryOf = dailyHistory,
): Promise<Walks> => {
  const { prefix, tableName } = await server.freshTables();
  const { dynamodb, meter } = server.connect();
  const plain = server.connectPlainly();
  const clock = () => EXTRACTION.at;
  const services = connectServices({ dynamodb, prefix, keys: memoryKeys(), clock, mapping: retail });
  const written = await writeHistories(services.records, members, historyOf, EXTRACTION.at);
  const all = { projection: null, memberId: null, segments: SEGMENTS };
  expectCounts(REPLAY, await runToEnd(services, { type: 'replay', ...all }), { members, rebuilt: members });

  const memberIds = Array.from({ length: members }, (_, member) => benchMemberId(member));
  const usage = new Map<string, Usage>();
  const metered = (name: string, run: () => Promise<number>): Subject => ({
    name,
    run: async () => {
      meter.reset();
      const walked = await run();
      usage.set(name, meter.read());
      if (walked !== written.commits) throw new Error(`${name}: ${walked} of ${written.commits} commits`);
      return walked;
    },
  });
  const walk = (name: string, counts: Tally['counts'], run: () => Promise<Tally>): Subject =>
    metered(name, async () => expectCounts(name, await run(), { members, ...counts }));
  let version = 2;
  const replayShadow = (): Promise<Tally> => {
    // Of a version that nobody has yet: each run writes them all.
    const candidate = candidateTier(++version);
    const request = { type: 'replay', ...all, projection: refOf(candidate) } as const;
    return runToEnd(services, request, { registry: { ...registry, candidates: [candidate] } });
  };
  return {
    services,
    written,
    usage,
    subjects: [
      { name: PLAIN, run: () => scanBare(plain, tableName('events')) },
      metered(BASE, () => scanBare(dynamodb, tableName('events'))),
      metered(WITH_LIVE, async () => {
        const commits = await scanBare(dynamodb, tableName('events'));
        const lives = await readLivesBare(dynamodb, tableName('views'), memberIds);
        if (lives !== members) throw new Error(`${WITH_LIVE}: ${lives} of ${members} LIVE`);
        return commits;
      }),
      walk(REPLAY, { rebuilt: 0, pushes: 0, parked: 0 }, () => runToEnd(services, { type: 'replay', ...all })),
      walk(VERIFY, { drifted: 0, behind: 0 }, () =>
        runToEnd(services, { type: 'verify', sample: 1, memberId: null, segments: SEGMENTS }),
      ),
      walk(WHAT_IF, { threw: 0 }, () => whatIfAll(services, candidateTier(3))),
      walk(SHADOW, { shadows: members, parked: 0 }, replayShadow),
    ],
  };
};

/** The commits walked over. */
export const expectCounts = (what: string, { counts }: Tally, expected: Tally['counts']): number => {
  for (const [name, count] of Object.entries(expected))
    if ((counts[name] ?? 0) !== count) throw new Error(`${what}: ${counts[name] ?? 0} ${name}, expected ${count}`);
  return counts.commits ?? 0;
};

/** 50 events of each member, in so many commits. */
const OTHERS: readonly (readonly [string, HistoryOf])[] = [
  ['days: one to six events a commit', dailyHistory],
  ...[1, 5, 10, 25].map((each) => [`${each} each`, evenHistory(50 / each, each)] as const),
];

/** The log as billfold keeps it and as one item for each event, both written and scanned; and LIVE, which a replay reads beside it. */
const layoutOf = async (server: BenchServer, name: string, walks: Walks, historyOf: HistoryOf): Promise<Row> => {
  const { members, commits, events } = walks.written;
  const { dynamodb, meter } = server.connect();
  const table = `one-item-per-event-${randomUUID().slice(0, 8)}`;
  await writeOneItemPerEvent(dynamodb, table, members, historyOf, EXTRACTION.at);
  meter.reset();
  if ((await scanBare(dynamodb, table)) !== events) throw new Error(`${name}: expected ${events} items`);
  const apart = meter.read().readUnits;
  const unitsOf = async (subject: string): Promise<number> => {
    await walks.subjects.find((one) => one.name === subject)?.run();
    return walks.usage.get(subject)?.readUnits ?? Number.NaN;
  };
  const [log, whole] = [await unitsOf(BASE), await unitsOf(REPLAY)];
  return {
    log: name,
    'events a commit': events / commits,
    'one item an event': apart,
    'the log': log,
    'of that': log / apart,
    'the replay, LIVE included': whole,
    'of it': whole / apart,
    'units an event': log / events,
  };
};

const rowOf = (samples: Samples, name: string): Row => {
  const timesOf = (clock: 'cpuMs' | 'wallMs') => spread((samples.get(name) ?? []).map((sample) => sample[clock]));
  return {
    variant: name,
    'CPU, to the Scan': name === BASE ? 1 : timeRatio(samples, name, BASE, 'cpuMs'),
    'to Scan and LIVE': name === WITH_LIVE ? 1 : timeRatio(samples, name, WITH_LIVE, 'cpuMs'),
    'to the SDK as it comes': name === PLAIN ? 1 : timeRatio(samples, name, PLAIN, 'cpuMs'),
    'wall time ratio': name === BASE ? 1 : timeRatio(samples, name, BASE, 'wallMs'),
    'CPU ms': timesOf('cpuMs'),
    'wall ms': timesOf('wallMs').median,
    'commits/CPU s': rate(samples, name, 'cpuMs').median,
    'commits/s': rate(samples, name, 'wallMs').median,
  };
};

const usageOf = ({ usage }: Walks, name: string): Row => {
  const { requests, readUnits = 0, writeUnits = 0 } = usage.get(name) ?? {};
  return { variant: name, ...requests, 'read units': readUnits, 'write units': writeUnits };
};
