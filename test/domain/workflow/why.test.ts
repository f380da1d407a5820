import { describe, expect, test } from 'vitest';
import { salesforceId } from '#adapters/sample/ids.ts';
import { field, loyaltyManagement, type Mapping, onPass, personal, retail } from '#domain/index.ts';
import { givenFor, NOON, recordedAt } from '#test/support/asking.ts';
import { ADA, BEN, deleted, event, type Fields, ORDER, PROMOTION, row, VOUCHER } from '#test/support/scenario.ts';

const given = givenFor(retail);
const member = event('Contact', { MemberNumber__c: 'M-1', FirstName: 'Ada', LastName: 'Roth' });
const order = (fields: Fields, serial = 1) =>
  event(
    'Order',
    { BillToContactId: ADA, Status: 'Activated', EffectiveDate: '2026-03-01', TotalAmount: '100', ...fields },
    { id: salesforceId('Order', serial) },
  );
const voucher = (fields: Fields) => event('Voucher__c', { Member__c: ADA, Status__c: 'Issued', ...fields });

describe('a plain value', () => {
  test('comes from the event that changed it last, of that record, from that input', async () => {
    const { value, steps, hasEarlierSteps } = await given(
      member,
      event('Contact', { LastName: 'Lovelace' }),
      event('Contact', { FirstName: 'Augusta' }),
      order({}),
    ).why('holder.lastName');
    expect(value).toBe('Lovelace');
    expect(steps).toMatchObject([
      { version: 1, before: null, after: 'Roth' },
      {
        ...{ version: 2, before: 'Roth', after: 'Lovelace', recordedAt: recordedAt(1), lane: 'live' },
        ...{ event: { type: 'MemberDetailsChanged' }, origin: { type: 'event', eventId: 'event-1' } },
        source: { object: 'Contact', id: ADA, goneSince: null },
      },
    ]);
    expect(hasEarlierSteps).toBe(false);
  });

  test('names the field of the source, what it was, what it is today, and which feed says so', async () => {
    const { steps } = await given(member, row('Contact', { FirstName: 'Ada', LastName: 'Lovelace' })).why('holder');
    expect(steps.at(-1)?.source.fields).toEqual([
      {
        ...{ field: 'Contact.LastName', attribute: 'lastName', change: { before: 'Roth', after: 'Lovelace' } },
        today: {
          value: 'Lovelace',
          stamp: {
            ...{ modifiedAt: Date.UTC(2026, 0, 1, 0, 0, 20), from: 'row' },
            extractedAt: Date.UTC(2026, 0, 1, 0, 1, 20),
          },
        },
      },
    ]);
    const [enrolled] = (await given(member).why('memberNumber')).steps;
    expect(enrolled?.source.fields).toMatchObject([
      { field: 'Contact.MemberNumber__c', today: { stamp: { from: 'event', commitNumber: '1' } } },
    ]);
  });

  test('that nobody ever said has no step, nor has what no event can change', async () => {
    expect(await given(member).why('memberSince')).toMatchObject({ value: null, steps: [], sum: null, because: [] });
    expect(await given(member).why('memberId')).toMatchObject({ value: ADA, steps: [] });
  });

  test('the status comes from the number, and from the deletion of the record', async () => {
    expect((await given(member).why('status')).steps).toMatchObject([
      { before: null, after: 'active', source: { fields: [{ field: 'Contact.MemberNumber__c' }] } },
    ]);
    const gone = await given(member, deleted('Contact')).why('status');
    expect(gone.steps.at(-1)).toMatchObject({
      ...{ before: 'active', after: 'withdrawn', event: { type: 'MemberWithdrawn' } },
      source: { goneSince: Date.UTC(2026, 0, 1, 0, 0, 20) },
    });
  });
});

