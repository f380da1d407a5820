import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import {
  type AnyProjection,
  type DomainEvent,
  definitionStream,
  emptyHead,
  firstRelease,
  foldDefinitions,
  foldMember,
  foldMembers,
  type MemberEvent,
  type Release,
  retryParked,
  sweep,
  tick,
  walkPromotion,
} from '#domain/index.ts';
import { appendOf, at, bought, got, renamed } from '#test/contract/given.ts';
import {
  badge,
  CANARY,
  called,
  onlyShadow,
  parkingLot,
  shownBadge,
  throwsFor,
  withBadge,
} from '#test/support/parking.ts';

const MINUTE = 60_000;
const [ADA, BEN] = ['003-ada', '003-ben'];
const poke = (memberId: string) => ({
  ...{ memberId, toVersion: 0, images: [] },
  cause: { lane: 'bulk', causationId: 'c', correlationId: 'c' } as const,
});
/** Throws at purchases. */
const throwsAtPurchases = ({ type }: MemberEvent): void => {
  if (type === 'PurchaseRecorded') throw new RangeError('bought');
};

const granted: DomainEvent = {
  ...{ type: 'PromotionGranted', grantId: 'g1' },
  current: {
    ...{ definition: 'a1', title: null, status: 'Issued', state: 'available' },
    ...{ validFrom: null, validTo: null, redeemedOn: null, value: null },
  },
};
const spring: DomainEvent = {
  ...{ type: 'PromotionDefined', definitionId: 'a1' },
  current: { title: 'Spring', terms: null, startsOn: null, endsOn: null, isActive: true },
};

