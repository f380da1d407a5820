import { describe, expect, test } from 'vitest';
import { type DomainEvent, type Pass, renderPass, viewAll } from '#domain/index.ts';
import {
  ADA,
  absent,
  BEN,
  catalogOf,
  deleted,
  type Expected,
  event,
  type Fields,
  given,
  type Known,
  learnAll,
  ORDER,
  PROMOTION,
  row,
  type Said,
  statesOf,
  VOUCHER,
} from '#test/support/scenario.ts';

const bought = { EffectiveDate: '2026-01-02', Status: 'Activated', TotalAmount: '12.50' };
const ada = `member-${ADA}`;
const ben = `member-${BEN}`;
const ofAda = { BillToContactId: ADA };
const ofBen = { BillToContactId: BEN };
const ofNobody = { BillToContactId: null };

/** What each object's record says while it is there, and what its going and its coming back mean. */
type Restorable = {
  readonly object: string;
  readonly fields: Fields;
  readonly stream: string;
  readonly gone: DomainEvent['type'];
  readonly back: DomainEvent['type'];
  /** Of what is told when it comes back: all of it as it then stands. */
  readonly current: object;
};

const restorables: readonly Restorable[] = [
  {
    ...{ object: 'Contact', fields: { MemberNumber__c: 'M-1' }, stream: ada },
    ...{ gone: 'MemberWithdrawn', back: 'MemberReinstated', current: { standing: 'active', number: 'M-1' } },
  },
  {
    ...{ object: 'Order', fields: { ...ofAda, ...bought }, stream: ada },
    ...{ gone: 'PurchaseVoided', back: 'PurchaseRecorded', current: { counts: { minorUnits: 1250 } } },
  },
  {
    ...{ object: 'Voucher__c', fields: { Member__c: ADA, Status__c: 'Issued' }, stream: ada },
    ...{ gone: 'PromotionRevoked', back: 'PromotionGranted', current: { state: 'available' } },
  },
  {
    ...{ object: 'Promotion__c', fields: { Title__c: 'Spring', Active__c: 'true' }, stream: `promotion-${PROMOTION}` },
    ...{ gone: 'PromotionRetired', back: 'PromotionDefined', current: { title: 'Spring', isActive: true } },
  },
];

describe.each(restorables)('a record of $object', ({ object, fields, stream, gone, back, current }) => {
  const there = event(object, fields, { at: 10 });
  const lost = deleted(object, { at: 60 });
  const isBack = { [stream]: [{ type: back, current }] };
  const isGone = { [stream]: [{ type: gone }] };

  test('that is deleted and restored goes once and comes back once, as it then stands', () => {
    given(there).when(lost).then(isGone);
    given(there, lost)
      .when(deleted(object, { at: 60 }))
      .then({});
    given(there, lost)
      .when(event(object, fields, { at: 90 }))
      .then(isBack);
    given(there, lost, event(object, fields, { at: 90 }))
      .when(event(object, fields, { at: 90 }))
      .then({});
  });

  test('comes and goes as often as it is said to', () => {
    const restored = event(object, fields, { at: 90 });
    given(there, lost, restored)
      .when(deleted(object, { at: 120 }))
      .then(isGone);
    given(there, lost, restored, deleted(object, { at: 120 }))
      .when(event(object, fields, { at: 150 }))
      .then(isBack);
  });

  test('whose restoring moves no date is back by the time of the event', () => {
    const quietly = event(object, fields, { at: 90, modifiedAt: 60 });
    given(there, lost).when(quietly).then(isBack);
    given(there, quietly).when(lost).then({});
    given(there, lost, quietly)
      .when(row(object, fields, { at: 60, extractedAt: 70, exists: false }))
      .then({});
  });

  test('whose restoring moves no date and is told by no event is back by a row that was extracted clearly later', () => {
    const load = (extractedAt: number, exists: boolean) => row(object, fields, { at: 60, extractedAt, exists });
    given(there, lost).when(load(64, true)).then({});
    given(there, lost).when(load(500, true)).then(isBack);
    given(there, load(100, false)).when(load(500, true)).then(isBack);
  });

  test('whose restoring left no other trace goes once more with a row read before it, and is back with the next load', () => {
    const load = (extractedAt: number, exists: boolean) => row(object, fields, { at: 60, extractedAt, exists });
    given(there, load(500, true)).when(load(100, false)).then(isGone);
    given(there, load(500, true), load(100, false)).when(load(500, true)).then(isBack);
    given(there, load(500, true), event(object, fields, { at: 120, modifiedAt: 60 }))
      .when(load(100, false))
      .then({});
  });

  test('that two loads leave out is gone; whatever vouches for it later brings it back, whatever is older does not', () => {
    const left = absent(object, { at: 300 });
    given(there).when(left).then(isGone);
    given(there, left)
      .when(absent(object, { at: 400 }))
      .then({});
    given(there, lost).when(left).then({});
    given(there, left)
      .when(row(object, fields, { at: 10, extractedAt: 290 }))
      .then({});
    given(there, left)
      .when(row(object, fields, { at: 10, extractedAt: 500 }))
      .then(isBack);
    given(there, left)
      .when(event(object, fields, { at: 310 }))
      .then(isBack);
  });

  test('that was heard of after the load which leaves it out began is not gone', () => {
    given(there, event(object, {}, { at: 310 }))
      .when(absent(object, { at: 300 }))
      .then({});
  });
});