describe('a sum', () => {
  test('is taken apart into the purchases that count, and tells how many do not and why', async () => {
    const { value, sum } = await given(
      member,
      order({ TotalAmount: '100.5' }, 1),
      order({ TotalAmount: '20', EffectiveDate: '2026-02-01' }, 2),
      order({ TotalAmount: '1000', EffectiveDate: '2025-06-01' }, 3),
      order({ TotalAmount: '50', EffectiveDate: '2026-06-02' }, 4),
      order({ Status: 'Draft' }, 5),
      order({ CurrencyIsoCode: 'GBP' }, 6),
      order({ TotalAmount: '0.5', IsReductionOrder: 'true' }, 7),
      order({ TotalAmount: '9' }, 8),
      deleted('Order', { id: salesforceId('Order', 8) }),
    ).why('tier.qualifyingSpend');
    expect(value).toEqual({ amount: '120.00', currency: 'EUR' });
    expect(sum).toMatchObject({
      total: [{ amount: '120.00', currency: 'EUR' }],
      left: { noLonger: 1, notYet: 1, unsound: 1, otherCurrency: 1, reductions: 0 },
      counted: [
        { purchaseId: salesforceId('Order', 2), amount: { amount: '20.00' }, leavesOn: '2027-02-01' },
        { purchaseId: salesforceId('Order', 1), amount: { amount: '100.50' }, leavesOn: '2027-03-01' },
        { purchaseId: salesforceId('Order', 7), amount: { amount: '-0.50' }, isReduction: true },
      ],
    });
  });

  test('lists the last purchases where not all are asked for, and is of all of them', async () => {
    const orders = [1, 2, 3].map((day) => order({ TotalAmount: '10', EffectiveDate: `2026-03-0${day}` }, day));
    const { sum } = await given(member, ...orders).why('spend.lifetime', { mostCounted: 2 });
    expect(sum).toMatchObject({
      total: [{ amount: '30.00', currency: 'EUR' }],
      purchases: 3,
      counted: [{ boughtOn: '2026-03-02' }, { boughtOn: '2026-03-03' }],
    });
  });

  test('tells of each purchase the last event, and only the fields that it changed', async () => {
    const { sum, steps } = await given(
      member,
      order({}),
      event('Order', { TotalAmount: '84.50', Status: 'Completed', OrderNumber: 'O-7' }),
    ).why('spend.lifetime');
    expect(sum?.counted).toMatchObject([
      { number: 'O-7', leavesOn: null, by: { version: 3, event: { type: 'PurchaseCorrected' } } },
    ]);
    const fields = sum?.counted[0]?.source.fields.map((one) => [one.field, one.change?.before, one.change?.after]);
    expect(fields).toEqual([
      ['Order.Status', 'Activated', 'Completed'],
      ['Order.TotalAmount', '100', '84.50'],
    ]);
    expect(steps.at(-1)).toMatchObject({ before: [{ amount: '100.00' }], after: [{ amount: '84.50' }] });
  });

  test('counts what was known before the member enrolled, as of the day it was told', async () => {
    const { steps, sum } = await given(order({}), member).why('spend.purchases');
    expect(steps).toMatchObject([{ version: 1, before: 0, after: 1, event: { type: 'PurchaseRecorded' } }]);
    expect(sum?.counted).toHaveLength(1);
  });

  test('a purchase that moved away is in it no more, and the step names the owner', async () => {
    const { steps, sum } = await given(member, order({}), event('Order', { BillToContactId: BEN })).why('spend');
    expect(sum).toMatchObject({ total: [], counted: [] });
    expect(steps.at(-1)).toMatchObject({
      event: { type: 'PurchaseMovedOut' },
      source: { object: 'Order', id: ORDER, fields: [{ field: 'Order.BillToContactId', today: { value: BEN } }] },
    });
  });
});

describe('the tier', () => {
  test('says the rule with its numbers, and what time alone will make of it', async () => {
    const { because, timeAlone, steps } = await given(
      member,
      order({ TotalAmount: '600' }, 1),
      order({ TotalAmount: '100', EffectiveDate: '2026-04-01' }, 2),
    ).why('tier.name');
    expect(because).toEqual([
      'Qualifying 700.00 EUR >= 500.00 for Silver.',
      'Gold begins at 2000.00: 1300.00 EUR to go.',
      'Purchases from 2025-06-02 to 2026-06-01 count: twelve months, today included.',
    ]);
    expect(timeAlone).toEqual({ at: Date.UTC(2027, 2, 1), on: '2027-03-01', value: 'Member' });
    expect(steps).toMatchObject([{ version: 2, before: 'Member', after: 'Silver' }]);
  });

  test('at the top there is no next, at the bottom no threshold', async () => {
    expect((await given(member, order({ TotalAmount: '5000' })).why('tier')).because).toContain(
      'There is no higher tier.',
    );
    expect((await given(member).why('tier')).because[0]).toBe('Qualifying 0.00 EUR: Member is the lowest tier.');
  });

  test('that the source decides is told from its records', async () => {
    const [person, record, tier] = [
      salesforceId('Contact', 7),
      salesforceId('Order', 70),
      salesforceId('Promotion__c', 71),
    ];
    const { value, because, steps, sum } = await givenFor(loyaltyManagement)(
      event('LoyaltyProgramMember', { MembershipNumber: 'M-1' }, { id: person }),
      event('LoyaltyTier', { Name: 'Ruby' }, { id: tier }),
      event('LoyaltyMemberTier', { LoyaltyMemberId: person, LoyaltyTierId: tier }, { id: record }),
    ).why('tier.name', { of: person });
    expect({ value, sum }).toEqual({ value: 'Ruby', sum: null });
    expect(because).toContain(`Record ${record} names Ruby.`);
    expect(steps.at(-1)).toMatchObject({ before: null, after: 'Ruby', source: { object: 'LoyaltyMemberTier' } });
  });
});

