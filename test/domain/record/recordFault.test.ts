import { describe, expect, test } from 'vitest';
import { meaningOf, recordFault, retail } from '#domain/index.ts';
import { ADA, deleted, event, type Fields, learnAll, type Said } from '#test/support/scenario.ts';

/** The fault of the one record that this history is about. */
const faultAfter = (...history: readonly Said[]) => {
  const [record] = learnAll(history).records.values();
  return record === undefined ? null : recordFault(meaningOf(retail, record.ref.object)!, retail.programme, record);
};
const order = (fields: Fields): Said => event('Order', { BillToContactId: ADA, ...fields });
const voucher = (fields: Fields): Said => event('Voucher__c', { Member__c: ADA, ...fields });

describe('a record that was understood but holds an amount that cannot be', () => {
  test.each([
    ['too many decimals', order({ TotalAmount: '12.345' }), 'Order.TotalAmount', 'expected at most 2 decimals for EUR'],
    [
      'a fraction of a yen',
      order({ TotalAmount: '1.5', CurrencyIsoCode: 'JPY' }),
      'Order.TotalAmount',
      'expected at most 0 decimals for JPY',
    ],
    [
      'an unknown currency',
      order({ TotalAmount: '1', CurrencyIsoCode: 'EURO' }),
      'Order.CurrencyIsoCode',
      'expected an ISO 4217 currency code',
    ],
    [
      'a value of a voucher',
      voucher({ Value__c: '0.001' }),
      'Voucher__c.Value__c',
      'expected at most 2 decimals for EUR',
    ],
  ])('says where and what was expected: %s', (_, said, path, expected) => {
    expect(faultAfter(said)).toEqual({ path, expected });
  });

  test.each([
    ['a sound amount', order({ TotalAmount: '12.34' })],
    ['no amount, whatever the currency', order({ CurrencyIsoCode: 'EURO' })],
    ['a member', event('Contact', { MemberNumber__c: 'M-1' })],
  ])('is not one with %s', (_, said) => {
    expect(faultAfter(said)).toBeNull();
  });

  test('is none any more when it is mended or deleted', () => {
    const unsound = order({ TotalAmount: '12.345' });
    expect(faultAfter(unsound, order({ TotalAmount: '12.34' }))).toBeNull();
    expect(faultAfter(unsound, order({ CurrencyIsoCode: 'KWD' }))).toBeNull();
    expect(faultAfter(unsound, deleted('Order'))).toBeNull();
  });
});
