import { describe, expect, test } from 'vitest';
import {
  type AnyProjection,
  type DomainEvent,
  definitionStream,
  foldDefinitions,
  type Live,
  memberStream,
  projections,
  type Registry,
  registry,
  walkPromotion,
} from '#domain/index.ts';
import { bought, enrolled, got, renamed } from '#test/contract/given.ts';
import { badge, withBadge } from '#test/support/parking.ts';
import { idOf, lost, type OnRequest, replayOf, tier3, withTier3, workshop } from '#test/support/rebuilding.ts';

const [ADA, BEN] = [idOf(1), idOf(2)];
const shop = async (deployed?: Registry) => {
  const made = workshop(deployed);
  await made.happens(ADA, enrolled('Ada'), bought('801'));
  await made.happens(BEN, enrolled('Ben'));
  await made.happens(ADA, bought('802'));
  return made;
};
const shadowOf = async ({ stores }: ReturnType<typeof workshop>, memberId: string) =>
  (await got(stores.shadows.load('tier@3', [memberId])))[0];

const defined = (title: string): DomainEvent => ({
  type: 'PromotionDefined',
  definitionId: 'a1',
  current: { title, terms: null, startsOn: null, endsOn: null, isActive: true },
});

describe('a replay', () => {
  test('starts everybody whose LIVE is lost above the floor as it was: what it publishes itself does not raise it', async () => {
    const { lose, live, run } = await shop();
    await lose(ADA);
    await lose(BEN);
    await run(replayOf());
    expect([(await live(ADA)).revision, (await live(BEN)).revision]).toEqual([257, 257]);
  });

  test('brings a lost LIVE back, with the very pass, above every revision ever published', async () => {
    const { lose, live, run, published } = await shop();
    const before = await live(ADA);
    await lose(ADA);
    const told = published.length;
    expect((await run(replayOf())).counts).toMatchObject({ members: 2, rebuilt: 1, pushes: 1 });
    const { asOf, states, pass, revision, change } = await live(ADA);
    expect({ asOf, states, pass }).toEqual({ asOf: before.asOf, states: before.states, pass: before.pass });
    expect({ revision, kind: change }).toMatchObject({ revision: 257, kind: { kind: 'WalletPassIssued' } });
    expect(published).toHaveLength(told + 1);
  });

  test('mends a state that no fold gave, and its pass', async () => {
    const { tamper, live, run } = await shop();
    const before = await live(ADA);
    await tamper(ADA, ({ states, pass }) => ({
      states: { ...states, 'tier@2': {} },
      pass: pass && { ...pass, memberNumber: 'M-2' },
    }));
    expect((await run(replayOf())).counts).toMatchObject({ members: 2, rebuilt: 1, pushes: 1 });
    expect(await live(ADA)).toMatchObject({ states: before.states, pass: before.pass, revision: before.revision + 1 });
  });

  test.each<[string, (live: Live) => Partial<Live>]>([
    ['a version it has not', ({ asOf }) => ({ asOf: asOf - 1 })],
    ['an epoch gone by', ({ epoch }) => ({ epoch: epoch - 1 })],
    ['a projection parked', () => ({ parked: ['tier@2'] })],
    ['a state less', ({ states: { 'tier@2': _, ...states } }) => ({ states })],
    ['a state more', ({ states }) => ({ states: { ...states, 'gone@9': {} } })],
    ['another state', ({ states }) => ({ states: { ...states, 'spend@2': { days: {} } } })],
  ])('mends a LIVE that says %s', async (_, damage) => {
    const { tamper, live, run } = await shop();
    const { asOf, epoch, parked, states } = await live(ADA);
    await tamper(ADA, damage);
    expect((await run(replayOf())).counts).toMatchObject({ members: 2, rebuilt: 1 });
    const mended = await live(ADA);
    expect({ ...mended.states }).toEqual(states);
    expect(mended).toMatchObject({ asOf, epoch, parked });
  });

  test('leaves a LIVE whose states are told in another order', async () => {
    const { tamper, live, run } = await shop();
    await tamper(ADA, ({ states }) => ({ states: Object.fromEntries(Object.entries(states).toReversed()) }));
    const before = await live(ADA);
    expect((await run(replayOf())).counts.rebuilt ?? 0).toBe(0);
    expect(await live(ADA)).toEqual(before);
  });

  test('reads no LIVE whole, and no catalog, where nothing differs', async () => {
    const { run, process } = await shop();
    await run(replayOf());
    const asked: string[] = [];
    await run(
      replayOf(),
      process((name) => {
        asked.push(name);
        return Promise.resolve(undefined);
      }),
    );
    expect(asked).toContain('views.loadFolded');
    expect(asked).not.toContain('views.loadMany');
    expect(asked).not.toContain('catalog.load');
  });

  test('writes nothing where nothing differs, also where a version waits', async () => {
    const { run, process, live } = await shop();
    await run(replayOf());
    const before = await live(ADA);
    const writes: string[] = [];
    const { counts } = await run(
      replayOf(),
      process((name) => {
        if (/replace|put|append/.test(name)) writes.push(name);
        return Promise.resolve(undefined);
      }),
    );
    expect(writes).toEqual([]);
    expect(counts).toEqual({ commits: 3, members: 2, definitions: 0, shadows: 0, parked: 0 });
    expect(await live(ADA)).toEqual(before);
  });

  test('brings up a LIVE that is behind, and every version that waits', async () => {
    const made = await shop();
    await made.append(memberStream(ADA), bought('803'));
    expect((await made.run(replayOf())).counts).toMatchObject({ rebuilt: 1, pushes: 1 });
    expect(await made.live(ADA)).toMatchObject(await made.fromNothing(ADA));
    expect(await shadowOf(made, ADA)).toMatchObject({ asOf: 4 });
  });

  test('leaves a LIVE ahead of what was scanned ahead, and what is lost while it goes on', async () => {
    const made = await shop();
    const scanned: OnRequest = async (name) => {
      if (name === 'views.loadFolded' && (await made.live(ADA)).asOf === 3) await made.happens(ADA, bought('803'));
      return undefined;
    };
    expect((await made.run(replayOf(), made.process(scanned))).counts).toMatchObject({ members: 2 });
    expect(await made.live(ADA)).toMatchObject(await made.fromNothing(ADA));
    expect((await made.live(ADA)).asOf).toBe(4);
  });

  test('of one projection mends that one, and leaves the others as they are', async () => {
    const { tamper, live, run } = await shop();
    const before = await live(ADA);
    const { initial } = projections.spend;
    await tamper(ADA, ({ states }) => ({ states: { ...states, 'tier@2': {}, 'spend@2': initial } }));
    expect((await run(replayOf('tier'))).counts).toMatchObject({ members: 2, shadows: 0 });
    expect((await live(ADA)).states['tier@2']).toEqual({});
    expect((await run(replayOf('tier@2'))).counts).toMatchObject({ rebuilt: 1 });
    expect((await live(ADA)).states).toEqual({ ...before.states, 'spend@2': initial });
  });

  test('of a version that waits writes its states, and nothing that is live', async () => {
    const made = await shop({ main: registry.main, candidates: [] });
    const before = await made.live(ADA);
    const deployed = made.process(undefined, withTier3);
    expect((await made.run(replayOf('tier@3'), deployed)).counts).toMatchObject({ members: 2, shadows: 2 });
    expect(await shadowOf(made, ADA)).toMatchObject({ asOf: 3, state: before.states['tier@2'], isParked: false });
    expect(await made.live(ADA)).toEqual(before);
  });

  test('of one member reads that one only', async () => {
    const { lose, live, run } = await shop();
    await lose(ADA);
    await lose(BEN);
    expect((await run({ ...replayOf(), memberId: ADA } as never)).counts).toMatchObject({ members: 1, rebuilt: 1 });
    expect(await live(ADA)).toMatchObject({ asOf: 3 });
    expect(await live(BEN)).toMatchObject({ asOf: 0 });
  });

  test('of a member who never was is refused', async () => {
    const { fails } = await shop();
    expect(await fails({ ...replayOf(), memberId: 'nobody' } as never)).toBe('No member nobody: its stream is empty.');
  });

  test('during a promotion that is not through keeps the way back of whom it brings to the new versions, killed or not', async () => {
    const made = await shop();
    const { releases, shadows } = made.stores;
    const before = await made.live(ADA);
    await made.run(replayOf('tier@3'));
    await got(releases.replace({ ...(await got(releases.load())), epoch: 2, versions: { tier: 3 }, before: {} }));
    let hasWritten = false;
    const dies: OnRequest = (name) => {
      const isDead = hasWritten;
      hasWritten ||= name === 'views.replace';
      return Promise.resolve(isDead ? lost : undefined);
    };
    await made.fails(replayOf('spend@2'), made.process(dies));
    expect(await made.live(ADA)).toMatchObject({ epoch: 2, ...(await made.fromNothing(ADA)) });
    expect(await got(shadows.load('tier@2', [ADA]))).toMatchObject([{ asOf: 3, state: before.states['tier@2'] }]);
  });

  test('brings a lost LIVE to a release that came while it was folded, whose walk could not see it', async () => {
    const made = await shop();
    const { releases } = made.stores;
    await made.lose(ADA);
    const promoted: OnRequest = async (name) => {
      const release = await got(releases.load());
      if (name !== 'views.replace' || release.epoch > 1) return undefined;
      const walk = { cursor: null, pushesPerSecond: 1000 };
      await got(releases.replace({ ...release, epoch: 2, versions: { tier: 3 }, before: {}, walk }));
      await got(walkPromotion(made.process()));
      return undefined;
    };
    await made.run(replayOf(), made.process(promoted));
    expect(await made.live(ADA)).toMatchObject({ epoch: 2, ...(await made.fromNothing(ADA)) });
  });

  test('renders with a definition that came while it was folded', async () => {
    const made = await shop();
    const granted: DomainEvent = {
      type: 'PromotionGranted',
      grantId: 'g1',
      current: {
        ...{ definition: 'a1', title: null, status: 'Issued', state: 'available' },
        ...{ validFrom: null, validTo: null, redeemedOn: null, value: null },
      },
    };
    await made.happens(ADA, granted);
    await made.lose(ADA);
    let isDefined = false;
    const defines: OnRequest = async (name) => {
      if (name !== 'views.replace' || isDefined) return undefined;
      isDefined = true;
      const version = await made.append(definitionStream('a1'), defined('Spring'));
      await got(foldDefinitions(made.process())([{ id: 'a1', stream: definitionStream('a1'), version }]));
      return undefined;
    };
    await made.run(replayOf(), made.process(defines));
    expect((await made.live(ADA)).pass?.promotions).toMatchObject([{ title: 'Spring' }]);
  });

  test('of a version that waits brings up what is parked though it folds, and what no event changes', async () => {
    const made = await shop();
    const shadow = await shadowOf(made, ADA);
    if (shadow == null) throw new Error('expected a shadow');
    await got(made.stores.shadows.replace({ ...shadow, isParked: true, ver: shadow.ver + 1 }));
    await made.append(memberStream(BEN), renamed('Ben', 'Bea'));
    expect((await made.run(replayOf('tier@3'))).counts).toMatchObject({ shadows: 2 });
    expect(await shadowOf(made, ADA)).toMatchObject({ asOf: 3, isParked: false });
    expect(await shadowOf(made, BEN)).toMatchObject({ asOf: 2 });
  });

  test('of a version that another takes the place of meanwhile writes no state of it into LIVE', async () => {
    const made = await shop();
    const { releases } = made.stores;
    await made.tamper(ADA, ({ states }) => ({ states: { ...states, 'tier@2': {} } }));
    let after: Live | null = null;
    const promoted: OnRequest = async (name) => {
      const release = await got(releases.load());
      if (name === 'views.loadMany' && release.epoch === 1) {
        const walk = { cursor: null, pushesPerSecond: 1000 };
        await got(releases.replace({ ...release, epoch: 2, versions: { tier: 3 }, before: {}, walk }));
        await got(walkPromotion(made.process()));
        after = await made.happens(ADA, bought('803'));
      }
      return undefined;
    };
    await made.run(replayOf('tier@2'), made.process(promoted));
    expect(after).toMatchObject(await made.fromNothing(ADA));
    expect(await made.live(ADA)).toEqual(after);
  });

  test('brings definitions up to date', async () => {
    const { append, run, stores } = await shop();
    await append(definitionStream('a1'), defined('Spring'));
    expect((await run(replayOf())).counts).toMatchObject({ members: 2, definitions: 1 });
    expect((await got(stores.catalog.load())).catalog).toMatchObject({
      version: 1,
      definitions: { a1: { title: 'Spring' } },
    });
  });

  test('folds an event that arrives at any moment exactly once, whether it was poked or not', async () => {
    for (const isPoked of [true, false]) {
      for (const damage of ['none', 'lost', 'tampered'] as const) {
        for (let moment = 1; ; moment++) {
          const made = await shop();
          if (damage === 'lost') await made.lose(ADA);
          if (damage === 'tampered') await made.tamper(ADA, ({ states }) => ({ states: { ...states, 'tier@2': {} } }));
          let requests = 0;
          const arrives: OnRequest = async () => {
            requests += 1;
            if (requests !== moment) return undefined;
            await made.append(memberStream(ADA), bought('803'));
            if (isPoked) await made.poke(ADA);
            return undefined;
          };
          await made.run(replayOf(), made.process(arrives));
          if (requests < moment) break;
          await made.poke(ADA);
          const { asOf, states, pass } = await made.live(ADA);
          expect({ moment, asOf, states, pass }).toEqual({ moment, ...(await made.fromNothing(ADA)) });
          expect(await shadowOf(made, ADA)).toMatchObject({ asOf: 4, state: states['tier@2'] });
          const revisions = made.published.flatMap(({ live }) => (live.memberId === ADA ? [live.revision] : []));
          const first = damage === 'lost' ? revisions.indexOf(1, 1) : 0;
          if (first >= 0) expect(revisions.slice(first)).toEqual(revisions.slice(first).map((_, index) => index + 1));
        }
      }
    }
  });

  test('that sees LIVE some writes ago folds an event that arrives at any moment exactly once, and mends what was folded on', async () => {
    for (const writesBehind of [1, 2, 4]) {
      for (const damage of ['none', 'lost', 'tampered'] as const) {
        for (let moment = 1; ; moment++) {
          const made = await shop();
          if (damage === 'lost') await made.lose(ADA);
          if (damage === 'tampered') await made.tamper(ADA, ({ states }) => ({ states: { ...states, 'tier@2': {} } }));
          await made.happens(ADA, bought('803'));
          made.lagBy(writesBehind);
          let requests = 0;
          const arrives: OnRequest = async () => {
            requests += 1;
            if (requests === moment) await made.happens(ADA, bought('804'));
            return undefined;
          };
          await made.run(replayOf(), made.process(arrives));
          if (requests < moment) break;
          const { asOf, states, pass } = await made.live(ADA);
          expect({ damage, moment, asOf, states, pass }).toEqual({ damage, moment, ...(await made.fromNothing(ADA)) });
        }
      }
    }
  });

  test('looks again, strongly consistent, at what differs only in an older copy of LIVE, and leaves it', async () => {
    const { run, process, live, lagBy } = await shop();
    await run(replayOf());
    const before = await live(ADA);
    const asked: string[] = [];
    lagBy(1);
    const { counts } = await run(
      replayOf(),
      process((name, [ids]) => {
        asked.push(name === 'views.loadMany' ? `${name} ${ids}` : name);
        return Promise.resolve(undefined);
      }),
    );
    expect(counts.rebuilt ?? 0).toBe(0);
    expect(asked).toContain(`views.loadMany ${ADA},${BEN}`);
    expect(asked).not.toContain('views.replace');
    expect(await live(ADA)).toEqual(before);
  });

  test('may miss what was written over LIVE without an event in the moment before; the next one mends it', async () => {
    const { run, tamper, live, lagBy } = await shop();
    const { states } = await live(ADA);
    await tamper(ADA, () => ({ states: { ...states, 'tier@2': {} } }));
    lagBy(1);
    await run(replayOf());
    expect((await live(ADA)).states['tier@2']).toEqual({});
    lagBy(0);
    await run(replayOf());
    expect((await live(ADA)).states).toEqual(states);
  });

  test('that loses any one request, and is asked for again, ends as if nothing had happened', async () => {
    for (let moment = 1; ; moment++) {
      const made = await shop();
      await made.tamper(ADA, ({ states }) => ({ states: { ...states, 'tier@2': {} } }));
      let requests = 0;
      const fails: OnRequest = () => Promise.resolve(++requests === moment ? lost : undefined);
      await made.run(replayOf(), made.process(fails)).catch(() => undefined);
      if (requests < moment) break;
      await made.run(replayOf());
      expect(await made.live(ADA)).toMatchObject(await made.fromNothing(ADA));
    }
  });

  test('publishes nothing for passes that stay as they are', async () => {
    const { run, published, tamper } = await shop();
    await tamper(ADA, ({ states }) => ({ states: { ...states, 'memberTier@1': { odd: 1 } } }));
    const told = published.length;
    expect((await run(replayOf())).counts).toMatchObject({ rebuilt: 1, pushes: 0 });
    expect(published).toHaveLength(told);
  });

  test('of somebody who was renamed shows the last name', async () => {
    const { happens, lose, run, live } = await shop();
    await happens(ADA, renamed('Ada', 'Ida'));
    await lose(ADA);
    await run(replayOf());
    expect((await live(ADA)).pass?.holder.firstName).toBe('Ida');
  });
});