describe('a promotion', () => {
  const promotion = event('Promotion__c', { Title__c: 'Tea', Terms__c: 'Once.', Active__c: 'true' });
  const of = (fields: Fields) => voucher({ Promotion__c: PROMOTION, ...fields });
  const what = `promotions.${VOUCHER}`;

  test('tells its definition, and when it ends', async () => {
    const { value, because, timeAlone, definition, steps } = await given(
      member,
      promotion,
      of({ ValidTo__c: '2026-06-04' }),
    ).why(what);
    expect(value).toMatchObject({ title: 'Tea', state: 'expiring' });
    expect(because).toEqual([
      'Its last day is 2026-06-04, in 3 days.',
      `Definition ${PROMOTION}: it gives the title "Tea", terms "Once.", active, from any day to no end.`,
    ]);
    expect(timeAlone).toEqual({ at: Date.UTC(2026, 5, 5), on: '2026-06-05', value: null });
    expect(definition).toMatchObject({
      object: 'Promotion__c',
      fields: expect.arrayContaining([expect.objectContaining({ field: 'Promotion__c.Title__c', change: null })]),
    });
    expect(steps).toMatchObject([{ before: null, after: { id: VOUCHER }, event: { type: 'PromotionGranted' } }]);
  });

  test.each<{ says: string; grant?: Fields; definition?: Fields }>([
    { grant: { Status__c: 'Redeemed', RedeemedOn__c: '2026-05-01' }, says: 'it was redeemed on 2026-05-01' },
    { grant: { Status__c: 'Cancelled' }, says: 'its status is Cancelled' },
    { grant: { ValidFrom__c: '2026-06-02' }, says: 'it is not valid before 2026-06-02' },
    { grant: { ValidTo__c: '2026-05-31' }, says: 'it ended on 2026-05-31' },
    { definition: { Active__c: 'false' }, says: `its definition ${PROMOTION} is inactive` },
    { definition: { StartsOn__c: '2026-06-02' }, says: `its definition ${PROMOTION} is not valid before 2026-06-02` },
    { definition: { EndsOn__c: '2026-05-31' }, says: `its definition ${PROMOTION} ended on 2026-05-31` },
  ])('that is not on the pass says why: $says', async ({ says, grant = {}, definition = {} }) => {
    const history = [member, promotion, event('Promotion__c', definition), of(grant)];
    const { value, because, steps } = await given(...history).why(what);
    expect(value).toBeNull();
    expect(because[0]).toBe(`Not on the pass: ${says}.`);
    expect(steps.at(-1)).toMatchObject({ after: null, source: { object: 'Voucher__c', id: VOUCHER } });
    expect((await given(...history).why('promotions')).because).toEqual([
      `Not on the pass: Tea (${VOUCHER}): ${says}.`,
    ]);
  });

  test('whose definition was deleted, or that was deleted itself', async () => {
    const retired = await given(member, promotion, of({}), deleted('Promotion__c')).why(what);
    expect(retired.because[0]).toBe(`Not on the pass: its definition ${PROMOTION} was deleted.`);
    const revoked = await given(member, of({}), deleted('Voucher__c')).why(what);
    expect(revoked.because).toEqual(['Not on the pass: it was deleted, or is another member’s now.']);
    expect(revoked.steps.at(-1)).toMatchObject({ event: { type: 'PromotionRevoked' }, after: null });
  });
});

