import { describe, test } from 'vitest';
import { ADA, BEN, deleted, event, type Fields, given, ORDER, row } from '#test/support/scenario.ts';

const order = (fields: Fields, details = {}) => event('Order', fields, details);
/** Counts: EUR, as the programme. */
const sound = { Status: 'Activated', EffectiveDate: '2026-01-02', TotalAmount: '12.5' };
const bought = order({ BillToContactId: ADA, ...sound });
const counted = { boughtOn: '2026-01-02', currency: 'EUR', minorUnits: 1250, isReduction: false };
const ada = `member-${ADA}`;
const ben = `member-${BEN}`;

describe('a purchase', () => {
  test('is recorded when it is first known to be the member’s', () => {
    given()
      .when(bought)
      .then({
        [ada]: [{ type: 'PurchaseRecorded', purchaseId: ORDER, current: { status: 'Activated', counts: counted } }],
      });
  });

  test('is corrected when something about it changes, and says what it was', () => {
    given(bought)
      .when(order({ TotalAmount: '20' }))
      .then({
        [ada]: [
          {
            type: 'PurchaseCorrected',
            previous: { amount: '12.5', counts: counted },
            current: { amount: '20', counts: { minorUnits: 2000 } },
          },
        ],
      });
  });

  test('is silent when it is said again, or said later by a load', () => {
    given(bought).when(order(sound)).then({});
    given(bought)
      .when(row('Order', { BillToContactId: ADA, ...sound }))
      .then({});
  });

  test('is silent about what is older', () => {
    given(bought, order({ TotalAmount: '20' }, { at: 60 }))
      .when(order({ TotalAmount: '30' }, { at: 50 }))
      .then({});
  });

  test('is voided with what it was when its record is deleted', () => {
    given(bought)
      .when(deleted('Order'))
      .then({ [ada]: [{ type: 'PurchaseVoided', previous: { counts: counted } }] });
  });

  test('is silent while it is deleted', () => {
    given(bought, deleted('Order', { at: 60 }))
      .when(order({ TotalAmount: '20' }, { at: 50 }))
      .then({});
    given(bought, deleted('Order')).when(deleted('Order')).then({});
    given().when(deleted('Order')).then({});
  });

  test('is recorded anew, as it then stands, when its record is restored', () => {
    given(bought, deleted('Order'))
      .when(order({ TotalAmount: '20' }))
      .then({ [ada]: [{ type: 'PurchaseRecorded', current: { counts: { minorUnits: 2000 } } }] });
  });
});

describe('what counts', () => {
  const cases: readonly (readonly [rule: string, fields: Fields, counts: object | null])[] = [
    ['Activated', {}, counted],
    ['Completed', { Status: 'Completed' }, counted],
    ['another status does not', { Status: 'Draft' }, null],
    ['an empty status does not', { Status: null }, null],
    ['no amount does not', { TotalAmount: null }, null],
    ['an amount of nothing does', { TotalAmount: '0' }, { minorUnits: 0 }],
    ['no date does not', { EffectiveDate: null }, null],
    ['as many decimals as the currency has', { TotalAmount: '12.34' }, { minorUnits: 1234 }],
    ['more decimals than the currency has do not', { TotalAmount: '12.345' }, null],
    ['an unknown currency does not', { CurrencyIsoCode: 'EURO' }, null],
    ['yen have no decimals', { CurrencyIsoCode: 'JPY', TotalAmount: '1250' }, { currency: 'JPY', minorUnits: 1250 }],
    ['a fraction of a yen does not', { CurrencyIsoCode: 'JPY' }, null],
    ['dinars have three', { CurrencyIsoCode: 'KWD', TotalAmount: '1.234' }, { currency: 'KWD', minorUnits: 1234 }],
    ['a reduction subtracts', { IsReductionOrder: 'true' }, { minorUnits: -1250, isReduction: true }],
    ['so it does when it is negative', { IsReductionOrder: 'true', TotalAmount: '-12.5' }, { minorUnits: -1250 }],
    [
      'no reduction is not one',
      { IsReductionOrder: 'false', TotalAmount: '-12.5' },
      { minorUnits: -1250, isReduction: false },
    ],
    ['cents beyond 2^53', { TotalAmount: '90071992547409.93' }, { minorUnits: '9007199254740993' }],
  ];
  test.each(cases)('%s', (_, fields, counts) => {
    given()
      .when(order({ BillToContactId: ADA, ...sound, ...fields }))
      .then({ [ada]: [{ type: 'PurchaseRecorded', current: { counts } }] });
  });

  test('an amount is judged with the currency that the record turns out to have', () => {
    given(order({ BillToContactId: ADA, ...sound, TotalAmount: '1.234' }))
      .when(order({ CurrencyIsoCode: 'KWD' }))
      .then({
        [ada]: [{ type: 'PurchaseCorrected', previous: { counts: null }, current: { counts: { minorUnits: 1234 } } }],
      });
  });

  test('a status that comes or goes makes it count or not', () => {
    given(order({ BillToContactId: ADA, ...sound, Status: 'Draft' }))
      .when(order({ Status: 'Activated' }))
      .then({ [ada]: [{ type: 'PurchaseCorrected', previous: { counts: null }, current: { counts: counted } }] });
    given(bought)
      .when(order({ Status: 'Cancelled' }))
      .then({ [ada]: [{ type: 'PurchaseCorrected', previous: { counts: counted }, current: { counts: null } }] });
  });
});