const throwsAtPurchases = ({ type }: DomainEvent): void => {
  if (type === 'PurchaseRecorded') throw new RangeError('bought');
};

test('a LIVE that cannot be stored fails alone', async () => {
  const made = await shop();
  for (const memberId of [ADA, BEN]) await made.lose(memberId);
  const { counts, samples } = await made.run(
    replayOf(),
    made.process((name, [live]) =>
      Promise.resolve(
        name === 'views.replace' && JSON.stringify(live).includes('Ada')
          ? { type: 'Unstorable', what: `LIVE of ${ADA}`, reason: 'too large' }
          : undefined,
      ),
    ),
  );
  expect(counts).toMatchObject({ members: 2, rebuilt: 1, failed: 1 });
  expect(samples).toEqual([{ memberId: ADA, failed: `LIVE of ${ADA}: too large` }]);
});

describe('a replay with a projection that throws', () => {
  test('parks what the pass does not need, where the list of the parked shows it', async () => {
    const { lose, run, live, stores } = await shop(withBadge(badge(throwsAtPurchases)));
    await lose(ADA);
    await got(stores.parked.drop((await got(stores.parked.list(null, 1))).items[0] as never));
    expect((await run(replayOf())).counts).toMatchObject({ members: 2, rebuilt: 1, parked: 1 });
    expect(await live(ADA)).toMatchObject({ asOf: 3, parked: ['badge@1'] });
    expect((await got(stores.parked.list(null, 9))).items).toMatchObject([{ memberId: ADA, ref: 'badge@1' }]);
  });

  test('recovers what was parked once the code is better', async () => {
    const made = await shop(withBadge(badge(throwsAtPurchases)));
    expect(await made.live(ADA)).toMatchObject({ parked: ['badge@1'] });
    await made.run(replayOf(), made.process(undefined, withBadge(badge())));
    expect(await made.live(ADA)).toMatchObject({ parked: [], states: { 'badge@1': 3 } });
  });

  test('of one parked projection among several writes nothing where nothing differs', async () => {
    const other = { ...badge(throwsAtPurchases), name: 'another' };
    const main = { ...registry.main, badge: badge(throwsAtPurchases), another: other };
    const { run, live } = await shop({ main, candidates: [] });
    const before = await live(ADA);
    expect(before.parked).toHaveLength(2);
    for (const one of ['badge', 'another'])
      expect((await run(replayOf(one))).counts).toEqual({
        ...{ commits: 3, members: 2, definitions: 0, parked: 1 },
      });
    expect(await live(ADA)).toEqual(before);
  });

  test.each<[string, AnyProjection]>([
    [
      'throws',
      {
        ...tier3,
        fold: () => {
          throw new RangeError();
        },
      },
    ],
    ['gives what cannot be stored', { ...tier3, fold: () => () => undefined }],
  ])('a version that waits and %s for one member stops only itself', async (_, odd) => {
    const isAdas = (events: readonly DomainEvent[]) => JSON.stringify(events).includes('801');
    const candidate: AnyProjection = {
      ...tier3,
      fold: (state, events) => (isAdas(events) ? odd.fold?.(state, events) : tier3.fold?.(state, events)),
    };
    const made = await shop({ main: registry.main, candidates: [] });
    const deps = made.process(undefined, { main: registry.main, candidates: [candidate] });
    expect((await made.run(replayOf(), deps)).counts).toMatchObject({ members: 2, shadows: 1, parked: 1 });
    expect(await shadowOf(made, ADA)).toMatchObject({ isParked: true });
    expect(await shadowOf(made, BEN)).toMatchObject({ asOf: 1, isParked: false });
    expect((await got(made.stores.parked.list(null, 9))).items).toMatchObject([{ memberId: ADA, ref: 'tier@3' }]);
  });
});
