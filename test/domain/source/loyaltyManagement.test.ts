import { describe, expect, test } from 'vitest';
import { withChecksum } from '#adapters/sample/ids.ts';
import { loyaltyManagement, memberStream, type Pass, renderPass, tierStream, viewAll } from '#domain/index.ts';
import { catalogOf, deleted, event, givenIn, learnAll, type Said, statesOf } from '#test/support/scenario.ts';

const id = (prefix: string, serial = 1): string => withChecksum(`${prefix}8d00000000${serial}X`);
const MEMBER = id('0lM');
const OTHER = id('0lM', 2);
const [GOLD, SILVER, VOUCHER, KIND, PROMOTION, JOINED] = [
  ...[id('0lT', 1), id('0lT', 2), id('0kW'), id('0kV'), id('0c8'), id('0lP')],
] as [string, string, string, string, string, string];
const TIER_RECORD = id('0lE');
const MILES = id('0lz');

const given = givenIn(loyaltyManagement);
const stream = memberStream(MEMBER);
const member = event('LoyaltyProgramMember', { MembershipNumber: 'L-1', EnrollmentDate: '2020-05-01' }, { id: MEMBER });
const tier = (tierId: string, name: string, minimum: string): Said =>
  event('LoyaltyTier', { Name: name, MinimumEligibleBalance: minimum }, { id: tierId });
const inTier = (tierId: string, record = TIER_RECORD): Said =>
  event('LoyaltyMemberTier', { LoyaltyMemberId: MEMBER, LoyaltyTierId: tierId }, { id: record });
const balance = (points: string): Said =>
  event('LoyaltyMemberCurrency', { LoyaltyMemberId: MEMBER, Name: 'Miles', PointsBalance: points }, { id: MILES });

const passAfter = (...history: readonly Said[]): Pass | null => {
  const known = learnAll(history, loyaltyManagement);
  const now = { at: Date.UTC(2026, 0, 9), timeZone: 'UTC' };
  return renderPass(MEMBER, viewAll(statesOf(known, MEMBER), now, catalogOf(known)));
};

describe('the tier of a member whom Salesforce puts in one', () => {
  test('is told as it is set, changed and ended', () => {
    given(member)
      .when(inTier(SILVER))
      .then({ [stream]: [{ type: 'MemberTierSet', current: { tier: SILVER } }] });
    given(member, inTier(SILVER))
      .when(inTier(GOLD))
      .then({ [stream]: [{ type: 'MemberTierChanged', previous: { tier: SILVER }, current: { tier: GOLD } }] });
    given(member, inTier(SILVER))
      .when(deleted('LoyaltyMemberTier', { id: TIER_RECORD }))
      .then({ [stream]: [{ type: 'MemberTierEnded' }] });
    given(member, inTier(SILVER)).when(inTier(SILVER)).then({});
  });

  test('moves with its record to another member', () => {
    given(member, inTier(SILVER))
      .when(event('LoyaltyMemberTier', { LoyaltyMemberId: OTHER }, { id: TIER_RECORD }))
      .then({
        [stream]: [{ type: 'MemberTierEnded' }],
        [memberStream(OTHER)]: [{ type: 'MemberTierSet', current: { tier: SILVER } }],
      });
  });

  test('is defined in a stream of its own', () => {
    given()
      .when(tier(GOLD, 'Gold', '500'))
      .then({
        [tierStream(GOLD)]: [{ type: 'TierDefined', tierId: GOLD, current: { name: 'Gold', rank: '500' } }],
      });
    given(tier(GOLD, 'Gold', '500'))
      .when(deleted('LoyaltyTier', { id: GOLD }))
      .then({ [tierStream(GOLD)]: [{ type: 'TierRetired' }] });
  });

  test('is on the pass by name, whichever was known first; the way to the next is not shown', () => {
    const expected = { name: 'Gold', next: null, progress: 1 };
    expect(passAfter(member, tier(GOLD, 'Gold', '500'), inTier(GOLD))?.tier).toMatchObject(expected);
    expect(passAfter(inTier(GOLD), member, tier(GOLD, 'Gold', '500'))?.tier).toMatchObject(expected);
  });

  test('is null where nobody said one or named it: what was spent does not make a tier', () => {
    const spent = event(
      'TransactionJournal',
      { MemberId: MEMBER, Status: 'Processed', TransactionAmount: '9000', ActivityDate: String(Date.UTC(2026, 0, 2)) },
      { id: id('0lV') },
    );
    expect(passAfter(member, spent)?.tier).toMatchObject({
      ...{ name: null, qualifyingSpend: { amount: '9000.00' }, next: null, progress: 1 },
    });
    expect(passAfter(member, inTier(GOLD))?.tier.name).toBeNull();
  });

  test('is the highest of several; by its record, whatever its dates', () => {
    const two = [tier(SILVER, 'Silver', '100'), tier(GOLD, 'Gold', '500'), member];
    expect(passAfter(...two, inTier(GOLD), inTier(SILVER, id('0lE', 2)))?.tier.name).toBe('Gold');
    expect(passAfter(...two, inTier(SILVER, id('0lE', 2)), inTier(GOLD))?.tier.name).toBe('Gold');
  });
});

