import { describe, expect, test } from 'vitest';
import { type CatalogStore, emptyCatalog, type StoredCatalog } from '#domain/index.ts';
import { got, refused } from './given.ts';

/** What every catalog store promises. `open` gives an empty one. */
export const catalogStoreContract = (name: string, open: () => Promise<CatalogStore>): void => {
  describe(`${name} as a catalog store`, () => {
    test('before any definition the catalog is empty, at version 0, and nothing is pending', async () => {
      const catalog = await open();
      expect(await got(catalog.load())).toEqual({ catalog: emptyCatalog, asOf: {} });
      expect(await got(catalog.pointer())).toEqual({ version: 0, sweep: null });
    });

    test('a new version is read as it was, and asks for a sweep', async () => {
      const catalog = await open();
      await got(catalog.replace(catalogOf(1)));
      expect(await got(catalog.load())).toEqual(catalogOf(1));
      expect(await got(catalog.pointer())).toEqual({ version: 1, sweep: { cursor: null } });
    });

    test('a version that does not follow the stored one loses the race', async () => {
      const catalog = await open();
      expect(await refused(catalog.replace(catalogOf(2)))).toEqual({ type: 'ViewLostRace' });
      await got(catalog.replace(catalogOf(1)));
      expect(await refused(catalog.replace(catalogOf(1)))).toEqual({ type: 'ViewLostRace' });
      await got(catalog.replace(catalogOf(2)));
      expect(await got(catalog.load())).toEqual(catalogOf(2));
    });

    test('a sweep remembers how far it came, and ends', async () => {
      const catalog = await open();
      await got(catalog.replace(catalogOf(1)));
      await got(catalog.sweepTo(1, 'member-5'));
      expect(await got(catalog.pointer())).toEqual({ version: 1, sweep: { cursor: 'member-5' } });
      await got(catalog.sweepTo(1, 'done'));
      expect(await got(catalog.pointer())).toEqual({ version: 1, sweep: null });
      await got(catalog.sweepTo(1, 'member-9'));
      expect(await got(catalog.pointer())).toEqual({ version: 1, sweep: null });
    });

    test('a definition that changes during a sweep starts it over; the older sweep is ignored', async () => {
      const catalog = await open();
      await got(catalog.replace(catalogOf(1)));
      await got(catalog.sweepTo(1, 'member-5'));
      await got(catalog.replace(catalogOf(2)));
      await got(catalog.sweepTo(1, 'done'));
      expect(await got(catalog.pointer())).toEqual({ version: 2, sweep: { cursor: null } });
    });
  });
};

export const catalogOf = (version: number): StoredCatalog => ({
  catalog: {
    version,
    definitions: {
      a0X: { title: 'Frühlingsfest', terms: null, startsOn: '2026-03-01', endsOn: null, isActive: true, exists: true },
      a0Y: { title: null, terms: '長い'.repeat(700), startsOn: null, endsOn: null, isActive: false, exists: false },
    },
  },
  asOf: { a0X: 3, a0Y: version },
});
