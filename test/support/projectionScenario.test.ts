import { describe, expect, test } from 'vitest';
import { type DomainEvent, type Mapping, type Projection, projections, retail } from '#domain/index.ts';
import { bought, contact, corrected, enrolled, order, voided } from '#test/support/builtEvents.ts';
import { given } from '#test/support/projectionScenario.ts';
import { ADA, BEN, event, PROMOTION, VOUCHER } from '#test/support/scenario.ts';

const { spend, promotions, holder } = projections;
const inAuckland: Mapping = { ...retail, programme: { ...retail.programme, timeZone: 'Pacific/Auckland' } };

/** Shows where the scenario stands in time. */
const clock: Projection<null, { readonly at: number; readonly zone: string }> = {
  ...{ name: 'clock', version: 1, initial: null, evolve: () => null },
  view: (_, now) => ({ at: now.at, zone: now.timeZone }),
  nextChangeAt: (_, now) => now.at + 1,
};

describe('a scenario of a projection', () => {
  test('is about one member, whatever else was said', () => {
    const purchases = [order('2026-01-02'), order('2026-01-03', { BillToContactId: BEN })];
    given(spend)
      .said(contact(), ...purchases)
      .at('2026-01-04')
      .then({ purchases: 1, lastPurchaseOn: '2026-01-02' });
  });

  test('has the definitions that were said, or that events define', () => {
    const grant = event(
      'Voucher__c',
      { Member__c: ADA, Status__c: 'Issued', Promotion__c: PROMOTION },
      { id: VOUCHER },
    );
    given(promotions)
      .said(grant, event('Promotion__c', { Title__c: 'Spring', Active__c: 'true' }))
      .at('2026-01-04')
      .then({ current: [{ id: VOUCHER, title: 'Spring' }] });
  });

  test('looks at noon of a day where the programme is, or at an instant', () => {
    given(clock)
      .events()
      .at('2026-01-04')
      .then({ at: Date.UTC(2026, 0, 4, 12), zone: 'UTC' });
    given(clock, inAuckland)
      .events()
      .at('2026-01-04')
      .then({ at: Date.UTC(2026, 0, 3, 23), zone: 'Pacific/Auckland' });
    given(clock)
      .events()
      .at('2026-01-04T10:00:00Z')
      .then({ at: Date.UTC(2026, 0, 4, 10) });
  });

  test('fails where the view, what is shown or the day of the next change is another', () => {
    const ada = given(spend).events(enrolled(), bought('2026-01-02')).at('2026-01-04');
    expect(() => ada.then({ purchases: 2 })).toThrow('purchases');
    expect(() => ada.changesOn('2027-01-01')).toThrow('2027-01-02');
    expect(() => ada.changesOn(null)).toThrow('2027-01-02');
    expect(() => ada.shows({ spend: '10' })).toThrow('spend');
    expect(() => given(clock).events().at('2026-01-04').changesOn('2026-01-04')).toThrow(
      'at the first instant of the day',
    );
  });
});

describe('built events', () => {
  test('are sound: purchases count, and go when they are voided or corrected away', () => {
    const one = bought('2026-01-02', { amount: '12.50' });
    const total = (...events: readonly DomainEvent[]) =>
      given(spend)
        .events(...events)
        .at('2026-01-04').view.lifetime;
    expect(total(one)).toEqual([{ amount: '12.50', currency: 'EUR' }]);
    expect(total(one, voided(one))).toEqual([]);
    expect(total(one, corrected(one, bought('2026-01-02', { amount: '3', currency: 'JPY' })))).toEqual([
      { amount: '3', currency: 'JPY' },
    ]);
    expect(total(bought('2026-01-02', { counts: null }))).toEqual([]);
  });

  test('say what a test says, and the usual of the rest', () => {
    given(holder)
      .events(enrolled({ number: 'M-7' }))
      .at('2026-01-04')
      .then({ standing: 'active', memberNumber: 'M-7' });
  });
});
