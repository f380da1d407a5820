import { describe, expect, test } from 'vitest';
import { type ReadChangeEvent, readChangeEvent } from '#adapters/source/changeEvent.ts';
import { parseExactJson } from '#adapters/source/exactJson.ts';
import { type Observation, retail } from '#domain/index.ts';

const ID = '8018d0000000001AAA';
const CANARY = 'Zx9-canary';
const COMMITTED_AT = 1_793_613_600_000;

type Header = Readonly<Record<string, unknown>>;
const HEADER: Header = {
  ...{ entityName: 'Order', recordIds: [ID], changeType: 'UPDATE', commitTimestamp: COMMITTED_AT },
  ...{ commitNumber: 1100638524999, sequenceNumber: 1, changedFields: [] },
};
const change = (header: Header, body: object = {}): object => ({
  ChangeEventHeader: { ...HEADER, ...header },
  ...body,
});

/** AppFlow: the change itself. Event Relay: the same under payload. */
const envelopes: readonly (readonly [string, (changed: object) => object, string])[] = [
  ['AppFlow', (changed) => changed, 'detail'],
  ['Event Relay', (payload) => ({ schemaId: 'x', payload, event: { replayId: 184467 } }), 'detail.payload'],
];

const readText = (json: string): ReadChangeEvent => readChangeEvent(retail, parseExactJson(json), 'event-1');
const readIn = (wrap: (changed: object) => object, header: Header, body: object = {}): ReadChangeEvent =>
  readText(JSON.stringify(wrap(change(header, body))));
const onlyOne = ({ observations, faults }: ReadChangeEvent): Observation => {
  expect(faults).toEqual([]);
  expect(observations).toHaveLength(1);
  return observations[0]!;
};