describe('a record that nobody heard of, and that is deleted', () => {
  test.each<readonly [string, Said, Expected]>([
    ['an order is silent: it was nobody’s', deleted('Order'), {}],
    ['a voucher, too', deleted('Voucher__c'), {}],
    ['a contact is withdrawn, whoever it was', deleted('Contact'), { [ada]: [{ type: 'MemberWithdrawn' }] }],
    [
      'a promotion is retired: nothing that was granted of it counts',
      deleted('Promotion__c'),
      { [`promotion-${PROMOTION}`]: [{ type: 'PromotionRetired' }] },
    ],
  ])('%s', (_, said, expected) => {
    given().when(said).then(expected);
  });

  test('an older owner that becomes known afterwards brings nothing back', () => {
    given(deleted('Order', { at: 60 }))
      .when(event('Order', { ...ofAda, ...bought }, { at: 50 }))
      .then({});
    given(absent('Order', { at: 60 }))
      .when(event('Order', { ...ofAda, ...bought }, { at: 50 }))
      .then({});
  });
});

describe('a member', () => {
  const numbered = (number: string | null, at: number): Said => event('Contact', { MemberNumber__c: number }, { at });

  test('leaves and comes back as often as it likes, under any number', () => {
    const history = [
      ...[numbered('M-1', 10), numbered(null, 20), numbered('M-2', 30), numbered(null, 40)],
      ...[numbered('M-1', 50), deleted('Contact', { at: 60 }), event('Contact', {}, { at: 70 })],
    ];
    const known = learnAll(history);
    expect(known.streams.get(ada)?.map(({ type }) => type)).toEqual([
      ...['MemberEnrolled', 'MemberWithdrawn', 'MemberReinstated', 'MemberWithdrawn', 'MemberReinstated'],
      ...['MemberWithdrawn', 'MemberReinstated'],
    ]);
    expect(passOf(known, ADA)).toMatchObject({ status: 'active', memberNumber: 'M-1' });
    expect(passOf(learnAll([...history, numbered(null, 80)]), ADA)).toMatchObject({ status: 'withdrawn' });
  });

  test('keeps what it bought through leaving and coming back', () => {
    const history = [numbered('M-1', 10), event('Order', { ...ofAda, ...bought }, { at: 20 })];
    const left = [...history, deleted('Contact', { at: 30 })];
    expect(purchasesOf(learnAll(left), ADA)).toBe(1);
    expect(purchasesOf(learnAll([...left, event('Contact', {}, { at: 40 })]), ADA)).toBe(1);
  });
});

describe('an owner', () => {
  const order = (fields: Fields, at: number): Said => event('Order', fields, { at });
  const members = [ADA, BEN].map((id) => event('Contact', { MemberNumber__c: id }, { id, at: 5 }));
  const sold = [...members, order({ ...ofAda, ...bought }, 10)];

  test('is nobody for a while: the purchase leaves its member and comes back', () => {
    given(...sold)
      .when(order(ofNobody, 20))
      .then({ [ada]: [{ type: 'PurchaseMovedOut', purchaseId: ORDER }] });
    given(...sold, order(ofNobody, 20))
      .when(order(ofAda, 30))
      .then({ [ada]: [{ type: 'PurchaseMovedIn', current: { counts: { minorUnits: 1250 } } }] });
    expect(purchasesOf(learnAll([...sold, order(ofNobody, 20)]), ADA)).toBe(0);
    expect(purchasesOf(learnAll([...sold, order(ofNobody, 20), order(ofAda, 30)]), ADA)).toBe(1);
  });

  test('changed without an event is known from a row, and both passes are right', () => {
    const moved = row('Order', { ...ofBen, ...bought }, { at: 20 });
    given(...sold)
      .when(moved)
      .then({
        [ada]: [{ type: 'PurchaseMovedOut', previous: { counts: { minorUnits: 1250 } } }],
        [ben]: [{ type: 'PurchaseMovedIn', current: { counts: { minorUnits: 1250 } } }],
      });
    const known = learnAll([...sold, moved]);
    expect([ADA, BEN].map((id) => purchasesOf(known, id))).toEqual([0, 1]);
    given(...sold, moved)
      .when(order({ ...ofAda, ...bought }, 10))
      .then({});
  });

  test('merged into another hands over what it owned when that is read, and both passes are right', () => {
    const voucher = event('Voucher__c', { Member__c: ADA, Status__c: 'Issued', Title__c: 'Thank you' }, { at: 10 });
    const merged = [
      deleted('Contact', { at: 20 }),
      row('Contact', { MemberNumber__c: ADA, MasterRecordId: BEN }, { at: 20, exists: false }),
    ];
    const before = learnAll([...sold, voucher, ...merged]);
    expect([ADA, BEN].map((id) => purchasesOf(before, id))).toEqual([1, 0]);
    const after = learnAll([
      ...[...sold, voucher, ...merged, row('Order', { ...ofBen, ...bought }, { at: 20 })],
      row('Voucher__c', { Member__c: BEN, Status__c: 'Issued', Title__c: 'Thank you' }, { at: 20 }),
    ]);
    expect(passOf(after, ADA)).toMatchObject({ status: 'withdrawn', spend: { purchases: 0 }, promotions: [] });
    expect(passOf(after, BEN)).toMatchObject({
      ...{ status: 'active', spend: { purchases: 1 }, promotions: [{ id: VOUCHER }] },
    });
  });

  test('moved while deleted: restored at whoever it belongs to then', () => {
    given(...sold, deleted('Order', { at: 20 }))
      .when(row('Order', { ...ofBen, ...bought }, { at: 20, extractedAt: 500 }))
      .then({ [ben]: [{ type: 'PurchaseRecorded' }] });
  });
});

const NOON = Date.UTC(2026, 0, 3, 12);

const passOf = (known: Known, memberId: string): Pass | null =>
  renderPass(memberId, viewAll(statesOf(known, memberId), { at: NOON, timeZone: 'UTC' }, catalogOf(known)));

const purchasesOf = (known: Known, memberId: string): number | undefined => passOf(known, memberId)?.spend.purchases;
