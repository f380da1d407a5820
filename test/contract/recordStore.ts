import { describe, expect, test } from 'vitest';
import {
  type EventStore,
  emptyHead,
  forgottenRegister,
  type KeyStore,
  memberKeyId,
  memberStream,
  type QuarantineStore,
  type RecordStore,
  type RecordWrite,
  type SourceRecord,
  unheardOf,
} from '#domain/index.ts';
import { appendOf, bought, contactRecord, enrolled, got, memberId, origin, refused, stampOf, stream } from './given.ts';

export type RecordStoreSubject = {
  readonly records: RecordStore;
  readonly events: EventStore;
  readonly keys: KeyStore;
  readonly quarantine: QuarantineStore;
};

/** What every record store promises. `open` gives an empty one that knows FirstName of Contact as personal. */
export const recordStoreContract = (name: string, open: () => Promise<RecordStoreSubject>): void => {
  describe(`${name} as a record store`, () => {
    test('what was never stored is unheard of, and answers come in the order asked', async () => {
      const { records } = await open();
      await got(records.commit({ records: [writeOf(contact)], appends: [] }));
      expect(await got(records.load([other, contact.ref, other]))).toEqual([
        { record: unheardOf(other), ver: 0 },
        { record: contact, ver: 1 },
        { record: unheardOf(other), ver: 0 },
      ]);
      expect(await got(records.load([]))).toEqual([]);
    });

    test('every register comes back as it was: other stamps, empty values, a gap, no existence', async () => {
      const { records } = await open();
      const record: SourceRecord = {
        ...contact,
        fields: {
          ...contact.fields,
          City: { value: null, stamp: stampOf(9) },
          LastName: { value: 'Ж', stamp: stampOf(2) },
        },
        existence: null,
        gap: { since: 5, reReadAt: null },
      };
      await got(records.commit({ records: [writeOf(record)], appends: [] }));
      expect(await got(records.load([contact.ref]))).toEqual([{ record, ver: 1 }]);
    });

    test('a record and its events are written together, and the heads are told', async () => {
      const { records, events } = await open();
      const heads = await got(records.commit({ records: [writeOf(contact)], appends: [appendOf([enrolled('Zoë')])] }));
      expect(heads).toMatchObject([{ stream, version: 1 }]);
      expect(await got(events.load(stream))).toMatchObject([{ version: 1, events: [enrolled('Zoë')] }]);
    });

    test('a record written meanwhile loses the race: nothing is written, and the refusal tells what is stored', async () => {
      const { records, events } = await open();
      await got(records.commit({ records: [writeOf(contact)], appends: [] }));
      const late = { records: [writeOf(orderOf('801')), writeOf(contact)], appends: [appendOf([enrolled('Zoë')])] };
      expect(await refused(records.commit(late))).toEqual({
        type: 'LostRace',
        records: [{ record: contact, ver: 1 }],
        heads: [],
      });
      expect(await got(events.load(stream))).toEqual([]);
      expect(await got(records.load([orderOf('801').ref]))).toMatchObject([{ ver: 0 }]);
    });

    test('a stream written meanwhile loses the race, and the refusal tells its head', async () => {
      const { records, events } = await open();
      await got(events.append(appendOf([bought('801'), bought('802')])));
      const behind = { records: [writeOf(contact)], appends: [appendOf([enrolled('Zoë')])] };
      expect(await refused(records.commit(behind))).toMatchObject({
        type: 'LostRace',
        records: [],
        heads: [{ stream, version: 2 }],
      });
      expect(await got(records.load([contact.ref]))).toMatchObject([{ ver: 0 }]);
    });

    test('a record that is expected and absent loses the race as unheard of', async () => {
      const { records } = await open();
      const failure = await refused(records.commit({ records: [{ ...writeOf(contact), replaces: 3 }], appends: [] }));
      expect(failure).toMatchObject({ type: 'LostRace', records: [{ record: unheardOf(contact.ref), ver: 0 }] });
    });

    test('of many writers of one record exactly one wins', async () => {
      const { records } = await open();
      const races = await Promise.all(
        Array.from({ length: 12 }, (_, writer) =>
          records.commit({ records: [writeOf(contactRecord({ FirstName: `Zoë ${writer}` }))], appends: [] })(),
        ),
      );
      expect(races.filter(({ _tag }) => _tag === 'Right')).toHaveLength(1);
    });

    test('one transaction reaches several records and several streams', async () => {
      const { records, events } = await open();
      const moved = [appendOf([bought('801')]), appendOf([bought('801')], emptyHead(memberStream('003-other')))];
      await got(records.commit({ records: [writeOf(contact), writeOf(orderOf('801'))], appends: moved }));
      expect(await got(events.head(memberStream('003-other')))).toMatchObject({ version: 1 });
      expect(await got(records.load([orderOf('801').ref]))).toMatchObject([{ ver: 1 }]);
    });

    test('a record sealed under another key than before is read under the new one', async () => {
      const { records, keys } = await open();
      await got(records.commit({ records: [{ ...writeOf(contact), keyId: 'record:Contact/1' }], appends: [] }));
      await got(records.commit({ records: [{ ...writeOf(contact), replaces: 1 }], appends: [] }));
      await got(keys.destroy('record:Contact/1'));
      expect(await got(records.load([contact.ref]))).toEqual([{ record: contact, ver: 2 }]);
    });

    test('a destroyed key takes the personal fields, for good: what is written later is not readable either', async () => {
      const { records, keys } = await open();
      await got(records.commit({ records: [writeOf(contact)], appends: [] }));
      await got(keys.destroy(memberKeyId(memberId)));
      const forgotten = { ...contact, fields: { ...contact.fields, FirstName: forgottenRegister } };
      expect(await got(records.load([contact.ref]))).toEqual([{ record: forgotten, ver: 1 }]);
      await got(records.commit({ records: [{ ...writeOf(contact), replaces: 1 }], appends: [] }));
      expect(await got(records.load([contact.ref]))).toEqual([{ record: forgotten, ver: 2 }]);
      const lost = await refused(records.commit({ records: [writeOf(contact)], appends: [] }));
      expect(lost).toMatchObject({ type: 'LostRace', records: [{ record: forgotten, ver: 2 }] });
    });

    test('the row that had the last word is kept with its write, and gone with the next one that has none', async () => {
      const { records } = await open();
      for (const record of [contact, orderOf('801')]) {
        const write = writeOf(record);
        await got(records.commit({ records: [{ ...write, lastRow: 'a1' }], appends: [] }));
        expect(await got(records.load([record.ref]))).toEqual([{ record, ver: 1, lastRow: 'a1' }]);
        expect(await refused(records.commit({ records: [write], appends: [] }))).toMatchObject({
          records: [{ ver: 1, lastRow: 'a1' }],
        });
        await got(records.commit({ records: [{ ...write, replaces: 1 }], appends: [] }));
        expect(await got(records.load([record.ref]))).toEqual([{ record, ver: 2 }]);
      }
    });

    test('of rows only the records are read whose last row was another one, in the order asked', async () => {
      const { records } = await open();
      const order = orderOf('801');
      const writes = [
        { ...writeOf(contact), lastRow: 'a1' },
        { ...writeOf(order), lastRow: 'b1' },
        writeOf(orderOf('802')),
      ];
      await got(records.commit({ records: writes, appends: [] }));
      const rows = [
        { ref: order.ref, hash: 'b1' },
        { ref: order.ref, hash: 'a1' },
        { ref: other, hash: 'a1' },
        { ref: contact.ref, hash: 'a1' },
        { ref: contact.ref, hash: 'b1' },
        { ref: orderOf('802').ref, hash: 'a1' },
      ];
      expect(await got(records.loadChanged(rows))).toEqual([
        null,
        { record: order, ver: 1, lastRow: 'b1' },
        { record: unheardOf(other), ver: 0 },
        null,
        { record: contact, ver: 1, lastRow: 'a1' },
        { record: orderOf('802'), ver: 1 },
      ]);
      expect(await got(records.loadChanged([]))).toEqual([]);
    });

    test('a destroyed key takes the last row with the personal fields that it held', async () => {
      const { records, keys } = await open();
      await got(records.commit({ records: [{ ...writeOf(contact), lastRow: 'a1' }], appends: [] }));
      await got(keys.destroy(memberKeyId(memberId)));
      const forgotten = { ...contact, fields: { ...contact.fields, FirstName: forgottenRegister } };
      expect(await got(records.loadChanged([{ ref: contact.ref, hash: 'a1' }]))).toEqual([
        { record: forgotten, ver: 1 },
      ]);
      await got(records.commit({ records: [{ ...writeOf(contact), replaces: 1, lastRow: 'a1' }], appends: [] }));
      expect(await got(records.load([contact.ref]))).toEqual([{ record: forgotten, ver: 2 }]);
    });

    test('a scan finds every record of one object, page by page and segment by segment, and no personal field', async () => {
      const { records } = await open();
      const refs = Array.from({ length: 25 }, (_, index) => `801-${String(index).padStart(2, '0')}`);
      await got(
        records.commit({ records: [...refs.map((id) => writeOf(orderOf(id))), writeOf(contact)], appends: [] }),
      );
      const found: SourceRecord[] = [];
      for (const segment of [0, 1]) {
        let cursor: string | null = null;
        do {
          const page: { records: readonly SourceRecord[]; cursor: string | null } = await got(
            records.scanObject('Order', { segment, segments: 2, cursor, limit: 4 }),
          );
          found.push(...page.records);
          cursor = page.cursor;
        } while (cursor !== null);
      }
      expect(found.map(({ ref }) => ref.id).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(refs);
      expect(found[0]).toMatchObject({ existence: { says: 'exists' }, fields: { Status: { value: 'Activated' } } });
      const all = { segment: 0, segments: 1, cursor: null, limit: 100 };
      const [scanned] = (await got(records.scanObject('Contact', all))).records;
      expect(scanned).toEqual({ ...contact, fields: { ...contact.fields, FirstName: forgottenRegister } });
    });

    test('a fault appears in quarantine with the record that has it and leaves with it', async () => {
      const { records, quarantine } = await open();
      const fault = { origin, fault: { path: 'Order.TotalAmount', expected: 'expected at most 2 decimals for EUR' } };
      const order = orderOf('801');
      await got(records.commit({ records: [{ ...writeOf(order), fault }], appends: [] }));
      expect(await got(quarantine.list(null, 10))).toMatchObject({
        items: [{ id: 'record:Order/801', type: 'record', path: 'Order.TotalAmount', reason: fault.fault.expected }],
      });
      await refused(records.commit({ records: [{ ...writeOf(order), fault: null }], appends: [] }));
      await got(records.commit({ records: [{ ...writeOf(order), replaces: 1 }], appends: [] }));
      expect(await got(quarantine.count())).toBe(1);
      await got(records.commit({ records: [{ ...writeOf(order), replaces: 2, fault: null }], appends: [] }));
      expect(await got(quarantine.count())).toBe(0);
    });
  });
};

const contact = contactRecord({ FirstName: 'Zoë', MemberNumber__c: 'M-1', LastName: 'Roth' });
const other = { object: 'Contact', id: '003-other' };

const orderOf = (id: string): SourceRecord => ({
  ...contactRecord({ Status: 'Activated' }),
  ref: { object: 'Order', id },
});

const writeOf = (record: SourceRecord): RecordWrite => ({ record, replaces: 0, keyId: memberKeyId(memberId) });