describe('a projection that the pass needs and that throws', () => {
  test('leaves the LIVE of that member as it was, publishes nothing, and is listed', async () => {
    const lot = parkingLot();
    const { happens } = lot.deploy(withBadge(shownBadge(throwsAtPurchases)));
    await happens(ADA, called('Ada'));
    const before = await lot.live(ADA);
    expect(before.pass).toMatchObject({ custom: { badge: '1' } });
    const { parked } = await happens(ADA, bought('801'));
    expect(parked).toEqual(['badge@1']);
    expect(await lot.live(ADA)).toEqual(before);
    expect(lot.published).toHaveLength(1);
    expect(await lot.listed()).toMatchObject([
      { memberId: ADA, ref: 'badge@1', asOf: 1, parkedAt: at, triedAt: at, attempts: 1 },
    ]);
  });

  test('holds back nobody else, and no other member of the same batch', async () => {
    const lot = parkingLot();
    const { happens } = lot.deploy(withBadge(shownBadge(throwsFor)));
    await Promise.all([happens(ADA, called(CANARY)), happens(BEN, called('Ben'))]);
    await happens(BEN, bought('801'));
    expect(await lot.live(ADA)).toMatchObject({ ver: 0 });
    expect(await lot.live(BEN)).toMatchObject({ asOf: 2, pass: { custom: { badge: '2' } } });
    expect((await lot.listed()).map(({ memberId }) => memberId)).toEqual([ADA]);
  });

  test.each(['live', 'bulk'] as const)('folds everybody else of one batch, in the lane %s', async (lane) => {
    const lot = parkingLot();
    const { append, deps } = lot.deploy(withBadge(shownBadge(throwsFor)));
    const ids = Array.from({ length: 9 }, (_, member) => `003-${member}`);
    const pokes = [];
    for (const [member, memberId] of ids.entries())
      pokes.push(await append(memberId, called(member === 4 ? CANARY : 'Ben')));
    const folded = await foldMembers(deps)(pokes.map((one) => ({ ...one, cause: { ...one.cause, lane } })))();
    expect(folded.map((one) => E.isRight(one) && one.right.parked)).toEqual(
      ids.map((_, member) => (member === 4 ? ['badge@1'] : [])),
    );
    const lives = await Promise.all(ids.map(lot.live));
    expect(lives.map(({ asOf }) => asOf)).toEqual(ids.map((_, member) => (member === 4 ? 0 : 1)));
  });

  test('holds up no sweep: every other holder of a definition is rendered again, and the sweep comes to its end', async () => {
    const lot = parkingLot();
    const failing = withBadge(shownBadge(throwsAtPurchases));
    const { append, happens, deps } = lot.deploy(failing);
    for (const memberId of [ADA, BEN]) await happens(memberId, called('Ben'), granted);
    await append(ADA, bought('801'));
    const stream = definitionStream('a1');
    await got(lot.events.append(appendOf([spring], emptyHead(stream))));
    await got(foldDefinitions(deps)([{ id: 'a1', stream, version: 1 }]));
    expect(await got(sweep(deps))).toMatchObject({ failed: [] });
    expect((await got(lot.catalog.pointer())).sweep).toBeNull();
    expect((await lot.live(BEN)).pass?.promotions).toMatchObject([{ title: 'Spring' }]);
  });

  test('is tried again at every poke, which is acknowledged', async () => {
    const lot = parkingLot();
    const { happens } = lot.deploy(withBadge(shownBadge(throwsFor)));
    for (const news of [called(CANARY), bought('801'), bought('802')])
      expect((await happens(ADA, news)).parked).toEqual(['badge@1']);
    expect(await lot.listed()).toMatchObject([{ attempts: 3 }]);
  });

  test('loses nothing: once it does not throw, a single poke folds all that came meanwhile', async () => {
    const lot = parkingLot();
    const before = lot.deploy(withBadge(shownBadge(throwsAtPurchases)));
    await before.happens(ADA, called('Ada'));
    await before.happens(ADA, bought('801'));
    const { happens } = lot.deploy(withBadge(shownBadge()));
    await happens(ADA, bought('802'));
    expect(await lot.live(ADA)).toMatchObject({
      asOf: 3,
      pass: { custom: { badge: '3' }, spend: { purchases: 2 } },
    });
  });

  test.each<[string, Partial<AnyProjection>]>([
    ['view', { view: failing }],
    ['nextChangeAt', { nextChangeAt: failing }],
    ['onPass', { onPass: failing }],
    ['fold', { fold: failing }],
    ['evolve without a result', { evolve: () => undefined }],
    ['view without a result', { view: () => undefined }],
    ['nextChangeAt without a result', { nextChangeAt: () => Number.NaN }],
  ])('is parked wherever it throws: %s', async (_, faulty) => {
    const lot = parkingLot();
    const { happens } = lot.deploy(withBadge({ ...shownBadge(), ...faulty }));
    await happens(ADA, called('Ada'));
    expect(await lot.live(ADA)).toMatchObject({ ver: 0 });
    expect(await lot.listed()).toMatchObject([{ memberId: ADA, ref: 'badge@1', asOf: 0 }]);
    const fixed = lot.deploy(withBadge(shownBadge()));
    await got(retryParked({ ...fixed.deps, startedAt: at + 1 })('due', null));
    expect(await lot.live(ADA)).toMatchObject({ asOf: 1, pass: { custom: { badge: '1' } } });
    expect(await lot.listed()).toEqual([]);
  });

  test('at the instant when time alone changes its view: the pass stays, and others of that instant change', async () => {
    const lot = parkingLot();
    const atNoon = at + 60 * MINUTE;
    let faults = [new RangeError('noon')];
    const timed: AnyProjection = {
      ...shownBadge(),
      view: (events, { at: now }) => {
        if (Number(events) === 2 && now >= atNoon) for (const fault of faults) throw fault;
        return now >= atNoon ? 'late' : 'early';
      },
      nextChangeAt: (_, { at: now }) => (now < atNoon ? atNoon : null),
      onPass: (view) => ({ badge: String(view) }),
    };
    const { happens, deps } = lot.deploy(withBadge(timed));
    await happens(ADA, called('Ada'), bought('801'));
    await happens(BEN, called('Ben'));
    lot.wait(60 * MINUTE);
    expect(await got(tick(deps))).toMatchObject({ failed: [] });
    expect(await lot.live(ADA)).toMatchObject({ pass: { custom: { badge: 'early' } }, due: atNoon });
    expect(await lot.live(BEN)).toMatchObject({ pass: { custom: { badge: 'late' } }, due: null });
    faults = [];
    await got(tick(deps));
    expect(await lot.live(ADA)).toMatchObject({ pass: { custom: { badge: 'late' } } });
  });
});

