import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '#adapters/sample/random.ts';
import { openFile } from '#adapters/source/byteSource.ts';
import { parseExactJson } from '#adapters/source/exactJson.ts';
import { lineText, readLines } from '#adapters/source/lines.ts';
import { wholeOf } from '#adapters/source/parts.ts';
import { fold, initialStates, projections, readField, readInstant, refOf } from '#domain/index.ts';
import { memberEventsArb } from '#test/support/arbitraries.ts';
import { benchmarks } from './all.ts';
import { perRecord } from './baseline.ts';
import { changedMembers } from './changedMember.ts';
import { benchMemberId } from './history.ts';
import { type Known, know } from './known.ts';
import { memberEvents } from './memberEvents.ts';
import { foldInPlace } from './mutatingFold.ts';
import { bareStore, billfoldStore } from './ownStores.ts';
import { arePeersInstalled, connectPeer } from './peers.ts';
import { preparedWalks, type Walks } from './replay.ts';
import { inTemporaryDirectory } from './rows.ts';
import { measureApart } from './runApart.ts';
import { type BenchServer, withServer } from './server.ts';
import { markdownTable } from './table.ts';
import { candidateTier, runToEnd, SEGMENTS, whatIfAll } from './walks.ts';

const tiny = { rounds: 1, size: { megabytes: 0.2, members: 20, events: 300, functions: 2 }, say: () => undefined };
/** Where five stores are filled. */
const tinier = { ...tiny, size: { ...tiny.size, members: 3, events: 100 } };

/** A second of it says nothing that test/flow/overload.int.ts does not, and takes half a minute to come to rest; how it judges is tested beside it. */
const short = benchmarks.filter(({ name }) => name !== 'overload');

