import { describe, expect, test } from 'vitest';
import { type Views, viewAll } from '#domain/index.ts';
import {
  ADA,
  catalogOf,
  deleted,
  event,
  type Fields,
  learnAll,
  PROMOTION,
  type Said,
  statesOf,
  VOUCHER,
} from '#test/support/scenario.ts';

const voucher = (fields: Fields = {}, id = VOUCHER): Said =>
  event('Voucher__c', { Member__c: ADA, Status__c: 'Issued', ...fields }, { id });
const promotion = (fields: Fields): Said => event('Promotion__c', fields);
const ofPromotion = voucher({ Promotion__c: PROMOTION });

const promotionsOn = (today: string, ...history: readonly Said[]): Views['promotions'] => {
  const known = learnAll(history);
  return viewAll(statesOf(known, ADA), { at: Date.parse(`${today}T12:00:00Z`), timeZone: 'UTC' }, catalogOf(known))
    .promotions;
};
const isShownOn = (today: string, ...history: readonly Said[]): boolean =>
  promotionsOn(today, ...history).current.length === 1;

describe('a promotion is shown', () => {
  test('with what is known of it', () => {
    const known = { Title__c: 'Thank you', ValidFrom__c: '2026-01-01', ValidTo__c: '2026-03-01', Value__c: '5' };
    expect(promotionsOn('2026-01-09', voucher(known)).current).toEqual([
      {
        ...{ id: VOUCHER, title: 'Thank you', validFrom: '2026-01-01', validTo: '2026-03-01', state: 'available' },
        value: { amount: '5.00', currency: 'EUR' },
      },
    ]);
  });

  test('from its first day through its last', () => {
    const dated = voucher({ ValidFrom__c: '2026-01-05', ValidTo__c: '2026-01-09' });
    expect(['2026-01-04', '2026-01-05', '2026-01-09', '2026-01-10'].map((day) => isShownOn(day, dated))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test('at once and without end where it has no dates', () => {
    expect(isShownOn('1999-01-01', voucher()) && isShownOn('2099-01-01', voucher())).toBe(true);
  });

  test('only while it is issued', () => {
    expect(isShownOn('2026-01-09', voucher({ Status__c: 'Cancelled' }))).toBe(false);
    expect(isShownOn('2026-01-09', voucher({ Status__c: null }))).toBe(false);
    expect(isShownOn('2026-01-09', voucher(), deleted('Voucher__c'))).toBe(false);
  });

  test('as expiring from six days before its last, not seven', () => {
    const ends = voucher({ ValidTo__c: '2026-01-16' });
    const stateOn = (day: string) => promotionsOn(day, ends).current[0]?.state;
    expect(['2026-01-09', '2026-01-10', '2026-01-16', '2026-01-17'].map(stateOn)).toEqual([
      'available',
      'expiring',
      'expiring',
      undefined,
    ]);
  });

  test('by its own dates: a definition that ends earlier takes it away without making it expire', () => {
    const ends = voucher({ Promotion__c: PROMOTION, ValidTo__c: '2026-06-01' });
    expect(promotionsOn('2026-01-09', ends, promotion({ EndsOn__c: '2026-01-09' })).current).toMatchObject([
      { validTo: '2026-06-01', state: 'available' },
    ]);
  });
});

describe('its definition', () => {
  test('unknown restricts nothing', () => {
    expect(isShownOn('2026-01-09', ofPromotion)).toBe(true);
  });

  test.each([
    ['active and open', { Active__c: 'true' }, true],
    ['inactive', { Active__c: 'false' }, false],
    ['neither, for its activity is empty', { Active__c: null }, false],
    ['begins today', { StartsOn__c: '2026-01-09' }, true],
    ['begins tomorrow', { StartsOn__c: '2026-01-10' }, false],
    ['ends today', { EndsOn__c: '2026-01-09' }, true],
    ['ended yesterday', { EndsOn__c: '2026-01-08' }, false],
  ])('%s', (_, fields, isShown) => {
    expect(isShownOn('2026-01-09', ofPromotion, promotion(fields))).toBe(isShown);
  });

  test('retired takes it away, defined again gives it back', () => {
    const spring = promotion({ Title__c: 'Spring' });
    expect(isShownOn('2026-01-09', ofPromotion, spring, deleted('Promotion__c'))).toBe(false);
    expect(isShownOn('2026-01-09', ofPromotion, deleted('Promotion__c'))).toBe(false);
    expect(isShownOn('2026-01-09', ofPromotion, deleted('Promotion__c'), spring)).toBe(true);
  });

  test('gives its title to a promotion that has none', () => {
    const titleOf = (...history: readonly Said[]) =>
      promotionsOn('2026-01-09', ...history, promotion({ Title__c: 'Spring' })).current[0]?.title;
    expect(titleOf(ofPromotion)).toBe('Spring');
    expect(titleOf(voucher({ Promotion__c: PROMOTION, Title__c: 'Thank you' }))).toBe('Thank you');
    expect(titleOf(voucher())).toBeNull();
  });
});

describe('promotions', () => {
  test('are listed by last day, without end last, then by id by code unit', () => {
    const ids = (...ends: readonly (readonly [id: string, validTo: string | null])[]) =>
      promotionsOn('2026-01-09', ...ends.map(([id, validTo]) => voucher({ ValidTo__c: validTo }, id))).current.map(
        ({ id }) => id,
      );
    expect(ids(['d', null], ['a', '2026-03-01'], ['b', '2026-02-01'], ['B', '2026-03-01'], ['c', null])).toEqual([
      'b',
      'B',
      'a',
      'c',
      'd',
    ]);
  });

  test('redeemed are listed apart, by id', () => {
    const redeemed = (id: string, on: string | null) =>
      voucher({ Status__c: 'Redeemed', RedeemedOn__c: on, Title__c: id }, id);
    expect(promotionsOn('2026-01-09', redeemed('b', '2026-01-01'), redeemed('a', null))).toEqual({
      current: [],
      redeemed: [
        { id: 'a', title: 'a', redeemedOn: null },
        { id: 'b', title: 'b', redeemedOn: '2026-01-01' },
      ],
    });
  });

  test.each([
    ['2027-01-01', []],
    ['2026-12-31', ['a']],
    // A day that is still to come is believed.
    ['2025-12-31', ['a']],
  ])('redeemed on the first of 2026 are listed for twelve months: on %s %j', (today, ids) => {
    const redeemed = voucher({ Status__c: 'Redeemed', RedeemedOn__c: '2026-01-01', Title__c: 'a' }, 'a');
    expect(promotionsOn(today, redeemed).redeemed.map(({ id }) => id)).toEqual(ids);
  });
});