describe('a projection that the pass does not need', () => {
  test('does not hold it back: LIVE says that it is parked', async () => {
    const lot = parkingLot();
    const { happens } = lot.deploy(withBadge(badge(throwsAtPurchases)));
    await happens(ADA, called('Ada'));
    expect((await lot.live(ADA)).states).toHaveProperty(['badge@1'], 1);
    await happens(ADA, bought('801'));
    const live = await lot.live(ADA);
    expect(live).toMatchObject({ asOf: 2, parked: ['badge@1'], pass: { spend: { purchases: 1 } } });
    expect(live.states).not.toHaveProperty(['badge@1']);
    expect(await lot.listed()).toMatchObject([{ memberId: ADA, ref: 'badge@1', asOf: 1 }]);
    expect(lot.published).toHaveLength(2);
  });

  test('is not read for again at every poke', async () => {
    const lot = parkingLot();
    const { happens, deps } = lot.deploy(withBadge(badge(throwsFor)));
    await happens(ADA, called(CANARY));
    lot.loads.length = 0;
    expect((await happens(ADA, bought('801'))).parked).toEqual([]);
    await got(foldMember(deps)(poke(ADA)));
    expect(lot.loads).toEqual([]);
    expect(await lot.listed()).toMatchObject([{ attempts: 1 }]);
  });

  test('catches up from the log once it is mended', async () => {
    const lot = parkingLot();
    const broken = lot.deploy(withBadge(badge(throwsFor)));
    await broken.happens(ADA, called(CANARY));
    await broken.happens(ADA, bought('801'));
    lot.wait(1);
    const { retry } = lot.deploy(withBadge(badge()));
    expect(await retry()).toMatchObject({ tried: 1, recovered: [{ memberId: ADA, ref: 'badge@1' }] });
    expect(await lot.live(ADA)).toMatchObject({ asOf: 2, parked: [], states: { 'badge@1': 2 } });
    expect(lot.published, 'the holder sees no difference').toHaveLength(2);
  });

  test('stays listed while the pass is held back by another, whose retry never came to it', async () => {
    const lot = parkingLot();
    const both = (fails: (event: MemberEvent) => void) => {
      const { main } = withBadge(badge(throwsFor));
      return { main: { ...main, crown: { ...shownBadge(fails), name: 'crown' } }, candidates: [] };
    };
    const broken = lot.deploy(both(throwsAtPurchases));
    await broken.happens(ADA, called(CANARY));
    await broken.happens(ADA, bought('801'));
    expect((await lot.listed()).map(({ ref }) => ref)).toEqual(['badge@1', 'crown@1']);
    lot.wait(1);
    const again = lot.deploy(both(throwsAtPurchases));
    expect(await again.retry()).toMatchObject({ tried: 1, recovered: [] });
    expect(await lot.listed()).toMatchObject([
      { ref: 'badge@1', attempts: 2 },
      { ref: 'crown@1', attempts: 2 },
    ]);
    expect(await again.retry(), 'both have had their turn').toMatchObject({ tried: 0 });
  });
});