describe.each(envelopes)('a change event of %s', (_, wrap, path) => {
  const read = (header: Header, body?: object) => readIn(wrap, header, body);
  const updated = (changedFields: readonly string[], body: object, entityName = 'Order') =>
    onlyOne(read({ entityName, changedFields }, body)).fields;

  test('UPDATE says only the fields that it names: null is cleared, so is absent; unnamed is unsaid', () => {
    expect(
      updated(['Status', 'TotalAmount', 'EffectiveDate'], {
        Status: 'Activated',
        TotalAmount: null,
        OrderNumber: null,
        CurrencyIsoCode: 'EUR',
      }),
    ).toEqual({ Status: 'Activated', TotalAmount: null, EffectiveDate: null });
  });

  test('UPDATE names parts of a compound, which may be null as a whole', () => {
    expect(updated(['Name.FirstName'], { Name: { FirstName: 'Ines', LastName: 'Roth' } }, 'Contact')).toEqual({
      FirstName: 'Ines',
    });
    expect(updated(['Name.FirstName'], { Name: { LastName: null } }, 'Contact')).toEqual({ FirstName: null });
    expect(updated(['Name.FirstName'], { Name: null }, 'Contact')).toEqual({ FirstName: null });
    expect(updated(['Name.FirstName'], {}, 'Contact')).toEqual({ FirstName: null });
    expect(updated(['FirstName'], { Name: { FirstName: 'Ines' } }, 'Contact')).toEqual({ FirstName: 'Ines' });
    expect(updated(['FirstName'], { FirstName: 'Ines' }, 'Contact')).toEqual({ FirstName: 'Ines' });
  });

  test('UPDATE that names a compound as a whole speaks for the parts it holds; null, for all', () => {
    expect(updated(['Name'], { Name: { FirstName: 'Ines' } }, 'Contact')).toEqual({ FirstName: 'Ines' });
    expect(updated(['Name'], { Name: null }, 'Contact')).toEqual({ FirstName: null, LastName: null });
  });

  test.each(['CREATE', 'UNDELETE'])(
    '%s says every field: absent is empty, but for what change events never carry',
    (changeType) => {
      const { fields, existence } = onlyOne(
        read({ changeType, entityName: 'Contact' }, { Name: { LastName: 'Roth' } }),
      );
      expect(existence?.says).toBe('exists');
      // MasterRecordId is only in rows: unsaid.
      expect(fields).toEqual({
        MemberNumber__c: null,
        FirstName: null,
        LastName: 'Roth',
        Email: null,
        MemberSince__c: null,
      });
    },
  );

  test('CREATE says a field of rows when it does carry it', () => {
    expect(
      onlyOne(read({ changeType: 'CREATE', entityName: 'Promotion__c' }, { Terms__c: 'Once' })).fields.Terms__c,
    ).toBe('Once');
    expect(onlyOne(read({ changeType: 'CREATE', entityName: 'Promotion__c' })).fields).not.toHaveProperty('Terms__c');
  });

  test('a long text that comes as a difference is unsaid', () => {
    const diff = { Terms__c: { diff: '--- \n+++ 0a1b\n@@ -1 +1 @@' } };
    expect(updated(['Terms__c'], diff, 'Promotion__c')).toEqual({});
  });

  test('DELETE is header only, whatever the body says', () => {
    const gone = onlyOne(read({ changeType: 'DELETE' }, { Status: 'Activated' }));
    expect(gone).toMatchObject({ fields: {}, existence: { says: 'gone' }, gapAt: null });
  });

  test.each(['GAP_CREATE', 'GAP_UPDATE', 'GAP_DELETE', 'GAP_UNDELETE'])(
    '%s says that something is not known, since when',
    (changeType) => {
      expect(onlyOne(read({ changeType }))).toMatchObject({ fields: {}, existence: null, gapAt: COMMITTED_AT });
    },
  );

  test('speaks of several records at once', () => {
    const { observations } = read(
      { recordIds: [ID, '8018d0000000002'], changedFields: ['Status'] },
      { Status: 'Draft' },
    );
    expect(observations.map(({ record }) => record.id)).toEqual([ID, '8018d0000000002AAA']);
    expect(new Set(observations.map(({ fields }) => JSON.stringify(fields))).size).toBe(1);
  });

  test('of which one id cannot be read still speaks of the others', () => {
    const { observations, faults } = read({ recordIds: [CANARY, ID] });
    expect(observations.map(({ record }) => record.id)).toEqual([ID]);
    expect(faults).toEqual([
      { path: `${path}.ChangeEventHeader.recordIds.0`, expected: expect.stringMatching(/15 or 18/) },
    ]);
    expect(JSON.stringify(faults)).not.toContain(CANARY);
  });

  test('keeps a commit number beyond 2^53 exact, as number and as text', () => {
    const json = JSON.stringify(wrap(change({ commitNumber: '@' })));
    for (const rendering of ['1652977933433528300', '"1652977933433528300"'])
      expect(onlyOne(readText(json.replace('"@"', rendering))).stamp).toContain(':1:01652977933433528300.0000000001');
  });

  test.each<readonly [string, readonly unknown[], string]>([
    ['TotalAmount', [1, '1', '1.0'], '1'],
    ['IsReductionOrder', [true, 'true', 1, '1'], 'true'],
    ['EffectiveDate', ['2026-03-04', 1_772_582_400_000, '1772582400000', '2026-03-04T00:00:00.000Z'], '2026-03-04'],
    ['BillToContactId', ['0038d00000Qz7AbAAJ', '0038d00000Qz7Ab'], '0038d00000Qz7AbAAJ'],
    ['Status', ['Draft', ' Draft '], 'Draft'],
  ])('renders %s in any way', (field, raws, value) => {
    for (const raw of raws) expect(updated([field], { [field]: raw })).toEqual({ [field]: value });
  });

  test('orders by the body’s LastModifiedDate in any rendering; without it, by the commit', () => {
    const stampWith = (body: object) => onlyOne(read({}, body)).stamp;
    const renderings = [
      '2026-11-02T10:00:00.000Z',
      '2026-11-02T10:00:00.000+0000',
      '2026-11-02T10:00:00Z',
      COMMITTED_AT,
      `${COMMITTED_AT}`,
      null,
      '',
      undefined,
    ];
    expect(new Set(renderings.map((LastModifiedDate) => stampWith({ LastModifiedDate }))).size).toBe(1);
    expect(stampWith({ LastModifiedDate: COMMITTED_AT - 1000 }) < stampWith({})).toBe(true);
  });

  test.each<readonly [string, Header, object, string, RegExp]>([
    [
      'an object that is not mapped',
      { entityName: CANARY },
      {},
      '.ChangeEventHeader.entityName',
      /object of the mapping/,
    ],
    [
      'an object of that name in every language',
      { entityName: 'constructor' },
      {},
      '.ChangeEventHeader.entityName',
      /object of the mapping/,
    ],
    ['no object', { entityName: null }, {}, '.ChangeEventHeader.entityName', /API name/],
    ['no record ids', { recordIds: [] }, {}, '.ChangeEventHeader.recordIds', /list of record ids/],
    ['a record id that is none', { recordIds: [7] }, {}, '.ChangeEventHeader.recordIds', /list of record ids/],
    ['another kind of change', { changeType: CANARY }, {}, '.ChangeEventHeader.changeType', /change type/],
    ['no commit time', { commitTimestamp: CANARY }, {}, '.ChangeEventHeader.commitTimestamp', /epoch milliseconds/],
    [
      'a commit time with too many digits',
      { commitTimestamp: 10_000_000_000_000 },
      {},
      '.ChangeEventHeader.commitTimestamp',
      /epoch milliseconds/,
    ],
    ['a commit number that is none', { commitNumber: CANARY }, {}, '.ChangeEventHeader.commitNumber', /whole number/],
    [
      'a commit number that has no text',
      { commitNumber: { toString: 1, valueOf: 1 } },
      {},
      '.ChangeEventHeader.commitNumber',
      /whole number/,
    ],
    [
      'a sequence number that has no text',
      { sequenceNumber: { toString: 1, valueOf: 1 } },
      {},
      '.ChangeEventHeader.sequenceNumber',
      /whole number/,
    ],
    [
      'a bitmap of changed fields',
      { changedFields: ['0x400800'] },
      {},
      '.ChangeEventHeader.changedFields.0',
      /field name/,
    ],
    [
      'a bitmap of a compound',
      { changedFields: ['Status', '1-0x10'] },
      {},
      '.ChangeEventHeader.changedFields.1',
      /field name/,
    ],
    [
      'an update without names',
      { changedFields: undefined },
      {},
      '.ChangeEventHeader.changedFields',
      /names of the changed fields/,
    ],
  ])('with %s is refused, with the place and what was expected', (_rule, header, body, place, expected) => {
    const { observations, faults } = read(header, body);
    expect(observations).toEqual([]);
    expect(faults).toEqual([{ path: `${path}${place}`, expected: expect.stringMatching(expected) }]);
    expect(JSON.stringify(faults)).not.toContain(CANARY);
  });

  test.each<readonly [string, unknown, RegExp]>([
    ['TotalAmount', CANARY, /decimal/],
    ['TotalAmount', true, /decimal/],
    ['EffectiveDate', CANARY, /date/],
    ['IsReductionOrder', CANARY, /true or false/],
    ['BillToContactId', CANARY, /15 or 18/],
    ['Status', [CANARY], /text/],
    ['LastModifiedDate', CANARY, /date and time/],
    ['LastModifiedDate', 10_000_000_000_000, /date and time/],
  ])('with %s that is no such thing is refused', (field, raw, expected) => {
    const { observations, faults } = read({ changedFields: [field] }, { [field]: raw });
    expect(observations).toEqual([]);
    expect(faults).toEqual([{ path: `Order.${field}`, expected: expect.stringMatching(expected) }]);
    expect(JSON.stringify(faults)).not.toContain(CANARY);
  });

  test('with an unsound field that it does not name is read', () => {
    expect(updated(['Status'], { Status: 'Draft', TotalAmount: CANARY })).toEqual({ Status: 'Draft' });
  });
});

