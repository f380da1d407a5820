import { describe, expect, test } from 'vitest';
import {
  field,
  forgetPersonalFacts,
  holdsPersonalFacts,
  type Mapping,
  memberStream,
  onPass,
  type Pass,
  personal,
  renderPass,
  retail,
  viewAll,
} from '#domain/index.ts';
import {
  ADA,
  catalogOf,
  event,
  givenIn,
  learnAll,
  memberEventsOf,
  PROMOTION,
  type Said,
  statesOf,
} from '#test/support/scenario.ts';

const { Contact, Voucher__c: Voucher, Promotion__c: Promotion, Order } = retail.objects;
const mapping: Mapping = {
  ...retail,
  objects: {
    Contact: {
      ...Contact,
      custom: {
        size: onPass(field('Size__c', 'choice')),
        birthday: onPass(personal(field('Birthdate', 'date'))),
        seenAt: field('Seen__c', 'instant'),
      },
    },
    Voucher__c: { ...Voucher, custom: { code: onPass(personal(field('Code__c', 'text'))) } },
    Promotion__c: { ...Promotion, custom: { badge: onPass(field('Badge__c', 'text')) } },
    Order: { ...Order, custom: { store: field('Store__c', 'text') } },
  } as Mapping['objects'],
};
const given = givenIn(mapping);
const member = event('Contact', { MemberNumber__c: 'M-1', Size__c: 'M', Birthdate: '1990-02-28' });
const order = event('Order', { BillToContactId: ADA, Store__c: 'Ghent' });
const stream = memberStream(ADA);

const passAfter = (...history: readonly Said[]): Pass | null => {
  const known = learnAll(history, mapping);
  return renderPass(
    ADA,
    viewAll(statesOf(known, ADA), { at: Date.UTC(2026, 0, 9), timeZone: 'UTC' }, catalogOf(known)),
  );
};

describe('attributes that a mapping adds', () => {
  test('are carried in the facts of their events, personal ones apart', () => {
    given()
      .when(member)
      .then({
        [stream]: [
          {
            type: 'MemberEnrolled',
            current: {
              custom: { size: 'M', seenAt: null },
              onPass: ['size', 'birthday'],
              personal: { firstName: null, custom: { birthday: '1990-02-28' } },
            },
          },
        ],
      });
    given(member)
      .when(order)
      .then({
        [stream]: [{ type: 'PurchaseRecorded', current: { custom: { store: 'Ghent' } } }],
      });
  });

  test('make an event when they alone change, and none when they are said again', () => {
    given(member)
      .when(event('Contact', { Size__c: 'L' }))
      .then({
        [stream]: [
          {
            type: 'MemberDetailsChanged',
            previous: { custom: { size: 'M', seenAt: null } },
            current: { custom: { size: 'L', seenAt: null } },
          },
        ],
      });
    given(member)
      .when(event('Contact', { Size__c: 'M' }))
      .then({});
  });

  test('that hold an instant tell it as people write it', () => {
    given(member)
      .when(event('Contact', { Seen__c: String(Date.UTC(2026, 2, 4, 5, 6, 7)) }))
      .then({
        [stream]: [{ type: 'MemberDetailsChanged', current: { custom: { seenAt: '2026-03-04T05:06:07.000Z' } } }],
      });
  });

  test('are absent where none is declared, so that what is stored stays as it was', () => {
    const [enrolled] = memberEventsOf(learnAll([event('Contact', { MemberNumber__c: 'M-1' })]), ADA);
    expect(Object.keys((enrolled as { current: object }).current)).toEqual([
      'standing',
      'number',
      'memberSince',
      'mergedInto',
      'personal',
    ]);
  });

  test('marked so are on the pass: of the member, and of a grant with those of its definition', () => {
    const pass = passAfter(
      member,
      event('Promotion__c', { Active__c: 'true', Badge__c: 'star' }),
      event('Voucher__c', { Member__c: ADA, Status__c: 'Issued', Promotion__c: PROMOTION, Code__c: 'X-1' }),
    );
    expect(pass).toMatchObject({
      custom: { size: 'M', birthday: '1990-02-28' },
      promotions: [{ custom: { badge: 'star', code: 'X-1' } }],
    });
  });

  test('not marked so are not; a pass without any has no custom at all', () => {
    expect(passAfter(member)?.custom).not.toHaveProperty('seenAt');
    const plain = learnAll([event('Contact', { MemberNumber__c: 'M-1' })]);
    const pass = renderPass(ADA, viewAll(statesOf(plain, ADA), { at: 0, timeZone: 'UTC' }, catalogOf(plain)));
    expect(pass).not.toHaveProperty('custom');
    expect(pass).not.toHaveProperty('points');
  });

  test('that are personal go when the member is forgotten, those of its grants too', () => {
    const events = memberEventsOf(
      learnAll([member, event('Voucher__c', { Member__c: ADA, Code__c: 'X-1' })], mapping),
      ADA,
    );
    expect(events.map(holdsPersonalFacts)).toEqual([true, true]);
    const left = JSON.stringify(events.map(forgetPersonalFacts));
    expect(left).not.toContain('1990-02-28');
    expect(left).not.toContain('X-1');
  });
});
