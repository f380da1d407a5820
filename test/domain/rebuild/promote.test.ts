import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import {
  type AnyProjection,
  type DomainEvent,
  memberStream,
  type Registry,
  type Release,
  registry,
  runJob,
} from '#domain/index.ts';
import { bought, enrolled, got } from '#test/contract/given.ts';
import { shownBadge } from '#test/support/parking.ts';
import {
  back,
  diffOf,
  idOf,
  lost,
  type OnRequest,
  promoteOf,
  replayOf,
  tier3,
  withTier3,
  workshop,
} from '#test/support/rebuilding.ts';

const [ADA, BEN, CY] = [idOf(1), idOf(2), idOf(3)];

/** Ada has bought and Ben has not: the new thresholds change both their passes. Cy is provisional, with no pass. */
const shop = async (deployed: Registry = withTier3) => {
  const made = workshop(deployed);
  await made.happens(ADA, enrolled('Ada'), bought('801'));
  await made.happens(BEN, enrolled('Ben'));
  await made.happens(CY, bought('802'));
  return made;
};
type Shop = Awaited<ReturnType<typeof shop>>;
const passes = async ({ live }: Shop) => Promise.all([ADA, BEN, CY].map(async (id) => (await live(id)).pass));
const tierNames = async (made: Shop) => (await passes(made)).map((pass) => pass?.tier.name);

