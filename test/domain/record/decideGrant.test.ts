import { describe, test } from 'vitest';
import { ADA, BEN, deleted, event, type Fields, given, PROMOTION, row, VOUCHER } from '#test/support/scenario.ts';

const voucher = (fields: Fields, details = {}) => event('Voucher__c', fields, details);
const issued = voucher({ Member__c: ADA, Status__c: 'Issued', Title__c: 'Thank you' });
const ada = `member-${ADA}`;
const ben = `member-${BEN}`;

describe('a promotion', () => {
  test('is granted when it is first known to be the member’s', () => {
    given()
      .when(voucher({ Member__c: ADA, Status__c: 'Issued', Promotion__c: PROMOTION, Value__c: '5' }))
      .then({
        [ada]: [
          {
            type: 'PromotionGranted',
            grantId: VOUCHER,
            current: { state: 'available', definition: PROMOTION, value: { minorUnits: 500, currency: 'EUR' } },
          },
        ],
      });
  });

  test('first seen redeemed is granted in that state', () => {
    given()
      .when(voucher({ Member__c: ADA, Status__c: 'Redeemed' }))
      .then({ [ada]: [{ type: 'PromotionGranted', current: { state: 'redeemed' } }] });
  });

  test('is revised when something about it changes', () => {
    given(issued)
      .when(voucher({ ValidTo__c: '2026-02-28' }))
      .then({ [ada]: [{ type: 'PromotionRevised', previous: { validTo: null }, current: { validTo: '2026-02-28' } }] });
  });

  test('cancelled is revised to a state that is neither available nor redeemed', () => {
    given(issued)
      .when(voucher({ Status__c: 'Cancelled' }))
      .then({ [ada]: [{ type: 'PromotionRevised', current: { status: 'Cancelled', state: 'other' } }] });
  });

  test('is redeemed once', () => {
    given(issued)
      .when(voucher({ Status__c: 'Redeemed', RedeemedOn__c: '2026-01-09' }))
      .then({ [ada]: [{ type: 'PromotionRedeemed', current: { state: 'redeemed', redeemedOn: '2026-01-09' } }] });
    given(issued, voucher({ Status__c: 'Redeemed' }))
      .when(voucher({ RedeemedOn__c: '2026-01-09' }))
      .then({ [ada]: [{ type: 'PromotionRevised' }] });
    given(issued, voucher({ Status__c: 'Redeemed' }))
      .when(voucher({ Status__c: 'Redeemed' }))
      .then({});
  });

  test('whose redemption is taken back is revised', () => {
    given(issued, voucher({ Status__c: 'Redeemed' }))
      .when(voucher({ Status__c: 'Issued' }))
      .then({ [ada]: [{ type: 'PromotionRevised', current: { state: 'available' } }] });
  });

  test('is revoked when its record is deleted, and granted when it is restored', () => {
    given(issued)
      .when(deleted('Voucher__c'))
      .then({ [ada]: [{ type: 'PromotionRevoked', previous: { title: 'Thank you' } }] });
    given(issued, deleted('Voucher__c')).when(deleted('Voucher__c')).then({});
    given(issued, deleted('Voucher__c'))
      .when(voucher({}))
      .then({ [ada]: [{ type: 'PromotionGranted', current: { title: 'Thank you' } }] });
  });

  test('whose value is unsound has none', () => {
    given()
      .when(voucher({ Member__c: ADA, Value__c: '5.001' }))
      .then({ [ada]: [{ type: 'PromotionGranted', current: { value: null } }] });
    given()
      .when(voucher({ Member__c: ADA, Value__c: '5', CurrencyIsoCode: 'EURO' }))
      .then({ [ada]: [{ type: 'PromotionGranted', current: { value: null } }] });
  });

  test('waits while its owner is unknown', () => {
    given()
      .when(voucher({ Status__c: 'Issued' }))
      .then({});
    given(voucher({ Title__c: 'Thank you' }), voucher({ Status__c: 'Issued' }))
      .when(voucher({ Member__c: ADA }))
      .then({ [ada]: [{ type: 'PromotionGranted', current: { title: 'Thank you', state: 'available' } }] });
  });

  test('moves to another member, to nobody, and back', () => {
    given(issued)
      .when(voucher({ Member__c: BEN, Title__c: 'Sorry' }))
      .then({
        [ada]: [{ type: 'PromotionMovedOut', previous: { title: 'Thank you' } }],
        [ben]: [{ type: 'PromotionMovedIn', current: { title: 'Sorry' } }],
      });
    given(issued)
      .when(voucher({ Member__c: null }))
      .then({ [ada]: [{ type: 'PromotionMovedOut' }] });
    given(issued, voucher({ Member__c: null }))
      .when(voucher({ Title__c: 'Sorry' }))
      .then({});
    given(issued, voucher({ Member__c: null }))
      .when(voucher({ Member__c: ADA }))
      .then({ [ada]: [{ type: 'PromotionMovedIn', current: { title: 'Thank you' } }] });
  });

  test('that moves and is redeemed at once is moved in redeemed', () => {
    given(issued)
      .when(voucher({ Member__c: BEN, Status__c: 'Redeemed' }))
      .then({
        [ada]: [{ type: 'PromotionMovedOut', previous: { state: 'available' } }],
        [ben]: [{ type: 'PromotionMovedIn', current: { state: 'redeemed' } }],
      });
  });

  test('said again by a load is silent', () => {
    given(issued)
      .when(row('Voucher__c', { Member__c: ADA, Status__c: 'Issued', Title__c: 'Thank you' }))
      .then({});
  });
});