describe('attributes that the mapping added', () => {
  const mapping = {
    ...retail,
    objects: {
      ...retail.objects,
      Contact: {
        ...retail.objects.Contact,
        custom: {
          'shoe.size': onPass(field('Size__c', 'choice')),
          birthday: onPass(personal(field('Birthdate', 'date'))),
        },
      },
    } as Mapping['objects'],
  };

  test('are explained like any other, whatever they are called', async () => {
    const custom = event('Contact', { MemberNumber__c: 'M-1', Size__c: 'M', Birthdate: '1990-02-28' });
    const history = givenFor(mapping)(custom, event('Contact', { Size__c: 'L' }));
    expect((await history.why('custom.shoe.size')).steps.at(-1)).toMatchObject({
      ...{ before: 'M', after: 'L' },
      source: { fields: [{ field: 'Contact.Size__c', change: { before: 'M', after: 'L' } }] },
    });
    expect((await history.why('custom.birthday')).steps).toMatchObject([
      { after: '1990-02-28', source: { fields: [{ field: 'Contact.Birthdate' }] } },
    ]);
  });
});

describe('several objects with one role', () => {
  const { Order: purchase } = retail.objects;
  const mapping = { ...retail, objects: { ...retail.objects, Receipt__c: purchase } as Mapping['objects'] };

  test('are told apart by the record that is known', async () => {
    const receipt = { BillToContactId: ADA, Status: 'Activated', EffectiveDate: '2026-03-01', TotalAmount: '100' };
    const { sum } = await givenFor(mapping)(
      member,
      event('Receipt__c', receipt, { id: salesforceId('Order', 9) }),
      order({}),
    ).why('spend.lifetime');
    expect(sum?.counted.map(({ source }) => source.object)).toEqual(['Order', 'Receipt__c']);
    expect(sum?.counted[1]?.source.fields[0]?.field).toMatch(/^Receipt__c\./);
  });
});

describe('a day', () => {
  test('is one of the programme’s time zone', async () => {
    const zoned = { ...retail, programme: { ...retail.programme, timeZone: 'Europe/Brussels' } };
    const { timeAlone } = await givenFor(zoned)(member, order({ TotalAmount: '600' })).why('tier.name');
    expect(timeAlone).toEqual({ at: Date.UTC(2027, 1, 28, 23), on: '2027-03-01', value: 'Member' });
  });
});

describe('an earlier time', () => {
  test('is answered with what was known then, as it looked then', async () => {
    const history = given(member, order({}, 1), order({ TotalAmount: '7' }, 2));
    const lifetime = (amount: string) => ({ value: [{ amount, currency: 'EUR' }] });
    expect(await history.why('spend.lifetime', { to: { type: 'version', version: 2 } })).toMatchObject(
      lifetime('100.00'),
    );
    expect(await history.why('spend.lifetime', { to: { type: 'instant', at: recordedAt(1) } })).toMatchObject({
      ...lifetime('100.00'),
      ...{ version: 2, evaluatedAt: recordedAt(1) },
    });
    expect(await history.why('spend.lifetime')).toMatchObject({ ...lifetime('107.00'), evaluatedAt: NOON });
  });
});

describe('it refuses', () => {
  test('a place that the pass has not, and lists those it has', async () => {
    const refusal = await given(member, voucher({ Status__c: 'Cancelled' })).refusal('tier.colour');
    expect(refusal).toMatchObject({ type: 'NoSuchPath' });
    expect(refusal).toHaveProperty(
      'paths',
      expect.arrayContaining(['holder.firstName', 'promotions', `promotions.${VOUCHER}`, 'tier', 'tier.name']),
    );
    for (const what of ['', '.', 'constructor', 'holder.constructor', 'promotions.length', '__proto__'])
      expect(await given(member).refusal(what)).toMatchObject({ type: 'NoSuchPath' });
  });

  test('a member that is unknown, was unknown then, or has no pass yet', async () => {
    expect(await given(member).refusal('tier', { of: BEN })).toEqual({ type: 'NothingKnown', knownSince: null });
    const before = { type: 'instant', at: recordedAt(0) - 1 } as const;
    const then = { type: 'NothingKnown', knownSince: recordedAt(0) };
    expect(await given(member).refusal('tier', { to: before })).toEqual(then);
    expect(await given(order({})).refusal('tier')).toEqual({ type: 'NoPassYet', until: ['Contact.MemberNumber__c'] });
  });

  test('a version beyond the last', async () => {
    expect(await given(member).refusal('tier', { to: { type: 'version', version: 2 } })).toEqual({
      ...{ type: 'NoSuchVersion', lastVersion: 1 },
    });
  });
});