describe('its owner', () => {
  test('unknown: the record waits, nothing is told', () => {
    given().when(order(sound)).then({});
    given(order(sound))
      .when(order({ TotalAmount: '20' }))
      .then({});
  });

  test('becomes known: the purchase is recorded as it then stands', () => {
    given(order(sound), order({ TotalAmount: '20' }))
      .when(order({ BillToContactId: ADA }))
      .then({
        [ada]: [{ type: 'PurchaseRecorded', current: { boughtOn: '2026-01-02', counts: { minorUnits: 2000 } } }],
      });
  });

  test('changes: moved out with what it was, moved in with what it is', () => {
    given(bought)
      .when(order({ BillToContactId: BEN, TotalAmount: '20' }))
      .then({
        [ada]: [{ type: 'PurchaseMovedOut', purchaseId: ORDER, previous: { counts: counted } }],
        [ben]: [{ type: 'PurchaseMovedIn', purchaseId: ORDER, current: { counts: { minorUnits: 2000 } } }],
      });
  });

  test('is taken away: moved out, to nobody', () => {
    given(bought)
      .when(order({ BillToContactId: null }))
      .then({ [ada]: [{ type: 'PurchaseMovedOut' }] });
  });

  test('nobody is silent', () => {
    given()
      .when(order({ ...sound, BillToContactId: null }))
      .then({});
    given(order({ ...sound, BillToContactId: null }))
      .when(order({ TotalAmount: '20' }))
      .then({});
  });

  test('comes back from nobody: moved in', () => {
    given(bought, order({ BillToContactId: null }), order({ TotalAmount: '20' }))
      .when(order({ BillToContactId: ADA }))
      .then({ [ada]: [{ type: 'PurchaseMovedIn', current: { counts: { minorUnits: 2000 } } }] });
  });

  test('changes with the deletion: voided where it was', () => {
    given(bought)
      .when(row('Order', { ...sound, BillToContactId: BEN }, { exists: false }))
      .then({ [ada]: [{ type: 'PurchaseVoided', previous: { counts: counted } }] });
  });

  test('changes while deleted: recorded with the new owner when restored', () => {
    given(bought, deleted('Order', { at: 60 }), order({ BillToContactId: BEN }, { at: 50 }))
      .when(order({}, { at: 70 }))
      .then({ [ben]: [{ type: 'PurchaseRecorded' }] });
  });

  test('an older owner changes nothing', () => {
    given(order({ BillToContactId: ADA, ...sound }, { at: 60 }))
      .when(order({ BillToContactId: BEN }, { at: 50 }))
      .then({});
  });
});
