import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import {
  feedsOf,
  loyaltyManagement,
  type Mapping,
  type MappingFile,
  type MappingProblem,
  type PresetName,
  presets,
  retail,
  validateMapping,
} from '#domain/index.ts';

const member = { role: 'member', fields: { number: 'Number__c' } } as const;
const order = { role: 'purchase', owner: 'Member__c', fields: { boughtOn: 'Date__c', amount: 'Amount__c' } } as const;
const programme = { currency: 'EUR', timeZone: 'Europe/Paris' };
const file = (changes: object): object => ({ programme, objects: { Contact: member, Order: order }, ...changes });
const withOrder = (changes: object): object => file({ objects: { Contact: member, Order: { ...order, ...changes } } });

const problemsOf = (given: unknown): readonly string[] => {
  const read = validateMapping(given);
  return E.isRight(read) ? [] : read.left.map(({ path, expected }: MappingProblem) => `${path.join('.')}: ${expected}`);
};
const read = (given: MappingFile): Mapping => {
  const result = validateMapping(given);
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left));
  return result.right;
};

describe('a mapping file', () => {
  test('that says the least there is to say is filled with what is usual', () => {
    const {
      objects,
      flows,
      programme: filled,
    } = read({
      programme,
      objects: { Contact: { ...member, fields: { number: 'Number__c', firstName: 'FirstName' } }, Order: order },
    });
    expect(filled.extractionMarginMs).toBe(5_000);
    expect(flows).toEqual({});
    expect(objects.Order).toMatchObject({ fields: { boughtOn: { kind: 'date' }, amount: { kind: 'decimal' } } });
    expect(objects.Contact).toMatchObject({
      fields: { number: { isPersonal: false }, firstName: { isPersonal: true } },
    });
  });

  test.each(Object.keys(presets) as PresetName[])('that extends %s and adds nothing is that preset', (name) => {
    expect(read({ extends: name })).toEqual(presets[name]);
    expect(validateMapping(presets[name])).toEqual(E.right(presets[name]));
  });

  test('lays what it says over the preset, key by key; null takes away', () => {
    const { objects, programme: laid } = read({
      extends: 'retail',
      programme: { timeZone: 'Europe/Paris' },
      objects: {
        Contact: { custom: { size: { field: 'Size__c', onPass: true } } },
        Order: { fields: { number: 'PO__c', originalPurchase: null }, countedStatuses: ['Paid'] },
        Voucher__c: null,
      },
    });
    expect(laid).toEqual({ ...retail.programme, timeZone: 'Europe/Paris' });
    expect(objects.Contact).toMatchObject({
      fields: retail.objects.Contact!.fields,
      custom: { size: { onPass: true } },
    });
    expect(objects.Order).toMatchObject({ owner: 'BillToContactId', countedStatuses: ['Paid'] });
    expect(objects.Order!.fields).not.toHaveProperty('originalPurchase');
    expect(Object.keys(objects)).toEqual(['Contact', 'Order', 'Promotion__c']);
  });

  test('that takes an object away takes away what the preset says of its flows', () => {
    const read = validateMapping({ extends: 'loyalty-management', objects: { TransactionJournal: null } });
    expect(E.isRight(read) && Object.keys(read.right.feeds ?? {})).toEqual([
      'LoyaltyTier',
      'VoucherDefinition',
      'Promotion',
    ]);
  });

  test('names its full loads by flow or object, alone or as a set', () => {
    const fullLoads = ['Order', ['a-to-m', 'n-to-z']];
    const flows = { 'a-to-m': 'Contact', 'n-to-z': 'Contact' };
    expect(read(file({ flows, fullLoads }) as MappingFile).fullLoads).toEqual(fullLoads);
    expect(problemsOf(file({ flows, fullLoads: ['Order', ['a-to-z']] }))).toEqual([
      'fullLoads.1: expected a flow, or a list of flows that read an object together (Contact, Order, a-to-m, n-to-z)',
    ]);
    expect(problemsOf(file({ fullLoads: 'Order' }))).toHaveLength(1);
  });

  test('names objects that are passed over, and the flows that bring them', () => {
    expect(read(file({ ignored: ['Account'], flows: { accounts: 'Account' } }) as MappingFile)).toMatchObject({
      ignored: ['Account'],
      flows: { accounts: 'Account' },
    });
    expect(read(file({ ignored: [] }) as MappingFile)).not.toHaveProperty('ignored');
  });

  test('says which flows an object has where they are not the usual three', () => {
    const mapping = read(file({ feeds: { Order: { events: false } } }) as MappingFile);
    expect(feedsOf(mapping, 'Order')).toEqual({ full: true, everyMinutes: 15, events: false });
    const elsewhere = read(file({ feeds: { Order: 'elsewhere' } }) as MappingFile);
    expect(feedsOf(elsewhere, 'Order')).toEqual({ full: false, everyMinutes: 'never', events: false });
    expect(feedsOf(mapping, 'Contact')).toEqual({ full: true, everyMinutes: 15, events: true });
    expect(feedsOf(mapping, 'constructor')).toEqual({ full: false, everyMinutes: 'never', events: false });
  });

  test('may give several objects one role', () => {
    const { objects } = read({ programme, objects: { Contact: member, Order: order, Store_Purchase__c: order } });
    expect(objects.Store_Purchase__c!.role).toBe('purchase');
  });

  test.each<readonly [string, unknown, string]>([
    ['ignored by no list', file({ ignored: 'Account' }), 'ignored: expected a list of objects, by API name'],
    [
      'ignored by no name',
      file({ ignored: [7] }),
      'ignored.0: expected the API name of an object: letters, digits and "_"',
    ],
    [
      'ignored and read',
      file({ ignored: ['Lead', 'Order'] }),
      'ignored.1: expected an object that this mapping does not read',
    ],
    ['is no object', [], ': expected a mapping: an object with objects'],
    ['extends nothing known', { extends: 'retial' }, 'extends: expected one of the presets retail, loyalty-management'],
    [
      'has a key nobody reads',
      file({ objcts: {} }),
      'objcts: expected one of the keys extends, programme, objects, flows, fullLoads, feeds, platformEvents, ignored',
    ],
    [
      'has no member object',
      file({ objects: { Order: order } }),
      'objects: expected at least one object with the role member',
    ],
    [
      'has an unknown currency',
      file({ programme: { ...programme, currency: 'EURO' } }),
      'programme.currency: expected an ISO 4217 currency code such as EUR',
    ],
    [
      'has an unknown time zone',
      file({ programme: { ...programme, timeZone: 'Paris' } }),
      'programme.timeZone: expected an IANA time zone such as Europe/Paris, or UTC',
    ],
    [
      'has an unknown role',
      withOrder({ role: 'order' }),
      `objects.Order.role: expected one of the roles member, purchase, grant, definition, memberTier, tier, points`,
    ],
    [
      'has an owned object without owner',
      withOrder({ owner: undefined }),
      'objects.Order.owner: expected the field that refers to the member (a purchase belongs to one): letters, digits and "_"',
    ],
    [
      'lacks a field that its role has to have',
      withOrder({ fields: { boughtOn: 'Date__c' } }),
      'objects.Order.fields.amount: expected a field: every purchase has one',
    ],
    [
      'has an unknown field kind',
      withOrder({ custom: { store: { field: 'Store__c', kind: 'string' } } }),
      'objects.Order.custom.store.kind: expected one of the kinds text, choice, decimal, date, instant, flag, reference',
    ],
    [
      'reads a day as text',
      withOrder({ fields: { ...order.fields, boughtOn: { field: 'Date__c', kind: 'text' } } }),
      'objects.Order.fields.boughtOn.kind: expected one of the kinds date, instant',
    ],
    [
      'maps a field twice',
      withOrder({ custom: { store: 'Amount__c' } }),
      'objects.Order.custom.store: expected another field: Amount__c is fields.amount already',
    ],
    [
      'maps its owner twice',
      withOrder({ custom: { who: 'Member__c' } }),
      'objects.Order.custom.who: expected another field: Member__c is owner already',
    ],
    [
      'lacks the statuses that count',
      withOrder({ fields: { ...order.fields, status: 'Status' } }),
      'objects.Order.countedStatuses: expected a list of statuses, as the source writes them',
    ],
    [
      'has a flow of an unknown object',
      file({ flows: { nightly: 'Orders' } }),
      'flows.nightly: expected an object of this mapping (Contact, Order)',
    ],
    [
      'has feeds that are no feeds',
      file({ feeds: { Order: true } }),
      'feeds.Order: expected an object with full, everyMinutes and events, or elsewhere',
    ],
    [
      'has an unknown feed',
      file({ feeds: { Order: { event: true } } }),
      'feeds.Order.event: expected one of the keys full, everyMinutes, events',
    ],
    [
      'asks too often',
      file({ feeds: { Order: { everyMinutes: 0.5 } } }),
      'feeds.Order.everyMinutes: expected whole minutes, from 1 to 1440, or never',
    ],
    [
      'has feeds of an unknown object',
      file({ feeds: { Orders: {} } }),
      'feeds.Orders: expected an object of this mapping (Contact, Order) before its feeds',
    ],
    [
      'shows on the pass what it cannot',
      withOrder({ custom: { store: { field: 'Store__c', onPass: true } } }),
      'objects.Order.custom.store.onPass: expected no onPass: only attributes of member, grant, definition are shown on the pass',
    ],
    [
      'would leave personal data in clear',
      withOrder({ fields: { ...order.fields, number: { field: 'N__c', isPersonal: true } } }),
      'objects.Order.fields.number.isPersonal: expected a custom attribute instead: events carry this one in clear',
    ],
    [
      'has a platform event about a field that is not read',
      file({
        platformEvents: {
          Sold__e: { object: 'Order', id: 'Id__c', stamp: 'CreatedDate', kind: 'changed', fields: { A__c: 'Else__c' } },
        },
      }),
      'platformEvents.Sold__e.fields.A__c: expected a field that the mapping reads (Date__c, Amount__c, Member__c)',
    ],
  ])('that %s is refused, with the keys that lead there and what was expected', (_, given, problem) => {
    expect(problemsOf(given)).toEqual([problem]);
  });

  test('is told all that is wrong with it', () => {
    const broken = { programme: { currency: 'EURO' }, objects: { Order: { role: 'x' } }, flows: { f: 'y' } };
    expect(problemsOf(broken)).toHaveLength(5);
  });

  test('is never thrown at, whatever it holds', () => {
    for (const odd of [null, 1, 'x', [], {}])
      for (const given of [
        odd,
        { objects: odd },
        file({ objects: { A: odd } }),
        withOrder({ fields: odd, custom: odd }),
        file({ flows: odd, platformEvents: odd }),
        file({ platformEvents: { A: odd } }),
        file({ programme: odd }),
      ])
        expect(() => validateMapping(given)).not.toThrow();
  });

  test('of the presets reads each field once', () => {
    expect(problemsOf(loyaltyManagement)).toEqual([]);
    expect(problemsOf(retail)).toEqual([]);
  });
});