describe('points', () => {
  test('are told as Salesforce counts them', () => {
    given(member)
      .when(balance('120'))
      .then({ [stream]: [{ type: 'PointsOpened', current: { name: 'Miles', balance: '120' } }] });
    given(member, balance('120'))
      .when(balance('90.5'))
      .then({
        [stream]: [{ type: 'PointsBalanceChanged', previous: { balance: '120' }, current: { balance: '90.5' } }],
      });
    given(member, balance('120'))
      .when(deleted('LoyaltyMemberCurrency', { id: MILES }))
      .then({ [stream]: [{ type: 'PointsClosed' }] });
  });

  test('are on the pass, and are not there for a member without any', () => {
    expect(passAfter(member, balance('120'))?.points).toEqual([{ name: 'Miles', balance: '120' }]);
    expect(passAfter(member)).not.toHaveProperty('points');
    expect(passAfter(member, balance('120'), deleted('LoyaltyMemberCurrency', { id: MILES }))).not.toHaveProperty(
      'points',
    );
  });
});

describe('what a Loyalty Management org records', () => {
  test('of a transaction is a purchase on the day that its activity fell on', () => {
    const journal = { MemberId: MEMBER, Status: 'Processed', TransactionAmount: '12.5' };
    const lateInTheEvening = String(Date.UTC(2026, 0, 2, 23, 30));
    given(member)
      .when(event('TransactionJournal', { ...journal, ActivityDate: lateInTheEvening }, { id: id('0lV') }))
      .then({
        [stream]: [{ type: 'PurchaseRecorded', current: { boughtOn: '2026-01-02', counts: { minorUnits: 1250 } } }],
      });
  });

  test('of vouchers and of promotions joined are grants, each titled by what it is one of', () => {
    const pass = passAfter(
      member,
      event('VoucherDefinition', { Name: '5 off' }, { id: KIND }),
      event('Promotion', { Name: 'Double miles', IsActive: 'true', EndDate: '2026-01-12' }, { id: PROMOTION }),
      event(
        'Voucher',
        {
          LoyaltyProgramMemberId: MEMBER,
          VoucherDefinitionId: KIND,
          Status: 'Issued',
          VoucherCode: 'V-77',
          FaceValue: '5',
        },
        { id: VOUCHER },
      ),
      event(
        'LoyaltyProgramMbrPromotion',
        {
          ...{ LoyaltyProgramMemberId: MEMBER, PromotionId: PROMOTION, IsEnrollmentActive: 'true' },
          ...{ CumulativeUsageCompleted: '2', CumulativeUsageTarget: '5' },
        },
        { id: JOINED },
      ),
    );
    expect(pass?.promotions).toMatchObject([
      { title: '5 off', value: { amount: '5.00', currency: 'EUR' }, custom: { code: 'V-77' } },
      { title: 'Double miles', custom: { completed: '2', target: '5' } },
    ]);
  });

  test('of a promotion left is available no longer', () => {
    const joined = { LoyaltyProgramMemberId: MEMBER, PromotionId: PROMOTION, IsEnrollmentActive: 'true' };
    const left = event('LoyaltyProgramMbrPromotion', { IsEnrollmentActive: 'false' }, { id: JOINED });
    expect(passAfter(member, event('LoyaltyProgramMbrPromotion', joined, { id: JOINED }), left)?.promotions).toEqual(
      [],
    );
  });
});