describe('a comparison', () => {
  test('counts passes and pushes by path, with samples, and writes nothing', async () => {
    const made = await shop();
    const before = await passes(made);
    const { counts, paths, samples } = await made.run(diffOf());
    expect(counts).toEqual({ members: 3, changed: 2, pushes: 2 });
    expect(paths).toMatchObject({ 'tier.name': 1 });
    expect(samples).toHaveLength(2);
    expect(samples[0]).toMatchObject({
      ...{ memberId: ADA, before: { tier: { name: 'Member' } }, after: { tier: { name: 'Bronze' } } },
    });
    expect(await passes(made)).toEqual(before);
    expect(await made.run(diffOf('tier@3'))).toEqual(await made.run(diffOf('tier')));
  });

  test('keeps no name of a holder in its samples', async () => {
    const made = await shop();
    expect(JSON.stringify((await made.run(diffOf())).samples)).not.toMatch(/Ada|Roth|M-1/);
  });

  test('tells of withdrawn passes that were never issued no push', async () => {
    const made = await shop();
    const gone: DomainEvent = {
      type: 'MemberEnrolled',
      current: { ...(enrolled('Di') as never as { current: object }).current, standing: 'withdrawn' } as never,
    };
    await made.happens(idOf(4), gone, bought('803'));
    expect((await made.run(diffOf())).counts).toEqual({ members: 4, changed: 3, pushes: 2 });
  });

  test('says what stands in the way: missing, behind, parked', async () => {
    const made = await shop({ main: registry.main, candidates: [] });
    const deps = () => made.process(undefined, withTier3);
    expect((await made.run(diffOf(), deps())).counts).toEqual({ members: 3, missing: 3 });
    await made.run(replayOf('tier@3'), deps());
    const [shadow] = await got(made.stores.shadows.load('tier@3', [ADA]));
    if (shadow == null) throw new Error('expected a shadow');
    await got(made.stores.shadows.replace({ ...shadow, asOf: 1, ver: 2 }));
    expect(await made.run(diffOf(), deps())).toMatchObject({
      counts: { members: 3, behind: 1, changed: 1 },
      samples: [{ memberId: ADA, behind: 'tier@3' }, { memberId: BEN }],
    });
    await got(made.stores.shadows.replace({ ...shadow, isParked: true, ver: 3 }));
    expect((await made.run(diffOf(), deps())).counts).toMatchObject({ members: 3, parked: 1 });
    await got(made.stores.shadows.replace({ ...shadow, asOf: 9, ver: 4 }));
    expect((await made.run(diffOf(), deps())).counts, 'of another version than LIVE').toMatchObject({ behind: 1 });
  });

  test('waits for a shadow that is written right after LIVE', async () => {
    const made = await shop();
    await made.append(memberStream(ADA), bought('803'));
    let looks = 0;
    const lags: OnRequest = async (name) => {
      if (name === 'shadows.load' && ++looks === 3) await made.poke(ADA);
      return undefined;
    };
    const deps = made.process(lags);
    const shadows = await got(made.stores.shadows.load('tier@3', [ADA]));
    expect(shadows).toMatchObject([{ asOf: 2 }]);
    await made.tamper(ADA, () => ({ asOf: 3 }));
    await made.tamper(ADA, () => ({ asOf: 2 }));
    expect((await made.run(diffOf(), deps)).counts).toMatchObject({ members: 3, changed: 2 });
  });

  test('looks at no member earlier than LIVE did', async () => {
    const made = await shop();
    await made.tamper(ADA, ({ evaluatedAt }) => ({ evaluatedAt: evaluatedAt + 3 * 365 * 86_400_000 }));
    expect((await made.run(diffOf())).paths).not.toHaveProperty('tier.name');
  });

  test('does not wait for shadows of members nobody touched for a while', async () => {
    const made = await shop({ main: registry.main, candidates: [] });
    made.wait(60_000);
    const from = made.now();
    expect((await made.run(diffOf(), made.process(undefined, withTier3))).counts).toEqual({ members: 3, missing: 3 });
    expect(made.now()).toBe(from);
  });

  test('folds what a projection of the pass that was just deployed has of members nobody touched since', async () => {
    const made = await shop();
    const deployed = { main: { ...registry.main, badge: shownBadge() }, candidates: [tier3] };
    expect((await made.run(diffOf(), made.process(undefined, deployed))).counts).toEqual({
      ...{ members: 3, changed: 2, pushes: 2 },
    });
  });

  test('is refused where no version waits, several do, or the one that is named is live or unknown', async () => {
    const made = await shop({ main: registry.main, candidates: [] });
    expect(await made.fails(diffOf())).toMatch(/^No version waits beside the live ones \(.*tier@2/);
    const two = (): ReturnType<Shop['process']> =>
      made.process(undefined, { main: registry.main, candidates: [tier3, { ...tier3, version: 4 }] });
    expect(await made.fails(diffOf(), two())).toBe('Say which: tier@3, tier@4.');
    expect(await made.fails(diffOf('tier@2'), two())).toBe('tier@2 is live already; tier@3, tier@4 wait.');
    expect(await made.fails(diffOf('tier'), two())).toMatch(/^tier@2 is live already/);
    expect(await made.fails(diffOf('tier@2'))).toBe('tier@2 is live already, and no version waits beside it.');
    expect(await made.fails(diffOf('tier@10'))).toMatch(/^No projection is called tier@10\. Registered: .*tier@2/);
  });
});

describe('a promotion', () => {
  test('publishes exactly the passes that differ, once each, with the next revision', async () => {
    const made = await shop();
    const told = made.published.length;
    const revisions = new Map(made.published.map(({ live }) => [live.memberId, live.revision]));
    const { changed, pushes } = (await made.run(diffOf())).counts;
    expect(made.published).toHaveLength(told);
    const { counts } = await made.run(promoteOf());
    expect(counts).toEqual({ members: 3, pushes, parked: 0 });
    const news = made.published.slice(told).map(({ live }) => live);
    expect(news.map(({ memberId }) => memberId)).toEqual([ADA, BEN]);
    expect(news).toHaveLength(changed ?? 0);
    for (const { memberId, revision, change } of news) {
      expect(revision).toBe((revisions.get(memberId) ?? 0) + 1);
      expect(change).toMatchObject({ kind: 'WalletPassUpdated', cause: { lane: 'bulk', causationId: 'promotion@2' } });
    }
    expect(await tierNames(made)).toEqual(['Bronze', 'Member', undefined]);
    for (const memberId of [ADA, BEN, CY])
      expect(await made.live(memberId)).toMatchObject({ epoch: 2, ...(await made.fromNothing(memberId)) });
  });

  test('is taken back to the very passes before, and can be made again', async () => {
    const made = await shop();
    const before = await passes(made);
    await made.run(promoteOf());
    const after = await passes(made);
    await made.happens(CY, enrolled('Cy'));
    expect((await made.run(back)).counts).toEqual({ members: 3, pushes: 3, parked: 0 });
    expect((await passes(made)).slice(0, 2)).toEqual(before.slice(0, 2));
    expect((await made.run(promoteOf())).counts).toMatchObject({ members: 3, pushes: 3 });
    expect((await passes(made)).slice(0, 2)).toEqual(after.slice(0, 2));
    expect((await made.live(ADA)).epoch).toBe(4);
    for (const [memberId, ofMember] of Map.groupBy(made.published, ({ live }) => live.memberId))
      expect([memberId, ...ofMember.map(({ live }) => live.revision)]).toEqual([
        memberId,
        ...ofMember.map((_, index) => index + 1),
      ]);
  });

  test('is refused, and changes nothing, while a member is missing, behind or parked', async () => {
    const made = await shop({ main: registry.main, candidates: [] });
    const deps = () => made.process(undefined, withTier3);
    const told = made.published.length;
    expect(await made.fails(promoteOf(), deps())).toBe(
      'tier@3 does not cover every member (3 missing of 3). Run "billfold replay --projection tier@3", then try again.',
    );
    await made.run(replayOf('tier@3'), deps());
    const [shadow] = await got(made.stores.shadows.load('tier@3', [ADA]));
    if (shadow == null) throw new Error('expected a shadow');
    await got(made.stores.shadows.replace({ ...shadow, asOf: 1, ver: 2 }));
    expect(await made.fails(promoteOf(), deps())).toContain('(1 behind of 3)');
    await got(made.stores.shadows.replace({ ...shadow, isParked: true, ver: 3 }));
    expect(await made.fails(promoteOf(), deps())).toContain('(1 parked of 3)');
    expect(made.published).toHaveLength(told);
    expect((await got(made.stores.releases.load())).epoch).toBe(1);
  });

  test('is refused where the version is live, none is registered, another is under way, or there is no way back', async () => {
    const made = await shop();
    expect(await made.fails(back)).toBe('Nothing was promoted, so there is nothing to go back to.');
    expect(await made.fails(promoteOf('tier@2'))).toMatch(/^tier@2 is live already/);
    const { releases } = made.stores;
    await made.run(promoteOf());
    expect(await made.fails(promoteOf('tier@3'))).toBe('tier@3 is live already; tier@2 waits.');
    await made.run(back);
    const gone = made.process(undefined, { main: registry.main, candidates: [] });
    expect(await made.fails(back, gone)).toBe('tier@3 is not in the code any more.');
    const release = await got(releases.load());
    await got(
      releases.replace({ ...release, epoch: 4, walk: { cursor: null, pushesPerSecond: 1 }, startedBy: 'another' }),
    );
    for (const request of [promoteOf(), back])
      expect(await made.fails(request)).toBe('The promotion of epoch 4 has not reached every member yet.');
  });

  test('refuses to go back to what is live', async () => {
    const made = await shop();
    const release = await got(made.stores.releases.load());
    await got(made.stores.releases.replace({ ...release, epoch: 2, before: {} }));
    expect(await made.fails(back)).toBe('The release before had the same versions.');
  });

  test('brings whoever comes or changes meanwhile, at whatever moment, to the new version', async () => {
    for (let moment = 1; ; moment++) {
      const made = await shop();
      let requests = 0;
      const arrives: OnRequest = async () => {
        requests += 1;
        if (requests !== moment) return undefined;
        await made.happens(idOf(0), enrolled('Zoe'), bought('804'));
        await made.happens(idOf(9), enrolled('Di'), bought('805'));
        await made.happens(ADA, bought('806'));
        return undefined;
      };
      await made.run(promoteOf(), made.process(arrives));
      if (requests < moment) break;
      for (const memberId of [idOf(0), ADA, BEN, CY, idOf(9)]) {
        const live = await made.live(memberId);
        expect({ moment, ...live }).toMatchObject({
          moment,
          memberId,
          epoch: 2,
          ...(await made.fromNothing(memberId)),
        });
        const revisions = made.published.flatMap(({ live }) => (live.memberId === memberId ? [live.revision] : []));
        expect(revisions).toEqual(revisions.map((_, index) => index + 1));
      }
    }
  });

  test('killed at any request, and gone on, switches once and publishes each pass once', async () => {
    for (const isLate of [false, true])
      for (let moment = 1; ; moment++) {
        const made = await shop();
        const job = made.jobOf(promoteOf());
        let requests = 0;
        const dies: OnRequest = () => Promise.resolve(++requests >= moment ? lost : undefined);
        const process = isLate ? lateProcess(made, moment) : { deps: made.process(dies), count: () => requests };
        await runJob(process.deps)(job)();
        if (process.count() < moment) break;
        await got(runJob(made.process())(job));
        expect(await got(made.stores.releases.load())).toMatchObject({ epoch: 2, walk: null, startedBy: job.id });
        expect(await tierNames(made)).toEqual(['Bronze', 'Member', undefined]);
        expect(made.published.map(({ live }) => `${live.memberId} ${live.revision}`).toSorted()).toEqual([
          `${ADA} 1`,
          `${ADA} 2`,
          `${BEN} 1`,
          `${BEN} 2`,
        ]);
      }
  });

  test('whose switch is asked for twice, because the first answer was lost, knows it as its own', async () => {
    const made = await shop();
    const { releases } = made.stores;
    const repeated: OnRequest = async (name, [release]) => {
      if (name === 'releases.replace') await got(releases.replace(release as Release));
      return undefined;
    };
    expect((await made.run(promoteOf(), made.process(repeated))).counts).toMatchObject({ members: 3, pushes: 2 });
  });

  test('lets nobody else switch meanwhile', async () => {
    const made = await shop();
    const { releases } = made.stores;
    const overtaken: OnRequest = async (name) => {
      const release = await got(releases.load());
      if (name === 'releases.replace' && release.epoch === 1) await got(releases.replace({ ...release, epoch: 2 }));
      return undefined;
    };
    expect(await made.fails(promoteOf(), made.process(overtaken))).toBe(
      'Somebody else promoted a version at the same time.',
    );
  });

  test('counts who is parked by it, and goes on with the others', async () => {
    const throwing: AnyProjection = {
      ...tier3,
      view: (state, now, catalog) => {
        if (now.at > 0 && JSON.stringify(state) !== '{}') throw new RangeError();
        return tier3.view(state, now, catalog);
      },
    };
    const made = await shop({ main: registry.main, candidates: [throwing] });
    expect((await made.run(diffOf())).counts).toMatchObject({ members: 3, parked: 2 });
    expect(await made.fails(promoteOf())).toContain('2 parked');
  });
});

/** Killed after the effect of a request, before its answer came. */
const lateProcess = (made: Shop, moment: number) => {
  let requests = 0;
  let isDead = false;
  const deps = made.process(() => Promise.resolve(isDead ? lost : undefined));
  const late = <Store extends object>(store: Store): Store =>
    Object.fromEntries(
      Object.entries(store).map(([name, method]) => [
        name,
        name === 'cursorAfter'
          ? method
          : (...args: readonly unknown[]) =>
              async () => {
                const answer = await (method as (...all: readonly unknown[]) => () => Promise<unknown>)(...args)();
                requests += 1;
                isDead ||= requests === moment;
                return isDead ? E.left(lost) : answer;
              },
      ]),
    ) as Store;
  const { views, releases, shadows, jobs } = deps;
  return {
    deps: { ...deps, views: late(views), releases: late(releases), shadows: late(shadows), jobs: late(jobs) },
    count: () => requests,
  };
};

describe('the rate of a promotion', () => {
  test('is never exceeded in any second, however slow or fast the store is and whoever changes', async () => {
    const scenarioArb = fc.record({
      rate: fc.integer({ min: 1, max: 120 }),
      members: fc.array(fc.boolean(), { minLength: 1, maxLength: 260 }),
      slowness: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(scenarioArb, async ({ rate, members, slowness }) => {
        const made = workshop();
        for (const [index, hasPass] of members.entries())
          await made.happens(idOf(index), hasPass ? enrolled('Ada') : bought('801'));
        const told = made.published.length;
        let requests = 0;
        const slow: OnRequest = (name) => {
          if (name === 'views.replace') made.wait(slowness[++requests % slowness.length] ?? 0);
          return Promise.resolve(undefined);
        };
        await made.run(promoteOf('tier@3', rate), made.process(slow));
        const times = made.published.slice(told).map(({ at }) => at);
        expect(times).toHaveLength(members.filter(Boolean).length);
        for (const [index, from] of times.entries()) {
          const inThatSecond = times.slice(index).filter((time) => time < from + 1000).length;
          expect(inThatSecond).toBeLessThanOrEqual(rate);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('is reached where the store is fast', async () => {
    const made = workshop();
    for (let member = 0; member < 500; member++) await made.happens(idOf(member), enrolled('Ada'));
    const from = made.now();
    await made.run(promoteOf('tier@3', 100));
    expect(made.now() - from).toBeLessThanOrEqual(5500);
    expect(made.published.filter(({ live }) => live.epoch === 2)).toHaveLength(500);
  });

  test('below one a second leaves that much time between two', async () => {
    const made = workshop();
    for (let member = 0; member < 4; member++) await made.happens(idOf(member), enrolled('Ada'));
    const told = made.published.length;
    await made.run(promoteOf('tier@3', 0.5));
    const times = made.published.slice(told).map(({ at }) => at);
    for (const [index, time] of times.slice(1).entries())
      expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(2000);
  });
});
