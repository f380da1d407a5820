import { describe, expect, test } from 'vitest';
import { firstRelease, type Release, type ReleaseStore } from '#domain/index.ts';
import { got, refused } from './given.ts';

/** What every release store promises. `open` gives an empty one. */
export const releaseStoreContract = (name: string, open: () => Promise<ReleaseStore>): void => {
  describe(`${name} as a release store`, () => {
    test('before any promotion, main versions are live in the first epoch', async () => {
      expect(await got((await open()).load())).toEqual(firstRelease);
    });

    test('a release is read as it was, with the way back and the walk that it asks for', async () => {
      const releases = await open();
      await got(releases.replace(releaseOf(2)));
      expect(await got(releases.load())).toEqual(releaseOf(2));
      await got(releases.replace({ ...releaseOf(3), before: null, walk: null }));
      expect(await got(releases.load())).toEqual({ ...releaseOf(3), before: null, walk: null });
    });

    test('one that does not follow the stored epoch loses the race', async () => {
      const releases = await open();
      for (const epoch of [1, 3])
        expect(await refused(releases.replace(releaseOf(epoch)))).toEqual({ type: 'ViewLostRace' });
      await got(releases.replace(releaseOf(2)));
      for (const epoch of [1, 2, 4])
        expect(await refused(releases.replace({ ...releaseOf(epoch), versions: {} }))).toEqual({
          type: 'ViewLostRace',
        });
      expect(await got(releases.load())).toEqual(releaseOf(2));
    });

    test('a walk remembers how far it came, and ends', async () => {
      const releases = await open();
      await got(releases.replace(releaseOf(2)));
      await got(releases.walkTo(2, 'member-5'));
      expect(await got(releases.load())).toEqual({
        ...releaseOf(2),
        walk: { cursor: 'member-5', pushesPerSecond: 50 },
      });
      await got(releases.walkTo(2, 'done'));
      expect(await got(releases.load())).toEqual({ ...releaseOf(2), walk: null });
      await got(releases.walkTo(2, 'member-9'));
      expect(await got(releases.load()), 'one that ended stays so').toEqual({ ...releaseOf(2), walk: null });
    });

    test('the revision floor only rises; who raises it learns where it is', async () => {
      const releases = await open();
      expect(await got(releases.floor())).toBe(0);
      expect(await got(releases.raiseFloor(256))).toBe(256);
      expect(await got(releases.raiseFloor(512))).toBe(512);
      expect(await got(releases.raiseFloor(256))).toBe(512);
      expect(await got(releases.floor())).toBe(512);
      expect((await got(releases.load())).epoch).toBe(1);
    });

    test('a promotion during a walk starts another; the older one is ignored', async () => {
      const releases = await open();
      await got(releases.walkTo(1, 'member-1'));
      await got(releases.replace(releaseOf(2)));
      await got(releases.walkTo(2, 'member-5'));
      await got(releases.replace(releaseOf(3)));
      for (const place of ['member-7', 'done', null] as const) await got(releases.walkTo(2, place));
      expect(await got(releases.load())).toEqual(releaseOf(3));
    });
  });
};

export const releaseOf = (epoch: number): Release => ({
  epoch,
  versions: { tier: epoch },
  before: epoch === 2 ? {} : { tier: epoch - 1 },
  walk: { cursor: null, pushesPerSecond: 50 },
  startedBy: `job-${epoch}`,
});
