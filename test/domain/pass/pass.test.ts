import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffPass, fold, initialStates, type MemberEvent, Pass, renderPass, viewAll } from '#domain/index.ts';
import { catalogArb, memberEventsArb, momentArb } from '#test/support/arbitraries.ts';
import { ADA, catalogOf, deleted, event, type Fields, learnAll, type Said, statesOf } from '#test/support/scenario.ts';

const numbered = event('Contact', { MemberNumber__c: 'M-1', FirstName: 'Zoë' });
const passAfter = (...history: readonly Said[]): Pass | null => {
  const known = learnAll(history);
  return renderPass(
    ADA,
    viewAll(statesOf(known, ADA), { at: Date.UTC(2026, 0, 9), timeZone: 'UTC' }, catalogOf(known)),
  );
};
const order = (fields: Fields = {}): Said =>
  event('Order', {
    BillToContactId: ADA,
    Status: 'Activated',
    TotalAmount: '10',
    EffectiveDate: '2026-01-02',
    ...fields,
  });

/** Any pass that any history could give. */
const passArb: fc.Arbitrary<Pass> = fc
  .record({ events: memberEventsArb, now: momentArb, catalog: catalogArb })
  .map(({ events, now, catalog }) => {
    const enrolled: MemberEvent = {
      type: 'MemberEnrolled',
      current: {
        ...{ standing: 'active', number: 'M-1', memberSince: null, mergedInto: null },
        personal: { firstName: null, lastName: null, email: null },
      },
    };
    return renderPass(ADA, viewAll(fold(initialStates, [...events, enrolled]), now, catalog))!;
  });

describe('a pass', () => {
  test('is null while the member is provisional, whatever is known of its purchases', () => {
    expect(passAfter()).toBeNull();
    expect(passAfter(order())).toBeNull();
    expect(passAfter(event('Contact', { FirstName: 'Zoë' }), order())).toBeNull();
  });

  test('of a member who has a number is active and shows what is known; what is unknown is null', () => {
    expect(passAfter(numbered)).toEqual({
      ...{ memberId: ADA, memberNumber: 'M-1', status: 'active', memberSince: null },
      holder: { firstName: 'Zoë', lastName: null },
      tier: {
        ...{ name: 'Member', qualifyingSpend: { amount: '0.00', currency: 'EUR' }, progress: 0 },
        next: { name: 'Silver', threshold: '500.00', remaining: '500.00' },
      },
      spend: { lifetime: [], last12Months: [], purchases: 0, lastPurchaseOn: null },
      promotions: [],
    });
  });

  test('shows purchases that were known before the member was', () => {
    expect(passAfter(order(), numbered)?.spend.purchases).toBe(1);
  });

  test('of a withdrawn member follows its records', () => {
    expect(passAfter(numbered, deleted('Contact'), order())).toMatchObject({
      ...{ status: 'withdrawn', memberNumber: 'M-1', spend: { purchases: 1 } },
    });
    expect(passAfter(numbered, event('Contact', { MemberNumber__c: null }))).toMatchObject({
      status: 'withdrawn',
      memberNumber: null,
    });
  });

  test('is what its codec says, exactly', () => {
    fc.assert(
      fc.property(passArb, (pass) => {
        const stored: unknown = JSON.parse(JSON.stringify(Pass.encode(pass)));
        expect(Pass.decode(stored)).toMatchObject({ _tag: 'Right', right: pass });
        expect(stored).toEqual(pass);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the difference of two passes', () => {
  const active = passAfter(numbered)!;

  test.each<readonly [string, Said, readonly string[]]>([
    ['a name', event('Contact', { LastName: 'Roth' }), ['holder.lastName']],
    ['the standing', deleted('Contact'), ['status']],
    ['the number taken away', event('Contact', { MemberNumber__c: null }), ['memberNumber', 'status']],
    ['a promotion', event('Voucher__c', { Member__c: ADA, Status__c: 'Issued' }), ['promotions']],
    [
      'a purchase',
      order(),
      [
        ...['tier.qualifyingSpend.amount', 'tier.next.remaining', 'tier.progress'],
        ...['spend.lifetime', 'spend.last12Months', 'spend.purchases', 'spend.lastPurchaseOn'],
      ],
    ],
  ])('by %s', (_, said, paths) => {
    expect(diffPass(active, passAfter(numbered, said)!)).toEqual(paths);
  });

  test('by a tier that appears or ends names it as a whole', () => {
    const top = passAfter(numbered, order({ TotalAmount: '5000' }))!;
    expect(diffPass(active, top)).toContain('tier.next');
    expect(diffPass(top, active)).toContain('tier.next');
  });

  test('from no pass is every part of it', () => {
    expect(diffPass(null, active)).toEqual(Object.keys(active));
  });

  test('of a pass and itself is none; of passes that differ it is some', () => {
    fc.assert(
      fc.property(passArb, passArb, (one, other) => {
        expect(diffPass(one, structuredClone(one))).toEqual([]);
        expect(diffPass(one, other).length > 0).toBe(JSON.stringify(one) !== JSON.stringify(other));
      }),
      { numRuns: 300 },
    );
  });
});