describe('a benchmark', () => {
  test.for(short)('$name still runs', async ({ name, needsPeers, run }, { skip }) => {
    skip(
      needsPeers === true && !arePeersInstalled(),
      'the peers are not installed: npm run bench -- peers installs them',
    );
    const report = await run(needsPeers === true ? tinier : tiny);
    expect(report.name).toBe(name);
    for (const { rows } of report.tables) {
      expect(rows.length).toBeGreaterThan(0);
      expect(markdownTable(rows)).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});

describe('a process of its own', () => {
  const [benchmark] = benchmarks.filter(({ name }) => name === 'fold');

  test('answers with the report, and with what it ran on', async () => {
    const report = await measureApart(benchmark!, { rounds: 1, members: 3 });
    expect(report.tables[0]?.rows.length).toBeGreaterThan(0);
    expect(report.command).toBe('npm run bench -- fold --rounds 1 --members 3');
    expect(report.environment).toMatchObject({
      node: process.versions.node,
      loadAverage: { before: expect.any(Number) },
    });
  });
});

describe('the packages of the peers', () => {
  test('ask for the very SDK that billfold has, and are nowhere among its own', () => {
    const [own, theirs] = [manifest('../../package.json'), manifest('peers/package.json')];
    const shared = Object.entries(theirs.dependencies).filter(([name]) => name in own.dependencies);
    expect(shared).toEqual([['@aws-sdk/client-dynamodb', own.dependencies['@aws-sdk/client-dynamodb']]]);
    expect(Object.values(theirs.dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(readFileSync(new URL('peers/package-lock.json', import.meta.url), 'utf8')).not.toContain('"resolved"');
  });

  test.skipIf(!arePeersInstalled())('have the types that are written here', () => {
    const compiler = createRequire(import.meta.url)
      .resolve('typescript/package.json')
      .replace('package.json', 'bin/tsc');
    const project = fileURLToPath(new URL('peers', import.meta.url));
    expect(() =>
      execFileSync(process.execPath, [compiler, '--noEmit', '-p', project], { encoding: 'utf8' }),
    ).not.toThrow();
  });
});

describe('an event store to compare with', () => {
  test.for([
    ['bare', (server: BenchServer) => bareStore(server)],
    ['billfold', (server: BenchServer) => billfoldStore(server, 1)],
    ['castore', ({ endpoint }: BenchServer) => connectPeer('castore', endpoint)],
    ['event-store-adapter-js', ({ endpoint }: BenchServer) => connectPeer('eventStoreAdapter', endpoint)],
    [
      'event-store-adapter-js with snapshots',
      ({ endpoint }: BenchServer) => connectPeer('eventStoreAdapter', endpoint, 'connectWithSnapshots'),
    ],
    ['emmett', ({ endpoint }: BenchServer) => connectPeer('emmett', endpoint)],
  ] as const)('%s gives back what was appended, and refuses who comes second', ([name, connect], { skip }) =>
    withServer(null, async (server) => {
      skip(name !== 'bare' && name !== 'billfold' && !arePeersInstalled(), 'the peers are not installed');
      const store = await connect(server);
      const events = memberEvents(7, 66);
      await store.prepare('m', events.slice(0, 60));
      await store.append('m', 60, events.slice(60, 61));
      await store.append('m', 61, events.slice(61));
      const { version, known } = await store.load('m');
      expect(version).toBe(66);
      expect(asJson(known)).toEqual(asJson(events.reduce(know, new Map())));
      if (name !== 'billfold') await expect(store.append('m', 60, events.slice(60, 61))).rejects.toThrow();
    }),
  );
});

describe('a change of a member', () => {
  test('costs the same after one event and after a hundred, until it is folded', () =>
    withServer(null, async (server) => {
      const used = await Promise.all([1, 100].map(async (count) => (await changedMembers(server, 2, count)).usage()));
      for (const { ingest } of used)
        expect(ingest).toEqual({
          ...{ requests: { BatchGetItem: 1, Query: 1, TransactWriteItems: 1 } },
          ...{ readUnits: 1, writeUnits: 4 },
        });
      for (const { project } of used) expect(project.requests).toMatchObject({ PutItem: 1 });
    }));
});

describe('rows that say nothing new', () => {
  const usage = { requests: { BatchGetItem: 4 }, readUnits: 50, writeUnits: 0 };

  test('are 25 a request at least, for half a read unit each at most, and write nothing', () => {
    expect(perRecord(usage, 100)).toMatchObject({ 'records a request': 25, 'read units a record': 0.5 });
    for (const worse of [{ writeUnits: 1 }, { readUnits: 51 }, { requests: { BatchGetItem: 5 } }])
      expect(() => perRecord({ ...usage, ...worse }, 100)).toThrow('records a request');
  });
});

describe('a second load', () => {
  test('of the same files writes nothing', async () => {
    const report = await benchmarks.find(({ name }) => name === 'load')?.run(tiny);
    const again = report?.tables[1]?.rows.find(({ variant }) => variant === 'billfold, the same files again');
    expect(again).toMatchObject({ 'write units': 0 });
    expect(again).not.toHaveProperty('TransactWriteItems');
  });
});

describe('the walks over a log', () => {
  test('are over every commit, and find that nothing differs', () =>
    withWalks(12, async ({ subjects, written }) => {
      for (const { name, run } of subjects) expect([name, await run()]).toEqual([name, written.commits]);
    }));

  test('that ask what another tier would change find what a diff with its shadows finds', () =>
    withWalks(12, async ({ services }) => {
      const candidate = candidateTier(3);
      const asked = await whatIfAll(services, candidate);
      const registry = { ...services.project.registry, candidates: [candidate] };
      const one = { projection: refOf(candidate), memberId: null, segments: SEGMENTS };
      await runToEnd(services, { type: 'replay', ...one }, { registry });
      const found = await runToEnd(services, { type: 'diff', projection: refOf(candidate) }, { registry });
      expect(asked.counts.changed).toBeGreaterThan(0);
      expect(found.counts).toMatchObject({ members: 12, changed: asked.counts.changed, pushes: asked.counts.pushes });
      expect(found.paths).toEqual(asked.paths);
    }));

  test('are no measurement where LIVE is not what the log gives', () =>
    withWalks(3, async ({ services: { views }, subjects }) => {
      const live = await views.load(benchMemberId(1))();
      if (E.isLeft(live)) throw new Error(live.left.type);
      const { states, ver } = live.right;
      await views.replace({ ...live.right, ver: ver + 1, states: { ...states, [refOf(projections.spend)]: {} } })();
      await expect(subjects.find(({ name }) => name === 'verify')?.run()).rejects.toThrow('1 drifted, expected 0');
    }));
});

describe('a faster way', () => {
  test('to read lines reads each as a decoder for that line alone does, wherever the chunks are cut', async () => {
    const kinds = ['{"a":"Zoë"}', '\ufeff{"b":"山田"}', '', '  ', '{"c":1}'].map((text) => Buffer.from(text));
    const random = seededRandom(7);
    for (const badEvery of [0, 5, 5000]) {
      const lines = Array.from({ length: 60_000 }, (_, index) =>
        badEvery > 0 && index % badEvery === 1 ? Buffer.from([0x7b, 0xc3, 0x28]) : random.pick(kinds),
      );
      const read = await linesOf(Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])));
      expect(read).toEqual(lines.map(decodedAlone).filter((text) => text?.trim() !== ''));
    }
  });

  test('to fold events gives what one event after the other gives', () => {
    fc.assert(
      fc.property(memberEventsArb, (events) => {
        const folded = fold(initialStates, events);
        expect(folded.holder).toEqual(events.reduce(projections.holder.evolve, null));
        expect(folded.spend).toEqual(events.reduce(projections.spend.evolve, projections.spend.initial));
        expect(folded.tier).toEqual(events.reduce(projections.tier.evolve, {}));
        expect(folded.promotions).toEqual(events.reduce(projections.promotions.evolve, {}));
      }),
    );
  });

  test('to fold events gives what a switch that changes one state in place gives', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10_000 }), fc.integer({ min: 1, max: 60 }), (member, count) => {
        const events = memberEvents(member, count);
        expect(fold(initialStates, events)).toEqual(foldInPlace(events));
      }),
    );
  });

  test('to read an instant reads what the general way reads, and refuses what it refuses', () => {
    const two = fc.integer({ min: 0, max: 63 }).map((value) => String(value).padStart(2, '0'));
    const partArb = fc.oneof(
      { weight: 9, arbitrary: two },
      { weight: 1, arbitrary: fc.constantFrom('-1', ' 1', 'x9', '1.') },
    );
    const yearArb = fc.oneof(
      fc.integer({ min: 0, max: 9999 }).map((year) => String(year).padStart(4, '0')),
      fc.constant('20a6'),
    );
    const msArb = fc.integer({ min: 0, max: 999 }).map((ms) => String(ms).padStart(3, '0'));
    fc.assert(
      fc.property(
        yearArb,
        partArb,
        partArb,
        partArb,
        partArb,
        partArb,
        msArb,
        (year, month, day, hour, minute, second, ms) => {
          const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}`;
          // Six more digits of a second are read the general way.
          const general = readInstant(`${local}000000Z`);
          expect(readInstant(`${local}Z`)).toEqual(general);
          expect(readInstant(`${local}+0000`)).toEqual(general);
          const date = `${year}-${month}-${day}`;
          expect(readField('date', date)).toEqual(readField('date', `${date}T00:00:00Z`));
        },
      ),
      {
        numRuns: 3000,
        examples: [
          ['2024', '02', '29', '23', '59', '59', '999'],
          ['2023', '02', '29', '00', '00', '00', '000'],
        ],
      },
    );
  });

  test('to read a number reads what its text is read as', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        expect(readField('decimal', value)).toEqual(readField('decimal', String(value)));
      }),
      { numRuns: 2000, examples: [[-0], [1e21], [1e-7], [0.000001]] },
    );
    fc.assert(
      fc.property(fc.nat(1_100_000_000), fc.integer({ min: 1, max: 4 }), (whole, decimals) => {
        const value = whole / 10 ** decimals;
        expect(readField('decimal', value)).toEqual(E.right(String(value)));
      }),
      {
        numRuns: 2000,
        examples: [
          [1, 2],
          [10, 2],
          [999_999_999, 2],
          [1_000_000_000, 2],
        ],
      },
    );
  });

  test('to look for long numbers finds them wherever they stand', () => {
    const characterArb = fc.constantFrom('a', '.', '1', '7', ' ');
    const textArb = fc
      .array(fc.tuple(characterArb, fc.integer({ min: 1, max: 20 })), { maxLength: 6 })
      .map((runs) => runs.map(([character, times]) => character.repeat(times)).join(''));
    const digitsArb = fc.stringMatching(/^[1-9]\d{0,19}(\.\d{1,19})?$/);
    const partArb = fc.oneof(
      textArb.map((text) => ({ json: JSON.stringify(text), read: text as unknown })),
      digitsArb.map((digits) => ({
        json: digits,
        read: /\d[\d.]{15}/.test(digits) ? { exactNumber: digits } : Number(digits),
      })),
    );
    fc.assert(
      fc.property(fc.array(partArb, { maxLength: 8 }), fc.constantFrom(',', ', '), (parts, between) => {
        const json = `[${parts.map((part) => part.json).join(between)}]`;
        expect(parseExactJson(json)).toEqual(parts.map(({ read }) => read));
      }),
      { numRuns: 3000 },
    );
  });
});

const manifest = (file: string): { readonly dependencies: Readonly<Record<string, string>> } =>
  JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));

/** What a store without undefined gives back. */
const asJson = (known: Known): unknown =>
  JSON.parse(JSON.stringify([...known].toSorted(([a], [b]) => (a < b ? -1 : 1))));

const withWalks = (members: number, check: (walks: Walks) => Promise<void>): Promise<void> =>
  withServer(null, async (server) => check(await preparedWalks(server, members)));

/** null: not UTF-8. */
const decodedAlone = (line: Buffer): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(line);
  } catch {
    return null;
  }
};

const linesOf = (content: Buffer): Promise<readonly (string | null)[]> =>
  inTemporaryDirectory(async (directory) => {
    const path = join(directory, 'lines');
    await writeFile(path, content);
    const file = await openFile(path);
    const texts: (string | null)[] = [];
    for await (const { lines } of readLines(file, await wholeOf(file)))
      for (const line of lines) texts.push(line.type === 'line' ? lineText(line.bytes) : null);
    await file.close();
    return texts;
  });
