import { describe, expect, test } from 'vitest';
import { salesforceId } from '#adapters/sample/ids.ts';
import { type ObjectProfile, profileObject } from '#adapters/source/profileObject.ts';
import { formatOf, looksPersonal, typeOf } from '#adapters/source/profileValue.ts';
import { retail } from '#domain/index.ts';

const CONTACT = salesforceId('Contact', 1);
const orderRow = (serial: number, more: object = {}) => ({
  ...{ Id: salesforceId('Order', serial), BillToContactId: CONTACT, Status: serial % 2 === 0 ? 'Draft' : 'Activated' },
  ...{ TotalAmount: serial, EffectiveDate: '2026-03-01', LastModifiedDate: '2026-03-04T05:06:07.000Z', ...more },
});
const profileOf = (object: string, rows: readonly unknown[]): ObjectProfile => {
  const profiler = profileObject(retail, object);
  for (const [index, row] of rows.entries()) profiler.add(row, index);
  return profiler.report();
};
const fieldOf = ({ fields }: ObjectProfile, name: string) => fields.find(({ field }) => field === name);
const orders = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, serial) => orderRow(serial, more));

describe('the profile of an object', () => {
  test('says of each field what it is read as, what its values look like, and how often it is empty', () => {
    const profile = profileOf('Order', [...orders(30), ...orders(10, { TotalAmount: null })]);
    expect(profile).toMatchObject({ object: 'Order', role: 'purchase', rows: 40, refused: [] });
    expect(fieldOf(profile, 'TotalAmount')).toMatchObject({ readAs: 'amount', types: ['number'], emptyRate: 0.25 });
    expect(fieldOf(profile, 'BillToContactId')).toMatchObject({
      readAs: 'owner',
      types: ['id'],
      distinct: { count: 1 },
    });
    expect(fieldOf(profile, 'LastModifiedDate')).toMatchObject({ readAs: 'audit', types: ['instant'] });
  });

  test('lists what the mapping would ignore, and what it reads that no row has', () => {
    const profile = profileOf('Order', orders(3, { Colour__c: 'red' }));
    expect(profile.ignored).toEqual(['Colour__c']);
    expect(profile.missing.map(({ field }) => field)).toEqual([
      ...['OrderNumber', 'CurrencyIsoCode', 'IsReductionOrder', 'OriginalOrderId'],
    ]);
    expect(profile.missing[0]).toEqual({ field: 'OrderNumber', attribute: 'number' });
  });

  test('knows a field that is there but empty, or part of a compound one, from one that is missing', () => {
    const profile = profileOf('Contact', [{ Name: { FirstName: 'Ada', LastName: null }, MemberNumber__c: '' }]);
    expect(profile.missing.map(({ field }) => field)).toEqual(['Email', 'MemberSince__c', 'MasterRecordId']);
    expect(fieldOf(profile, 'Name')?.readAs).toBe('firstName');
    expect(fieldOf(profileOf('Contact', [{ Name: 'Ada Roth' }]), 'Name')?.readAs).toBeNull();
  });

  test('shows values only where each comes again and again, else their formats', () => {
    const profile = profileOf(
      'Order',
      orders(30).map((row, at) => ({ ...row, OrderNumber: `PO-${at}x` })),
    );
    expect(fieldOf(profile, 'Status')?.values).toEqual(['Activated', 'Draft']);
    expect(fieldOf(profile, 'OrderNumber')).toMatchObject({ values: [], formats: ['A-9a'] });
    expect(fieldOf(profileOf('Order', orders(4)), 'Status')?.values).toEqual([]);
  });

  test('never shows a value of a field that may be personal, whatever reads it', () => {
    const rows = Array.from({ length: 50 }, () => ({
      ...{ Id: CONTACT, FirstName: 'Zx9canary', Email: 'zx9canary@example.test', Nickname__c: 'Zx9canary' },
      ...{ LastModifiedDate: 'Zx9canary' },
    }));
    const profile = profileOf('Contact', rows);
    expect(JSON.stringify({ ...profile, fields: profile.fields.filter(({ isPersonal }) => isPersonal) })).not.toMatch(
      /zx9canary/i,
    );
    expect(fieldOf(profile, 'Nickname__c')).toMatchObject({
      isPersonal: true,
      types: ['text'],
      distinct: { count: 1 },
    });
  });

  test('counts the rows that would not be taken, by reason, and those that are no rows', () => {
    const profiler = profileObject(retail, 'Order');
    for (const row of [orderRow(1, { TotalAmount: 'much' }), orderRow(2, { TotalAmount: 'more' }), orderRow(3), 7])
      profiler.add(row, 0);
    profiler.refuse({ path: 'line', expected: 'expected a JSON object on each line' });
    expect(profiler.report()).toMatchObject({
      rows: 5,
      refused: [
        { path: 'Order.TotalAmount', expected: 'expected a decimal number', rows: 2 },
        { path: 'Order', rows: 1 },
        { path: 'line', rows: 1 },
      ],
    });
  });

  test('of an object that the mapping does not read is a profile all the same', () => {
    expect(profileOf('Lead', [{ Id: '1', Rating: 'hot' }])).toMatchObject({
      ...{ role: null, rows: 1, missing: [], refused: [], ignored: ['Rating'] },
    });
  });

  test('says that there are more different values than it counted', () => {
    const profile = profileOf('Order', orders(1_500));
    expect(fieldOf(profile, 'TotalAmount')?.distinct).toEqual({ count: 1_000, isMore: true });
  });
});

describe('what a value looks like', () => {
  test.each<readonly [unknown, ReturnType<typeof typeOf>]>([
    ...([
      [null, null],
      ['', null],
      [undefined, null],
      [true, 'flag'],
      ['false', 'flag'],
      [1.5, 'number'],
    ] as const),
    ...([
      ['12.50', 'number'],
      [{ exactNumber: '1' }, 'number'],
      ['2026-03-04', 'date'],
      ['M-1', 'text'],
    ] as const),
    ...([
      ['2026-03-04T05:06:07.000+0000', 'instant'],
      [CONTACT, 'id'],
      [{ Street: 'x' }, 'compound'],
      [[], 'list'],
    ] as const),
  ])('%j: %s', (value, type) => {
    expect(typeOf(value)).toBe(type);
  });

  test('a format keeps no letter and no digit', () => {
    expect(formatOf('Zoë-10023/ä 冬')).toBe('Aa-9/a a');
  });

  test.each([
    ...([
      ['LastName', true],
      ['Work_Email__c', true],
      ['VoucherCode', true],
      ['Birthdate', true],
    ] as const),
    ...([
      ['Status', false],
      ['CurrencyIsoCode', false],
      ['TotalAmount', false],
    ] as const),
  ])('%s may be personal: %s', (field, isPersonal) => {
    expect(looksPersonal(field)).toBe(isPersonal);
  });
});