describe('a faulty shadow', () => {
  const candidates: readonly [string, AnyProjection][] = [
    ['throws', badge(throwsFor, 2)],
    ['forgets to return', { ...badge(undefined, 2), evolve: () => undefined }],
    ['makes a state that is no JSON', { ...badge(undefined, 2), evolve: () => 1n }],
    ['begins with one', { ...badge(undefined, 2), initial: 1n, evolve: () => 1n }],
  ];
  test.each(candidates)('never holds back a pass: it %s', async (_, candidate) => {
    const lot = parkingLot();
    const { happens } = lot.deploy(onlyShadow(candidate));
    await happens(ADA, called(CANARY));
    expect(await lot.listed()).toMatchObject([{ memberId: ADA, ref: 'badge@2', asOf: 0, attempts: 1 }]);
    await happens(ADA, bought('801'));
    expect(await lot.live(ADA)).toMatchObject({ asOf: 2, parked: [], pass: { spend: { purchases: 1 } } });
    lot.wait(1);
    const fixed = lot.deploy(onlyShadow(badge(undefined, 2)));
    await fixed.retry();
    expect(await got(lot.shadows.load('badge@2', [ADA]))).toMatchObject([{ asOf: 2, state: 2, isParked: false }]);
    expect(await lot.listed()).toEqual([]);
    expect(lot.published).toHaveLength(2);
  });

  test('waits once it is parked: no poke folds it again', async () => {
    const lot = parkingLot();
    const { happens } = lot.deploy(onlyShadow(badge(throwsFor, 2)));
    await happens(ADA, called(CANARY));
    expect((await happens(ADA, bought('801'))).parked).toEqual([]);
    expect(await lot.listed()).toMatchObject([{ attempts: 1 }]);
  });
});

describe('the reason', () => {
  test.each([
    ['a message with a value, in lines like frames', badge(throwsFor, 2)],
    ['a name that is a value', badge(named(CANARY), 2)],
    ['a text that is thrown', badge(throwing(CANARY), 2)],
  ])('names the error and its place, and holds no value: %s', async (_, candidate) => {
    const lot = parkingLot();
    await lot.deploy(onlyShadow(candidate)).happens(ADA, called(CANARY));
    const [entry] = await lot.listed();
    expect(JSON.stringify(entry)).not.toContain(CANARY);
    expect(entry?.reason).toMatch(
      /^badge@2: (\w*Error at parking(\.test)?\.ts:\d+|something that is no Error) was thrown$/,
    );
  });

  test('tells the class of an error', async () => {
    class LedgerBroken extends Error {}
    const lot = parkingLot();
    const candidate = badge(() => {
      throw new LedgerBroken();
    }, 2);
    await lot.deploy(onlyShadow(candidate)).happens(ADA, called('Ada'));
    expect((await lot.listed())[0]?.reason).toMatch(/^badge@2: LedgerBroken at /);
  });
});

