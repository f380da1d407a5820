import { describe, expect, onTestFinished, test } from 'vitest';
import { numberIn } from '#adapters/dynamodb/item.ts';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import type { StreamRecord } from '#adapters/local/streamPort.ts';
import { type Random, seededRandom } from '#adapters/sample/random.ts';
import { type AnyProjection, ingest, projections, type Registry, registry } from '#domain/index.ts';
import { got } from '#test/contract/given.ts';
import { carried } from '#test/support/carried.ts';
import { freshTables } from '#test/support/dynamodb.ts';
import { observationsOf } from '#test/support/observe.ts';
import type { Played } from '#test/support/org.ts';
import { fold, type Process, processOf, settleTime, type World } from '#test/support/processes.ts';
import { itemsOf } from '#test/support/storeItems.ts';
import { knownPart, todayIn, truth } from '#test/support/truth.ts';
import { playedToday } from './today.ts';

/** tier as a later version could keep it: the same on the pass, another state. */
const tierNext: AnyProjection = {
  ...{ name: 'tier', version: projections.tier.version + 1, initial: { kept: projections.tier.initial } },
  evolve: (state, event) => ({ kept: projections.tier.evolve(keptIn(state), event) }),
  view: (state, now, catalog) => projections.tier.view(keptIn(state), now, catalog),
  nextChangeAt: (state, now, catalog) => projections.tier.nextChangeAt(keptIn(state), now, catalog),
};
const keptIn = (state: unknown): typeof projections.tier.initial =>
  (state as { kept: typeof projections.tier.initial }).kept;

/** What a release may bring. Before it everybody runs `registry`. */
const releases: Readonly<Record<string, Registry>> = {
  'a version that waits': { main: registry.main, candidates: [tierNext] },
  'another version in the place of the one before': { main: { ...registry.main, tier: tierNext }, candidates: [] },
};

/** Ingested and folded in waves, side by side; who gets what is drawn, and some pokes come to both. */
const roll = async (world: World, played: Played, [one, other]: readonly [Process, Process], random: Random) => {
  const left = [...played.feeds, ...played.finalLoad];
  let done = 0;
  let failed: readonly StreamRecord[] = [];
  while (left.length > 0) {
    const shares = [one, other].map((by) => ({ by, items: left.splice(0, random.int(1, 6)) }));
    await Promise.all(
      shares.map(async ({ by, items }) => {
        const { outcomes } = await ingest(by.services.ingest)(items.flatMap((item) => observationsOf(item)))();
        expect(outcomes.filter(({ type }) => type !== 'done')).toEqual([]);
      }),
    );
    const all = await carried(world.database, world.database.tableName('events'));
    const pokes = [...failed, ...all.slice(done)];
    done = all.length;
    const lots = pokes.map((record) => ({ record, lot: random.int(1, 3) }));
    const to = (lot: number) =>
      lots.filter((drawn) => drawn.lot === lot || drawn.lot === 3).map(({ record }) => record);
    failed = (await Promise.all([fold(one, to(1)), fold(other, to(2))])).flat();
    if (random.chance(0.3)) await settleTime(random.chance(0.5) ? one : other);
  }
  return failed;
};

/** Of each member: every revision once, one after the other. */
const revisionFaults = async (world: World): Promise<readonly string[]> => {
  const published = (await carried(world.database, world.database.tableName('views'))).flatMap(
    ({ dynamodb: { NewImage } }) =>
      NewImage?.changed === undefined ? [] : [{ of: NewImage.p?.S, revision: numberIn(NewImage, 'revision') }],
  );
  expect(published.length).toBeGreaterThan(5);
  return [...Map.groupBy(published, (one) => one.of)].flatMap(([of, all]) =>
    all.some(({ revision }, index) => revision !== index + 1) ? [`${of}: ${all.map((one) => one.revision)}`] : [],
  );
};

describe.each(Object.keys(releases))(
  'a release with %s, rolled out beside the one before',
  { timeout: 60_000 },
  (name) => {
    test.each<{ seed: number; stays: 'old' | 'new' }>([
      { seed: 91, stays: 'new' },
      { seed: 92, stays: 'old' },
    ])(
      'over one store, changes of the same members shared out: passes are true, and $stays alone goes on (seed $seed)',
      async ({ seed, stays }) => {
        const played = playedToday(seed);
        const at = (played.org.second + 7200) * 1000;
        const database = await freshTables();
        onTestFinished(() => database.dynamodb.destroy());
        const world: World = { database, at, keys: memoryKeys() };
        const [older, newer] = [
          processOf(world, { writesFormat: 1 }),
          processOf(world, { deployed: releases[name] ?? registry }),
        ];
        const failed = await roll(world, played, [older, newer], seededRandom(seed));

        const last = stays === 'new' ? newer : older;
        expect(await fold(last, failed)).toEqual([]);
        await settleTime(last);
        const expected = truth(played.org, todayIn(at));
        for (const [memberId, pass] of expected) {
          const live = await got(last.services.views.load(memberId));
          expect(knownPart(live.pass), memberId).toEqual(pass);
        }
        const parked = await got(last.services.parked.list(null, 10));
        expect(parked.items).toEqual([]);
        expect(await revisionFaults(world)).toEqual([]);
        const formats = (await itemsOf(database.dynamodb, database.tableName('events'))).map(({ f }) => f?.N ?? '2');
        expect(new Set(formats)).toEqual(new Set(['1', '2']));

        // Before verify looks: LIVE of the process that went has other versions until a replay, or its next event.
        const replayed = await last.job({ type: 'replay', projection: null, memberId: null, segments: 2 });
        expect(replayed).toMatchObject({ members: expected.size });
        expect(replayed.pushes ?? 0).toBe(0);
        const verified = await last.job({ type: 'verify', sample: 1, memberId: null, segments: 2 });
        expect(verified).toMatchObject({ members: expected.size });
        expect({ drifted: 0, behind: 0, parked: 0, ...verified }).toMatchObject({ drifted: 0, behind: 0, parked: 0 });
      },
    );
  },
);
