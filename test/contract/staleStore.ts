import { describe, expect, test } from 'vitest';
import type { RecordStore, StaleEntry, StaleStore } from '#domain/index.ts';
import { contactRecord, got, memberId, refused } from './given.ts';

export type StaleStoreSubject = { readonly stale: StaleStore; readonly records: RecordStore };

/** What every stale store promises, beside the record store that writes its entries about records. */
export const staleStoreContract = (name: string, open: () => Promise<StaleStoreSubject>): void => {
  describe(`${name} as a stale store`, () => {
    test('an entry appears with the write of its record, and leaves with one', async () => {
      const { stale, records } = await open();
      await got(records.commit({ records: [write(0, 'appears')], appends: [] }));
      expect(await got(stale.ofMember(memberId))).toEqual([entry]);
      expect(await got(stale.count())).toBe(1);
      await got(records.commit({ records: [write(1, 'clears')], appends: [] }));
      expect(await got(stale.ofMember(memberId))).toEqual([]);
      expect(await got(stale.list(null, 10))).toEqual({ entries: [], cursor: null });
    });

    test('a write that loses its race leaves no entry', async () => {
      const { stale, records } = await open();
      await got(records.commit({ records: [{ ...write(0, 'appears'), stale: [] }], appends: [] }));
      await refused(records.commit({ records: [write(0, 'appears')], appends: [] }));
      expect(await got(stale.count())).toBe(0);
    });

    test('a member has the entries of its own records and those of whole objects', async () => {
      const { stale, records } = await open();
      await got(stale.openObject('Order', 5));
      const others = [entry, { ...entry, owner: '003-other' }, { ...entry, id: '802', owner: null }];
      const changes = others.map((other) => ({ type: 'appears' as const, entry: other }));
      await got(records.commit({ records: [{ ...write(0, 'appears'), stale: changes }], appends: [] }));
      expect(await got(stale.ofMember(memberId))).toEqual([ofOrder(5), entry]);
      expect(await got(stale.count())).toBe(4);
      expect((await got(stale.list(null, 10))).entries[0]).toEqual(ofOrder(5));
    });

    test('a gap of an object stays closed when it, or an older one, is told again; a later one opens it', async () => {
      const { stale } = await open();
      await got(stale.openObject('Order', 5));
      await got(stale.close(ofOrder(5)));
      for (const again of [5, 4]) await got(stale.openObject('Order', again));
      expect(await got(stale.count())).toBe(0);
      await got(stale.openObject('Order', 6));
      expect(await got(stale.list(null, 10))).toEqual({ entries: [ofOrder(6)], cursor: null });
    });

    test('closing what a later gap has overtaken changes nothing', async () => {
      const { stale } = await open();
      await got(stale.openObject('Order', 5));
      await got(stale.openObject('Order', 6));
      await got(stale.close(ofOrder(5)));
      expect(await got(stale.count())).toBe(1);
      await got(stale.close(ofOrder(6)));
      await got(stale.close(ofOrder(6)));
      expect(await got(stale.count())).toBe(0);
    });

    test('a list goes on where the page before ended', async () => {
      const { stale } = await open();
      for (const object of ['Order', 'Contact', 'Voucher']) await got(stale.openObject(object, 1));
      const first = await got(stale.list(null, 2));
      const second = await got(stale.list(first.cursor, 2));
      expect([...first.entries, ...second.entries].map(({ object }) => object)).toEqual([
        'Contact',
        'Order',
        'Voucher',
      ]);
    });

    test('the last request of each object is remembered', async () => {
      const { stale } = await open();
      const request = { object: 'Order', scope: 'object', since: 5, requestedAt: 7 } as const;
      await got(stale.remember(request));
      await got(stale.remember({ ...request, requestedAt: 9 }));
      expect(await got(stale.requests())).toEqual([{ ...request, requestedAt: 9 }]);
    });
  });
};

const entry: StaleEntry = { scope: 'record', object: 'Order', id: '801', owner: memberId, since: 3 };
const ofOrder = (since: number): StaleEntry => ({ scope: 'object', object: 'Order', id: null, owner: null, since });

const write = (replaces: number, type: 'appears' | 'clears') => ({
  record: { ...contactRecord({ Status: 'Draft' }), ref: { object: 'Order', id: '801' } },
  replaces,
  keyId: 'record:Order/801',
  stale: [{ type, entry }],
});
