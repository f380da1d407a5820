import { describe, expect, test } from 'vitest';
import { type Views, viewAll } from '#domain/index.ts';
import { ADA, catalogOf, deleted, event, type Fields, learnAll, type Said, statesOf } from '#test/support/scenario.ts';

const order = (
  amount: string | null,
  boughtOn: string,
  fields: Fields = {},
  id = `order-${amount}-${boughtOn}`,
): Said =>
  event(
    'Order',
    { BillToContactId: ADA, Status: 'Activated', TotalAmount: amount, EffectiveDate: boughtOn, ...fields },
    { id },
  );

const spendOn = (today: string, ...history: readonly Said[]): Views['spend'] => {
  const known = learnAll(history);
  return viewAll(statesOf(known, ADA), { at: Date.parse(`${today}T12:00:00Z`), timeZone: 'UTC' }, catalogOf(known))
    .spend;
};
const eur = (amount: string) => ({ amount, currency: 'EUR' });

describe('spend', () => {
  test('of nobody who bought anything is nothing', () => {
    expect(spendOn('2026-01-01')).toEqual({ lifetime: [], last12Months: [], purchases: 0, lastPurchaseOn: null });
  });

  test('adds what counts and leaves out what does not', () => {
    const view = spendOn(
      '2026-01-09',
      order('10.5', '2026-01-02'),
      order('2', '2026-01-02'),
      order('9', '2026-01-03', { Status: 'Draft' }),
    );
    expect(view).toEqual({
      lifetime: [eur('12.50')],
      last12Months: [eur('12.50')],
      purchases: 2,
      lastPurchaseOn: '2026-01-02',
    });
  });

  test('of twelve months begins after the same day a year ago and ends today', () => {
    const history = [
      order('1', '2025-01-09'),
      order('2', '2025-01-10'),
      order('4', '2026-01-09'),
      order('8', '2026-01-10'),
    ];
    expect(spendOn('2026-01-09', ...history).last12Months).toEqual([eur('6.00')]);
  });

  test('on 29 February begins after 28 February; on 28 February after 28 February', () => {
    const history = [order('1', '2023-02-28'), order('2', '2023-03-01')];
    expect(spendOn('2024-02-27', ...history).last12Months).toEqual([eur('3.00')]);
    expect(spendOn('2024-02-28', ...history).last12Months).toEqual([eur('2.00')]);
    expect(spendOn('2024-02-29', ...history).last12Months).toEqual([eur('2.00')]);
    expect(spendOn('2024-03-01', ...history).last12Months).toEqual([]);
  });

  test('of a lifetime, number and date of purchases ignore today', () => {
    expect(spendOn('2026-01-09', order('1', '2030-05-05'))).toEqual({
      ...{ lifetime: [eur('1.00')], last12Months: [], purchases: 1, lastPurchaseOn: '2030-05-05' },
    });
  });

  test('is kept by currency, listed by code; one without a counted order is absent', () => {
    const yen = order('900', '2026-01-02', { CurrencyIsoCode: 'JPY' });
    const pounds = order('5', '2026-01-02', { CurrencyIsoCode: 'GBP' }, 'gone');
    const view = spendOn('2026-01-09', yen, order('1', '2026-01-02'), pounds, deleted('Order', { id: 'gone' }));
    expect(view.lifetime).toEqual([eur('1.00'), { amount: '900', currency: 'JPY' }]);
  });

  test('may be negative; a reduction is no purchase and no last purchase', () => {
    const reduction = order('30', '2026-01-05', { IsReductionOrder: 'true' });
    expect(spendOn('2026-01-09', order('10', '2026-01-02'), reduction)).toEqual({
      ...{ lifetime: [eur('-20.00')], last12Months: [eur('-20.00')], purchases: 1, lastPurchaseOn: '2026-01-02' },
    });
  });

  test('that adds up to nothing is still listed while an order counts', () => {
    expect(spendOn('2026-01-09', order('10', '2026-01-02'), order('-10', '2026-01-02')).lifetime).toEqual([
      eur('0.00'),
    ]);
  });

  test('follows corrections of amount, date, currency and status', () => {
    const first = order('10', '2026-01-02', {}, 'one');
    const corrected = (fields: Fields) => spendOn('2026-01-09', first, event('Order', fields, { id: 'one' }));
    expect(corrected({ TotalAmount: '7' }).lifetime).toEqual([eur('7.00')]);
    expect(corrected({ EffectiveDate: '2024-01-02' }).last12Months).toEqual([]);
    expect(corrected({ CurrencyIsoCode: 'JPY' }).lifetime).toEqual([{ amount: '10', currency: 'JPY' }]);
    expect(corrected({ Status: 'Cancelled' })).toMatchObject({ lifetime: [], purchases: 0, lastPurchaseOn: null });
  });

  test('is exact beyond 2^53 and comes back below it', () => {
    const huge = order('90071992547409.93', '2026-01-02');
    expect(spendOn('2026-01-09', huge, order('0.01', '2026-01-02')).lifetime).toEqual([eur('90071992547409.94')]);
    expect(spendOn('2026-01-09', huge, order('-90071992547409.92', '2026-01-03')).lifetime).toEqual([eur('0.01')]);
  });
});
