import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test } from 'vitest';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { memoryEventStore } from '#adapters/memory/eventStore.ts';
import { emptyMemory } from '#adapters/memory/memory.ts';
import {
  type Commit,
  commitOf,
  counted,
  definitionStream,
  emptyHead,
  foldCommits,
  headAfter,
  type Lineup,
  type LogWalk,
  lastVersion,
  MAX_SAMPLES,
  memberStream,
  projections,
  registry,
  type Segment,
  type StoreUnavailable,
  type StreamFold,
  segmentsOf,
  unseen,
  walkLog,
} from '#domain/index.ts';
import { foldOf } from '#domain/rebuild/memberFold.ts';
import { appendOf, bought, got, refused } from '#test/contract/given.ts';
import { badge } from '#test/support/parking.ts';
import { lost } from '#test/support/rebuilding.ts';

const { tier, spend } = projections;
const lineup: Lineup = { tier, spend };

/** Commits of so many events each, one after the other. */
const streamOf = (stream: string, sizes: readonly number[]): readonly Commit[] => {
  let head = emptyHead(stream);
  let serial = 0;
  return sizes.map((size) => {
    const events = Array.from({ length: size }, () => bought(`801-${++serial}`));
    const commit = commitOf(appendOf(events, head));
    head = headAfter(commit);
    return commit;
  });
};

/** A log that is read in pages of that many commits; its cursor is how many were passed. */
const pagedLog = (commits: readonly Commit[], pageSize: number): LogWalk<StoreUnavailable>['events'] => ({
  scan: ({ cursor, only = () => true }) => {
    const from = Number(cursor ?? 0);
    const to = from + pageSize;
    const page = commits.slice(from, to).filter(({ stream }) => only(stream));
    return TE.right({ commits: page, cursor: to < commits.length ? String(to) : null });
  },
  cursorAfter: (commit) => String(commits.indexOf(commit) + 1),
});

/** A walk that notes what it is handed and which places it remembers. `ends`: after so many pages, before or after the place is kept. */
const walker = (events: LogWalk<StoreUnavailable>['events'], more: Partial<LogWalk<StoreUnavailable>> = {}) => {
  const handled: StreamFold[] = [];
  const batches: number[] = [];
  const places: Segment[] = [];
  const walk: LogWalk<StoreUnavailable> = {
    ...{ events, projections: Object.values(lineup), isStopping: () => false },
    handle: (streams) => {
      handled.push(...streams);
      batches.push(streams.length);
      return Promise.resolve(
        E.right(
          counted(
            { members: streams.length },
            streams.map(({ stream }) => stream),
          ),
        ),
      );
    },
    save: (segment) => {
      places.push(segment);
      return TE.right(undefined);
    },
    ...more,
  };
  return { handled, batches, places, walk };
};

const [start = { segment: 0, segments: 1, cursor: null, isDone: false, tally: counted({}) }] = segmentsOf(1);

const wholeFolds = (commits: readonly Commit[]): readonly StreamFold[] =>
  [...Map.groupBy(commits, ({ stream }) => stream)].map(([stream, ofStream]) => {
    const { asOf, states } = foldCommits(unseen(''), ofStream, lineup);
    return { stream, asOf, states, threw: {}, isBroken: false };
  });

const logArb = fc
  .array(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 })
  .map((members) => members.flatMap((sizes, index) => streamOf(memberStream(String(index)), sizes)));
const pagesArb = fc.integer({ min: 1, max: 8 });
const boundaries = (commits: readonly Commit[]): ReadonlySet<string | null> =>
  new Set(
    commits.flatMap(({ stream }, index) =>
      commits[index - 1]?.stream === stream ? [] : [index === 0 ? null : String(index)],
    ),
  );

