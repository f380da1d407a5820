import * as O from 'fp-ts/lib/Option.js';
import { describe, expect, test } from 'vitest';
import type { QuarantineItem, QuarantineStore } from '#domain/index.ts';
import { at, got } from './given.ts';

/** What every quarantine store promises. `open` gives an empty one. */
export const quarantineStoreContract = (name: string, open: () => Promise<QuarantineStore>): void => {
  describe(`${name} as a quarantine store`, () => {
    test('an item is kept with its content, and listed without', async () => {
      const quarantine = await open();
      await got(quarantine.put([itemOf('a'), { ...itemOf('b'), content: null }]));
      expect(await got(quarantine.get('a'))).toEqual(O.some(itemOf('a')));
      expect((await got(quarantine.list(null, 10))).items).toEqual([
        { ...itemOf('a'), content: null },
        { ...itemOf('b'), content: null },
      ]);
    });

    test('an id that is not there is nothing to read and nothing to drop', async () => {
      const quarantine = await open();
      expect(await got(quarantine.get('a'))).toEqual(O.none);
      await got(quarantine.drop('a'));
      expect(await got(quarantine.count())).toBe(0);
      expect(await got(quarantine.list(null, 10))).toEqual({ items: [], cursor: null });
    });

    test('the same id again replaces the item, in one call too', async () => {
      const quarantine = await open();
      await got(quarantine.put([itemOf('a'), { ...itemOf('a'), reason: 'expected a date' }]));
      await got(quarantine.put([{ ...itemOf('a'), reason: 'expected text' }]));
      expect(await got(quarantine.count())).toBe(1);
      expect(await got(quarantine.get('a'))).toMatchObject({ value: { reason: 'expected text' } });
    });

    test('what is dropped is gone, and nothing else', async () => {
      const quarantine = await open();
      await got(quarantine.put([itemOf('a'), itemOf('b')]));
      await got(quarantine.drop('a'));
      expect((await got(quarantine.list(null, 10))).items.map(({ id }) => id)).toEqual(['b']);
    });

    test('a list goes on where the page before ended, by id', async () => {
      const quarantine = await open();
      const ids = Array.from({ length: 60 }, (_, index) => `id-${String(index).padStart(2, '0')}`);
      await got(quarantine.put(ids.toReversed().map(itemOf)));
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: { items: readonly QuarantineItem[]; cursor: string | null } = await got(
          quarantine.list(cursor, 25),
        );
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.cursor;
      } while (cursor !== null);
      expect(seen).toEqual(ids);
      expect(await got(quarantine.count())).toBe(60);
    });
  });
};

export const itemOf = (id: string): QuarantineItem => ({
  id,
  type: 'input',
  origin: { type: 'file', file: 'Order/1/part', offset: 512 },
  path: 'Order.TotalAmount',
  reason: 'expected a decimal number',
  quarantinedAt: at,
  content: '{"detail":{"FirstName":"Zoë-canary"}}',
});
