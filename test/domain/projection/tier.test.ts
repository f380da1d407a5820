import { describe, expect, test } from 'vitest';
import { emptyCatalog, fold, initialStates, projections, type Views } from '#domain/index.ts';
import { ADA, deleted, event, type Fields, learnAll, type Said, statesOf } from '#test/support/scenario.ts';

const { tier } = projections;
const TODAY = { at: Date.UTC(2026, 0, 9, 12), timeZone: 'UTC' };
const order = (amount: string, fields: Fields = {}, id = amount): Said =>
  event(
    'Order',
    { BillToContactId: ADA, Status: 'Activated', TotalAmount: amount, EffectiveDate: '2026-01-02', ...fields },
    { id },
  );
const tierWith = (...history: readonly Said[]): Views['tier'] =>
  tier.view(statesOf(learnAll(history), ADA).tier, TODAY, emptyCatalog);

describe('a tier', () => {
  test.each([
    ['0', 'Member', 'Silver', '500.00', 0],
    ['4.99', 'Member', 'Silver', '495.01', 0],
    ['5', 'Member', 'Silver', '495.00', 0.01],
    ['499.99', 'Member', 'Silver', '0.01', 0.99],
    ['500', 'Silver', 'Gold', '1500.00', 0],
    ['1999.99', 'Silver', 'Gold', '0.01', 0.99],
    ['2000', 'Gold', 'Platinum', '3000.00', 0],
    ['3500', 'Gold', 'Platinum', '1500.00', 0.5],
    ['4999.99', 'Gold', 'Platinum', '0.01', 0.99],
  ])('of %s EUR is %s, and %s is %s away', (amount, name, next, remaining, progress) => {
    expect(tierWith(order(amount))).toMatchObject({ name, next: { name: next, remaining }, progress });
  });

  test('at the top has nothing left to reach', () => {
    for (const amount of ['5000', '90071992547409.93'])
      expect(tierWith(order(amount))).toMatchObject({ name: 'Platinum', next: null, progress: 1 });
  });

  test('of negative spend is the lowest, with more to go than its whole length', () => {
    expect(tierWith(order('-100'))).toEqual({
      name: 'Member',
      qualifyingSpend: { amount: '-100.00', currency: 'EUR' },
      next: { name: 'Silver', threshold: '500.00', remaining: '600.00' },
      progress: 0,
    });
  });

  test('of nobody who bought anything is the lowest', () => {
    const view = tier.view(fold(initialStates, []).tier, TODAY, emptyCatalog);
    expect(view).toMatchObject({ name: 'Member', qualifyingSpend: { amount: '0.00' }, progress: 0 });
  });

  test('counts only euros of the last twelve months', () => {
    const yen = order('900000', { CurrencyIsoCode: 'JPY' });
    const old = order('600', { EffectiveDate: '2025-01-09' });
    const ahead = order('700', { EffectiveDate: '2026-01-10' });
    expect(tierWith(yen, old, ahead, order('1')).qualifyingSpend).toEqual({ amount: '1.00', currency: 'EUR' });
  });

  test('falls when a purchase is voided, reduced or leaves the member', () => {
    const silver = order('500', {}, 'one');
    expect(tierWith(silver, deleted('Order', { id: 'one' })).name).toBe('Member');
    expect(tierWith(silver, order('0.01', { IsReductionOrder: 'true' })).name).toBe('Member');
    expect(tierWith(silver, event('Order', { BillToContactId: null }, { id: 'one' })).name).toBe('Member');
  });

  test('changes by time alone on the day that a purchase enters or leaves the twelve months', () => {
    const nextDay = (boughtOn: string): string | null => {
      const at = tier.nextChangeAt(
        statesOf(learnAll([order('1', { EffectiveDate: boughtOn })]), ADA).tier,
        TODAY,
        emptyCatalog,
      );
      return at === null ? null : new Date(at).toISOString();
    };
    expect(nextDay('2026-01-02')).toBe('2027-01-02T00:00:00.000Z');
    expect(nextDay('2026-01-10')).toBe('2026-01-10T00:00:00.000Z');
    expect(nextDay('2025-01-10')).toBe('2026-01-10T00:00:00.000Z');
    expect(nextDay('2025-01-09')).toBeNull();
  });
});