describe('a walk over the log', () => {
  test('folds every stream once and whole, over however many pages it goes on', async () => {
    await fc.assert(
      fc.asyncProperty(logArb, pagesArb, async (commits, pageSize) => {
        const { handled, walk } = walker(pagedLog(commits, pageSize));
        const { isDone, tally } = await got(walkLog(walk, start));
        expect(handled).toEqual(wholeFolds(commits));
        expect({ isDone, ...tally.counts }).toEqual({ isDone: true, members: handled.length, commits: commits.length });
      }),
      { examples: [[streamOf('member-1', [1, 1, 1, 1, 1]), 2]] },
    );
  });

  test('remembers a place only where a stream begins', async () => {
    await fc.assert(
      fc.asyncProperty(logArb, pagesArb, async (commits, pageSize) => {
        const { places, walk } = walker(pagedLog(commits, pageSize));
        await got(walkLog(walk, start));
        const beginnings = boundaries(commits);
        for (const { cursor, isDone } of places) expect(isDone || beginnings.has(cursor)).toBe(true);
      }),
    );
  });

  test('killed after any page, before or after its place was kept, and gone on, ends as an undisturbed one', async () => {
    await fc.assert(
      fc.asyncProperty(logArb, pagesArb, fc.boolean(), async (commits, pageSize, isKept) => {
        const pages = Math.ceil(commits.length / pageSize);
        for (let killedAfter = 1; killedAfter <= pages; killedAfter++) {
          const log = pagedLog(commits, pageSize);
          const states = new Map<string, StreamFold>();
          let kept = start;
          let saves = 0;
          const { walk } = walker(log);
          const handle: typeof walk.handle = (streams) => {
            for (const fold of streams) states.set(fold.stream, fold);
            return walk.handle(streams);
          };
          const dies: typeof walk.save = (segment) => {
            saves += 1;
            if (saves < killedAfter || isKept) kept = segment;
            return saves < killedAfter ? TE.right(undefined) : TE.left(lost);
          };
          expect(await refused(walkLog({ ...walk, handle, save: dies }, start))).toBe(lost);
          const { tally } = await got(walkLog({ ...walk, handle }, kept));
          expect([...states.values()]).toEqual(expect.arrayContaining([...wholeFolds(commits)]));
          expect(tally.counts).toEqual({ members: states.size, commits: commits.length });
        }
      }),
      { numRuns: 30 },
    );
  });

  test('stops after the page in hand, and can go on', async () => {
    const commits = streamOf('member-1', [1, 1, 1]);
    let pages = 0;
    const { walk, places } = walker(pagedLog([...commits, ...streamOf('member-2', [1])], 1), {
      isStopping: () => ++pages > 2,
    });
    expect(await got(walkLog(walk, start))).toMatchObject({ isDone: false, cursor: null });
    expect(places).toHaveLength(2);
  });

  test('leaves its place where a page cannot be read, handled or remembered', async () => {
    const commits = [...streamOf('member-1', [1]), ...streamOf('member-2', [1]), ...streamOf('member-3', [1])];
    const log = pagedLog(commits, 1);
    const { places, walk } = walker(log);
    let pages = 0;
    const scan: typeof log.scan = (page) => (++pages > 2 ? TE.left(lost) : log.scan(page));
    expect(await refused(walkLog({ ...walk, events: { ...log, scan } }, start))).toBe(lost);
    expect(places.map(({ cursor }) => cursor)).toEqual([null, '1']);
    const handle: typeof walk.handle = () => Promise.resolve(E.left(lost));
    places.length = 0;
    expect(await refused(walkLog({ ...walk, handle }, start))).toBe(lost);
    expect(places.map(({ cursor }) => cursor)).toEqual([null]);
  });

  test('hands on only the streams that are wanted', async () => {
    const commits = [...streamOf('member-1', [2, 1]), ...streamOf('member-2', [1]), ...streamOf('member-3', [1, 1])];
    for (const pageSize of [1, 2, 3, 10]) {
      const { handled, walk } = walker(pagedLog(commits, pageSize), { only: (stream) => stream !== 'member-2' });
      await got(walkLog(walk, start));
      expect(handled.map(({ stream, asOf }) => [stream, asOf])).toEqual([
        ['member-1', 3],
        ['member-3', 2],
      ]);
    }
  });

  test('says of streams of definitions how far they go, without folding them', async () => {
    const commits = streamOf(definitionStream('a1'), [1, 2]);
    const { handled, walk } = walker(pagedLog(commits, 1));
    await got(walkLog(walk, start));
    expect(handled).toMatchObject([{ stream: 'promotion-a1', asOf: 3, isBroken: false }]);
  });

  test('whatever the order of the commits of a stream, within a page or over pages, its states are those of the log', async () => {
    const shuffledArb = logArb.chain((commits) =>
      fc.record({
        commits: fc.constant(commits),
        scanned: fc.shuffledSubarray([...commits], { minLength: commits.length }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(shuffledArb, pagesArb, async ({ commits, scanned }, pageSize) => {
        const memory = emptyMemory();
        for (const commit of commits)
          memory.streams.set(commit.stream, [...(memory.streams.get(commit.stream) ?? []), commit]);
        const store = memoryEventStore(memory, memoryKeys());
        const { handled, walk } = walker(pagedLog(scanned, pageSize));
        await got(walkLog(walk, start));
        for (const whole of wholeFolds(commits)) {
          const fold = handled.findLast(({ stream }) => stream === whole.stream);
          const folded = fold === undefined ? null : await foldOf(store, fold, whole.asOf, lineup);
          expect(folded).toMatchObject(E.right({ asOf: whole.asOf, states: whole.states }));
        }
      }),
    );
  });

  test('of a stream out of order, the last version that was seen is told', async () => {
    const [first, second, third] = streamOf('member-1', [1, 2, 1]) as [Commit, Commit, Commit];
    for (const scanned of [
      [second, third, first],
      [third, first, second],
      [third, second, first],
      [first, third, second],
    ])
      for (const pageSize of [1, 2, 3]) {
        const { handled, walk } = walker(pagedLog(scanned, pageSize));
        await got(walkLog(walk, start));
        expect(handled).toMatchObject([{ asOf: lastVersion(third), isBroken: true }]);
      }
  });

  test('a projection that throws stops only itself, for that stream', async () => {
    const throwing = {
      ...tier,
      name: 'odd',
      version: 3,
      fold: () => {
        throw new RangeError();
      },
    };
    const commits = [...streamOf('member-1', [1]), ...streamOf('member-2', [1])];
    const { handled, walk } = walker(pagedLog(commits, 1), { projections: [throwing, tier] });
    await got(walkLog(walk, start));
    expect(handled.map(({ threw, states }) => [Object.keys(threw), Object.keys(states)])).toEqual([
      [['odd@3'], ['tier@2']],
      [['odd@3'], ['tier@2']],
    ]);
  });

  test('what threw once is not folded on from nothing', async () => {
    const odd = badge((event) => {
      if (JSON.stringify(event).includes('801-1')) throw new RangeError();
    });
    const { handled, walk } = walker(pagedLog(streamOf('member-1', [1, 1, 1]), 1), { projections: [odd, tier] });
    await got(walkLog(walk, start));
    expect(handled.map(({ threw, states }) => [Object.keys(threw), Object.keys(states)])).toEqual([
      [['badge@1'], ['tier@2']],
    ]);
  });

  test('keeps nothing of each member: what is remembered is as small after many as after few', async () => {
    const commits = Array.from({ length: 1500 }, (_, index) => streamOf(memberStream(String(index)), [1])).flat();
    const { batches, places, walk } = walker(pagedLog(commits, 700));
    const { tally } = await got(walkLog(walk, start));
    expect(tally.counts).toEqual({ commits: 1500, members: 1500 });
    expect(Math.max(...batches)).toBeLessThanOrEqual(100);
    expect(tally.samples).toHaveLength(MAX_SAMPLES);
    expect(Math.max(...places.map((place) => JSON.stringify(place).length))).toBeLessThan(1000);
  });

  test('segments that are walked side by side add up to the whole', async () => {
    const memory = emptyMemory();
    for (let member = 0; member < 40; member++) {
      const commits = streamOf(memberStream(String(member)), [1, 2, 1]);
      memory.streams.set(memberStream(String(member)), commits);
    }
    const { handled, walk } = walker(memoryEventStore(memory, memoryKeys()), {
      projections: Object.values(registry.main),
    });
    const walked = await Promise.all(segmentsOf(3).map((segment) => got(walkLog(walk, segment))));
    expect(handled).toHaveLength(40);
    expect(walked.map(({ tally }) => tally.counts.members ?? 0).reduce((a, b) => a + b)).toBe(40);
  });
});
