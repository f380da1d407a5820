import { describe, expect, test } from 'vitest';
import { byRef, initialStates, type Live, type Pass, unseen, type ViewStore } from '#domain/index.ts';
import { at, got, memberFacts, refused } from './given.ts';

/** What every view store promises. `open` gives an empty one. */
export const viewStoreContract = (name: string, open: () => Promise<ViewStore>): void => {
  describe(`${name} as a view store`, () => {
    test('a member never folded is unseen', async () => {
      const views = await open();
      expect(await got(views.load('003-1'))).toEqual(unseen('003-1'));
    });

    test('what replaces LIVE is read as it was', async () => {
      const views = await open();
      await got(views.replace(liveOf('003-1')));
      expect(await got(views.load('003-1'))).toEqual(liveOf('003-1'));
    });

    test('a provisional member, without pass, due or change, is read as it was', async () => {
      const views = await open();
      const live = { ...liveOf('003-1'), pass: null, due: null, change: null, revision: 0 };
      await got(views.replace(live));
      expect(await got(views.load('003-1'))).toEqual(live);
    });

    test('a write that changes nothing visible clears the change of the write before', async () => {
      const views = await open();
      await got(views.replace(liveOf('003-1')));
      await got(views.replace({ ...liveOf('003-1'), ver: 2, change: null }));
      expect((await got(views.load('003-1'))).change).toBeNull();
    });

    test('only the item that a fold started from is replaced: a late fold loses the race', async () => {
      const views = await open();
      await got(views.replace(liveOf('003-1')));
      await got(views.replace({ ...liveOf('003-1'), ver: 2, asOf: 5 }));
      expect(await refused(views.replace({ ...liveOf('003-1'), ver: 2, asOf: 4 }))).toEqual({ type: 'ViewLostRace' });
      expect(await refused(views.replace({ ...liveOf('003-1'), asOf: 4 }))).toEqual({ type: 'ViewLostRace' });
      expect(await refused(views.replace({ ...liveOf('003-2'), ver: 2 }))).toEqual({ type: 'ViewLostRace' });
      expect(await got(views.load('003-1'))).toMatchObject({ ver: 2, asOf: 5 });
    });

    test('due lists the members whose instant has come, earliest first, up to the limit', async () => {
      const views = await open();
      for (let member = 1; member <= 20; member++)
        await got(views.replace({ ...liveOf(`003-${member}`), due: at + member }));
      await got(views.replace({ ...liveOf('003-never'), due: null }));
      expect(await got(views.due(at + 3, 100))).toEqual(['003-1', '003-2', '003-3']);
      expect(await got(views.due(at + 1_000, 5))).toEqual(['003-1', '003-2', '003-3', '003-4', '003-5']);
      expect(await got(views.due(at, 100))).toEqual([]);
    });

    test('a member is due no longer when its LIVE says so', async () => {
      const views = await open();
      await got(views.replace(liveOf('003-1')));
      await got(views.replace({ ...liveOf('003-1'), ver: 2, due: null }));
      expect(await got(views.due(at + 1_000_000, 100))).toEqual([]);
    });

    test('several are loaded at once, in the order asked for; who is not there is unseen', async () => {
      const views = await open();
      await got(views.replace(liveOf('003-2')));
      expect(await got(views.loadMany(['003-1', '003-2', '003-3']))).toEqual([
        unseen('003-1'),
        liveOf('003-2'),
        unseen('003-3'),
      ]);
    });

    test('what several have folded is loaded at once, states as the text they are stored as', async () => {
      const views = await open();
      const live = {
        ...liveOf('003-2'),
        parked: ['streak@2'],
        states: { ...liveOf('003-2').states, 'long@1': 'x'.repeat(5000) },
      };
      await got(views.replace(live));
      const [none, folded] = await got(views.loadFolded(['003-1', '003-2']));
      expect(none).toMatchObject({ ver: 0, asOf: 0 });
      const { ver, asOf, epoch, parked, states } = live;
      expect(folded).toMatchObject({ ver, asOf, epoch, parked, statesText: JSON.stringify(states) });
    });

    test('states and parked projections are kept as they were folded, whatever versions they are of', async () => {
      const views = await open();
      const live = { ...liveOf('003-1'), states: { 'tier@7': [1], 'badge@1': null }, parked: ['streak@2'] };
      await got(views.replace(live));
      expect(await got(views.load('003-1'))).toEqual(live);
    });

    test('a state that is no JSON is refused for good, and nothing is stored', async () => {
      const views = await open();
      const live = { ...liveOf('003-1'), states: { 'badge@1': 1n } };
      expect(await refused(views.replace(live))).toMatchObject({ type: 'Unstorable' });
      expect(await got(views.load('003-1'))).toEqual(unseen('003-1'));
    });

    test('a scan passes every member once, page by page, in an order that stays', async () => {
      const views = await open();
      const members = Array.from({ length: 25 }, (_, member) => `003-${member}`);
      for (const member of members) await got(views.replace(liveOf(member)));
      const once = await scanned(views);
      expect(once).toHaveLength(members.length);
      expect(new Set(once)).toEqual(new Set(members));
      expect(await scanned(views)).toEqual(once);
    });
  });
};

const scanned = async (views: ViewStore): Promise<readonly string[]> => {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { lives: readonly Live[]; cursor: string | null } = await got(views.scan(cursor, 10));
    seen.push(...page.lives.map(({ memberId }) => memberId));
    cursor = page.cursor;
  } while (cursor !== null);
  return seen;
};

export const liveOf = (memberId: string): Live => ({
  ...unseen(memberId),
  asOf: 3,
  evaluatedAt: at,
  epoch: 2,
  catalogVersion: 7,
  states: byRef({
    ...initialStates,
    holder: memberFacts('Zoë'),
    tier: { '2026-03': { '2026-03-01': { minorUnits: 1250, orders: 1 } } },
  }),
  pass: passOf(memberId),
  revision: 4,
  due: at + 1,
  change: {
    kind: 'WalletPassUpdated',
    changed: ['holder.firstName'],
    cause: { lane: 'live', causationId: 'c', correlationId: 'event e-1' },
  },
  ver: 1,
});

const passOf = (memberId: string): Pass => ({
  memberId,
  memberNumber: 'M-1',
  status: 'active',
  holder: { firstName: 'Zoë', lastName: 'Roth' },
  memberSince: '2020-01-01',
  tier: { name: 'Member', qualifyingSpend: { amount: '12.50', currency: 'EUR' }, next: null, progress: 0.02 },
  spend: { lifetime: [{ amount: '12.50', currency: 'EUR' }], last12Months: [], purchases: 1, lastPurchaseOn: null },
  promotions: [],
});