describe('what is no change event', () => {
  test.each<readonly [string, unknown]>([
    ['nothing', null],
    ['a text', 'x'],
    ['a list', []],
    ['a platform event', { Points__c: 120 }],
    ['a pointer to a large event', { s3: { bucket: 'b', key: 'k' } }],
    ['a header that is none', { ChangeEventHeader: CANARY }],
    ['a payload without a header', { payload: { Points__c: 120 } }],
  ])('is refused: %s', (_, detail) => {
    const { observations, faults } = readChangeEvent(retail, detail, 'event-1');
    expect(observations).toEqual([]);
    expect(faults).toEqual([{ path: 'detail.ChangeEventHeader', expected: 'expected the header of a change event' }]);
  });
});

describe('what is said of a whole object', () => {
  test.each(['000000000000000AAA', '000000000000000', '801*'])(
    'by the id %s is no record, but a gap of all of them',
    (id) => {
      const { observations, objectGaps, faults } = readIn((changed) => changed, {
        changeType: 'GAP_OVERFLOW',
        recordIds: [id],
      });
      expect({ observations, faults }).toEqual({ observations: [], faults: [] });
      expect(objectGaps).toEqual([{ object: 'Order', since: COMMITTED_AT }]);
    },
  );

  test('stands beside what is said of a record', () => {
    const { observations, objectGaps } = readIn((changed) => changed, {
      changeType: 'GAP_UPDATE',
      recordIds: ['801*', ID],
    });
    expect(observations.map(({ record }) => record.id)).toEqual([ID]);
    expect(objectGaps).toHaveLength(1);
  });
});