describe('trying again', () => {
  const parkedLot = async (...memberIds: readonly string[]) => {
    const lot = parkingLot();
    const broken = lot.deploy(withBadge(shownBadge(throwsFor)));
    for (const memberId of memberIds) await broken.happens(memberId, called(CANARY));
    return { lot, broken };
  };

  test('a process that started later tries at once: the pass is published, with all that was appended meanwhile', async () => {
    const { lot, broken } = await parkedLot(ADA);
    await broken.happens(ADA, bought('801'));
    lot.wait(1);
    const { retry } = lot.deploy(withBadge(shownBadge()));
    expect(await retry()).toEqual({
      ...{ tried: 1, failed: [], cursor: null },
      recovered: [{ memberId: ADA, ref: 'badge@1' }],
    });
    expect(await lot.live(ADA)).toMatchObject({ asOf: 2, pass: { custom: { badge: '2' }, spend: { purchases: 1 } } });
    expect(lot.published).toMatchObject([
      { memberId: ADA, change: { kind: 'WalletPassIssued', cause: { lane: 'bulk' } } },
    ]);
    expect(await lot.listed()).toEqual([]);
  });

  test('the same process waits twice as long after each attempt, six hours at most', async () => {
    const { lot, broken } = await parkedLot(ADA);
    const waits: number[] = [];
    for (let minutes = 0; minutes < 26 * 60; minutes++) {
      lot.wait(MINUTE);
      const { tried } = await broken.retry();
      if (tried > 0) waits.push(minutes + 1 - waits.reduce((sum, wait) => sum + wait, 0));
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 360, 360]);
    expect(await lot.listed()).toMatchObject([{ attempts: 11, parkedAt: at }]);
  });

  test('nor does it wait for a clock that was days ahead when it was tried last', async () => {
    const { lot, broken } = await parkedLot(ADA);
    lot.wait(9 * 24 * 60 * MINUTE);
    expect(await broken.retry()).toMatchObject({ tried: 1 });
    lot.wait(-9 * 24 * 60 * MINUTE);
    expect(await broken.retry()).toMatchObject({ tried: 1 });
    expect(await broken.retry()).toMatchObject({ tried: 0 });
  });

  test('by hand, nobody has to wait', async () => {
    const { lot, broken } = await parkedLot(ADA, BEN);
    expect(await broken.retry('due')).toMatchObject({ tried: 0 });
    expect(await broken.retry('all')).toMatchObject({ tried: 2, recovered: [] });
    expect(await lot.listed()).toMatchObject([{ attempts: 2 }, { attempts: 2 }]);
  });

  test('a member whose events cannot be read stops only itself, and waits like the others', async () => {
    const { lot } = await parkedLot(ADA, BEN);
    lot.wait(1);
    const { deps } = lot.deploy(withBadge(shownBadge()));
    const load: typeof deps.events.load = (stream, range) =>
      stream.includes(ADA)
        ? async () => E.left({ type: 'StoreCorrupt', where: stream, reason: 'a hole' })
        : deps.events.load(stream, range);
    const retry = retryParked({ ...deps, events: { load } });
    expect(await got(retry('due', null))).toMatchObject({
      tried: 2,
      recovered: [{ memberId: BEN }],
      failed: [{ memberId: ADA, reason: expect.stringContaining('a hole') }],
    });
    expect(await got(retry('due', null))).toMatchObject({ tried: 0 });
    expect(await lot.listed()).toMatchObject([{ memberId: ADA, attempts: 2 }]);
  });

  test('a store that does not answer for one member is asked again in the next round', async () => {
    const { lot } = await parkedLot(ADA, BEN);
    lot.wait(1);
    const { deps, retry } = lot.deploy(withBadge(shownBadge()));
    const load: typeof deps.views.load = (memberId) =>
      memberId === ADA
        ? async () => E.left({ type: 'StoreUnavailable', operation: 'load', reason: 'away' })
        : deps.views.load(memberId);
    const away = retryParked({ ...deps, views: { ...deps.views, load } });
    expect(await got(away('due', null))).toMatchObject({ recovered: [{ memberId: BEN }], failed: [{ memberId: ADA }] });
    expect(await lot.listed()).toMatchObject([{ memberId: ADA, attempts: 1 }]);
    expect(await retry()).toMatchObject({ recovered: [{ memberId: ADA }], failed: [] });
  });

  test('a member that the walk of a promotion found failing gets to its epoch, whatever it waited for besides', async () => {
    const lot = parkingLot();
    const deploy = (fails?: (event: MemberEvent) => void) =>
      lot.deploy(withBadge(shownBadge(), [{ ...shownBadge(fails), version: 2 }]));
    const [unaware, walking] = [deploy(throwsAtPurchases), deploy(throwsAtPurchases)];
    await unaware.happens(ADA, called('Ada'));
    const release: Release = { ...firstRelease, epoch: 2, versions: { badge: 2 }, before: {} };
    await got(lot.releases.replace({ ...release, walk: { cursor: null, pushesPerSecond: 1000 } }));
    await unaware.happens(ADA, bought('801'));
    await got(walkPromotion({ ...walking.deps, pause: () => Promise.resolve() }));
    expect(await got(lot.releases.load())).toMatchObject({ walk: null });
    await walking.happens(ADA, bought('802'));
    expect(await lot.live(ADA)).toMatchObject({ epoch: 1, asOf: 2 });

    lot.wait(1);
    // A new process knows of no promotion.
    expect(await deploy().retry()).toMatchObject({ recovered: [{ memberId: ADA, ref: 'badge@2' }] });
    expect(await lot.live(ADA)).toMatchObject({ epoch: 2, asOf: 3, states: { 'badge@2': 3 } });
  });

  test('two processes at once, or one killed before it took somebody off the list, do no harm', async () => {
    const { lot } = await parkedLot(ADA);
    lot.wait(1);
    const [one, two] = [lot.deploy(withBadge(shownBadge())), lot.deploy(withBadge(shownBadge()))];
    const killed = { ...one.deps, parked: { ...lot.parked, drop: () => async () => E.left(unavailable) } };
    expect(E.isLeft(await retryParked(killed)('due', null)())).toBe(true);
    expect(await lot.listed()).toHaveLength(1);
    await Promise.all([one.retry(), two.retry()]);
    expect(await lot.listed()).toEqual([]);
    expect(lot.published).toHaveLength(1);
  });

  test('who fails again between the retry and the list stays on it', async () => {
    const { lot, broken } = await parkedLot(ADA);
    lot.wait(1);
    const { deps } = lot.deploy(withBadge(shownBadge()));
    const drop: typeof deps.parked.drop = (entry) => async () => {
      await got(lot.parked.put({ ...entry, asOf: 0, reason: 'badge@1: Error', triedAt: at + 1 }));
      return lot.parked.drop(entry)();
    };
    await got(retryParked({ ...deps, parked: { ...lot.parked, drop } })('due', null));
    expect(await lot.listed()).toMatchObject([{ memberId: ADA, attempts: 2 }]);
    expect(await broken.retry()).toMatchObject({ tried: 0 });
  });

  test('what no code knows any more leaves the list after a day, or by hand; it is not called recovered', async () => {
    const { lot } = await parkedLot(ADA, BEN);
    const without = onlyShadow(badge(undefined, 2));
    lot.wait(MINUTE);
    const { retry } = lot.deploy(without);
    expect(await retry()).toMatchObject({ tried: 0, recovered: [] });
    expect(await lot.listed()).toHaveLength(2);
    expect(await retry('all')).toMatchObject({ tried: 0, recovered: [] });
    expect(await lot.listed()).toEqual([]);

    const other = await parkedLot(ADA);
    other.lot.wait(24 * 60 * MINUTE);
    await other.lot.deploy(without).retry();
    expect(await other.lot.listed()).toEqual([]);
  });

  test('a round looks at a thousand at most, and the next goes on behind them', async () => {
    const lot = parkingLot();
    const count = 1_050;
    for (let member = 0; member < count; member++)
      await got(
        lot.parked.put({ memberId: `003-${member}`, ref: 'badge@1', asOf: 0, reason: 'badge@1: Error', triedAt: at }),
      );
    lot.wait(1);
    const { retry } = lot.deploy(withBadge(shownBadge()));
    const first = await retry();
    expect(first.tried).toBe(1_000);
    expect(await retry('due', first.cursor)).toMatchObject({ tried: count - 1_000, cursor: null });
    expect(await lot.listed()).toEqual([]);
  });

  test('nothing parked is one look', async () => {
    const { deps } = parkingLot().deploy(withBadge(shownBadge()));
    expect(await got(retryParked(deps)('due', null))).toEqual({ tried: 0, recovered: [], failed: [], cursor: null });
  });

  test('a member parked in several projections is folded once', async () => {
    const lot = parkingLot();
    const broken = lot.deploy({ ...withBadge(badge(throwsFor)), candidates: [badge(throwsFor, 2)] });
    await broken.happens(ADA, called(CANARY), renamed(CANARY, 'Ada'));
    expect((await lot.listed()).map(({ ref }) => ref)).toEqual(['badge@1', 'badge@2']);
    lot.wait(1);
    const { retry } = lot.deploy({ ...withBadge(badge()), candidates: [badge(undefined, 2)] });
    expect(await retry()).toMatchObject({ tried: 1, recovered: [{ ref: 'badge@1' }, { ref: 'badge@2' }] });
  });
});

const unavailable = { type: 'StoreUnavailable', operation: 'drop', reason: 'killed' } as const;

function failing(): never {
  throw new TypeError(CANARY);
}

function named(name: string) {
  return (): never => {
    throw Object.assign(new Error(name), { name: `of ${name}` });
  };
}

function throwing(value: unknown) {
  return (): never => {
    throw value;
  };
}
