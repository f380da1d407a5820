import { describe, expect, test } from 'vitest';
import type { Live, Shadow, ShadowStore, ViewStore } from '#domain/index.ts';
import { got, refused } from './given.ts';
import { liveOf } from './viewStore.ts';

export type ShadowStoreSubject = { readonly shadows: ShadowStore; readonly views: ViewStore };

/** What every shadow store promises, beside the view store whose table it may share. `open` gives empty ones. */
export const shadowStoreContract = (name: string, open: () => Promise<ShadowStoreSubject>): void => {
  describe(`${name} as a shadow store`, () => {
    test('what nobody folded is null', async () => {
      const { shadows } = await open();
      expect(await got(shadows.load('tier@2', ['003-1']))).toEqual([null]);
      expect(await got(shadows.load('tier@2', []))).toEqual([]);
    });

    test.each([
      ['null', null],
      ['a text', 'gold'],
      ['nested', { days: [{ '2026-03-01': 1250 }], last: null }],
      ['a long one', Object.fromEntries(Array.from({ length: 400 }, (_, day) => [`day ${day}`, 'état']))],
    ])('a state is read as it was folded: %s', async (_, state) => {
      const { shadows } = await open();
      await got(shadows.replace({ ...shadowOf('003-1'), state }));
      expect(await got(shadows.load('tier@2', ['003-1']))).toEqual([{ ...shadowOf('003-1'), state }]);
    });

    test('several are loaded in the order asked for, more than a hundred too', async () => {
      const { shadows } = await open();
      const members = Array.from({ length: 101 }, (_, member) => `003-${member}`);
      for (const member of ['003-100', '003-2']) await got(shadows.replace(shadowOf(member)));
      const loaded = await got(shadows.load('tier@2', members));
      expect(loaded).toEqual(
        members.map((member) => (member === '003-100' || member === '003-2' ? shadowOf(member) : null)),
      );
    });

    test('each version of each projection has its own, also of one member', async () => {
      const { shadows } = await open();
      for (const ref of ['tier@2', 'tier@22', 'badge@2']) await got(shadows.replace({ ...shadowOf('003-1'), ref }));
      await got(shadows.replace({ ...shadowOf('003-1'), asOf: 9, ver: 2 }));
      expect(await got(shadows.load('tier@22', ['003-1']))).toEqual([{ ...shadowOf('003-1'), ref: 'tier@22' }]);
      expect((await got(shadows.load('tier@2', ['003-1'])))[0]?.asOf).toBe(9);
    });

    test('only the one that a fold started from is replaced: a late fold loses the race', async () => {
      const { shadows } = await open();
      await got(shadows.replace(shadowOf('003-1')));
      await got(shadows.replace({ ...shadowOf('003-1'), ver: 2, asOf: 5 }));
      for (const late of [{ ver: 2 }, { ver: 1 }, { ver: 4 }])
        expect(await refused(shadows.replace({ ...shadowOf('003-1'), asOf: 4, ...late }))).toEqual({
          type: 'ViewLostRace',
        });
      expect(await refused(shadows.replace({ ...shadowOf('003-2'), ver: 2 }))).toEqual({ type: 'ViewLostRace' });
      expect(await got(shadows.load('tier@2', ['003-1']))).toEqual([{ ...shadowOf('003-1'), ver: 2, asOf: 5 }]);
    });

    test('one that is parked says so, until it is not any more', async () => {
      const { shadows } = await open();
      await got(shadows.replace({ ...shadowOf('003-1'), isParked: true }));
      expect(await got(shadows.load('tier@2', ['003-1']))).toMatchObject([{ isParked: true }]);
      await got(shadows.replace({ ...shadowOf('003-1'), ver: 2 }));
      expect(await got(shadows.load('tier@2', ['003-1']))).toMatchObject([{ isParked: false }]);
    });

    const circle: Record<string, unknown> = {};
    circle.self = circle;
    test.each([
      ['undefined', undefined],
      ['a BigInt', { points: 1n }],
      ['a circle', circle],
    ])('a state that is no JSON is refused for good, and nothing is stored: %s', async (_, state) => {
      const { shadows } = await open();
      expect(await refused(shadows.replace({ ...shadowOf('003-1'), state }))).toMatchObject({ type: 'Unstorable' });
      expect(await got(shadows.load('tier@2', ['003-1']))).toEqual([null]);
    });

    test('no scan and no look at what is due meets a shadow', async () => {
      const { shadows, views } = await open();
      for (let member = 0; member < 10; member++) await got(shadows.replace(shadowOf(`003-${member}`)));
      await got(views.replace(liveOf('003-5')));
      const seen: string[] = [];
      for (let cursor: string | null = null; ; ) {
        const page: { lives: readonly Live[]; cursor: string | null } = await got(views.scan(cursor, 3));
        seen.push(...page.lives.map(({ memberId }) => memberId));
        cursor = page.cursor;
        if (cursor === null) break;
      }
      expect(seen).toEqual(['003-5']);
      expect(await got(views.due(Number.MAX_SAFE_INTEGER, 100))).toEqual(['003-5']);
    });
  });
};

export const shadowOf = (memberId: string): Shadow => ({
  ...{ memberId, ref: 'tier@2', asOf: 3, isParked: false, ver: 1 },
  state: { '2026-03-01': { minorUnits: 1250, orders: 1 } },
});
