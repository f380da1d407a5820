import type { Random } from '#adapters/sample/random.ts';
import type { Fields, Numeral } from '#adapters/sample/wire.ts';
import type { Operation, SimObject } from '#test/support/operations.ts';
import { idOf, livingOrg, type Org } from '#test/support/org.ts';
import type { Via, WireItem } from '#test/support/wire.ts';

/** The made-up retailer whose members' life goes on, whatever happens to billfold. Repeatable: the same draws, the same life. */
export type Retailer = {
  /** What happens next, as its feeds tell it: each thing by events alone or by one file alone, so that nothing which is lost is told again by anything else. */
  readonly live: (changes: number) => readonly WireItem[];
  readonly org: () => Org;
  /** Orders that were told, by the member they were first said to be of. */
  readonly orders: () => ReadonlyMap<string, string>;
};

/** startedAtMs: the day that its dates lie around. */
export const retailer = (random: Random, startedAtMs: number): Retailer => {
  const org = livingOrg(Math.floor(startedAtMs / 1000) - LIFE_SECONDS);
  const orders = new Map<string, string>();
  const size = { Contact: 0, Order: FIRST_ORDER, Voucher__c: 0 };
  const inFile = { Contact: FIRST_IN_FILE, Order: FIRST_IN_FILE };
  const day = (from: number, to: number): string => isoDay(startedAtMs + random.int(from, to) * DAY_MS);
  const any = (object: 'Contact' | 'Voucher__c'): number => random.int(0, size[object] - 1);

  const said = (): Pick<Extract<Operation, { type: 'save' }>, 'afterSeconds' | 'via' | 'sameTransaction'> => ({
    ...{ afterSeconds: random.int(0, 3), sameTransaction: random.chance(0.2) },
    via: random.pick<Via>(['appflow', 'appflow', 'relay', 'pubsub', 'both']),
  });
  const save = (object: SimObject, index: number, fields: Fields): readonly WireItem[] =>
    org.perform({ type: 'save', object, indexes: [index], fields, ...said() });

  const enrol = (): readonly WireItem[] => {
    const index = size.Contact++;
    return save('Contact', index, { ...name(random), MemberNumber__c: `M-${index}`, MemberSince__c: day(-900, 0) });
  };
  const purchase = (): readonly WireItem[] => {
    const index = size.Order++;
    const of = idOf('Contact', any('Contact'));
    orders.set(idOf('Order', index), of);
    return save('Order', index, { ...orderFields(), BillToContactId: of });
  };
  const orderFields = (): Fields => ({
    ...{ EffectiveDate: day(-420, 2), Status: random.pick(['Activated', 'Activated', 'Completed', 'Draft']) },
    ...{ TotalAmount: amount(random), CurrencyIsoCode: random.pick(['EUR', 'EUR', 'EUR', 'GBP', 'JPY']) },
  });
  const existing = (): number => random.int(FIRST_ORDER, Math.max(FIRST_ORDER, size.Order - 1));
  const voucher = (): readonly WireItem[] =>
    save('Voucher__c', size.Voucher__c++, {
      ...{ Member__c: idOf('Contact', any('Contact')), Promotion__c: idOf('Promotion__c', random.int(0, 2)) },
      ...{ Status__c: 'Issued', ValidFrom__c: day(-30, 1), ValidTo__c: day(-1, 12), Value__c: amount(random) },
    });
  const redefine = (): readonly WireItem[] =>
    save('Promotion__c', random.int(0, 2), {
      ...{ Title__c: random.pick(['Spring', 'Été', '冬のセール']), Active__c: random.chance(0.8) },
      ...{ StartsOn__c: day(-40, -20), EndsOn__c: day(-1, 60) },
    });
  const recycle = (): readonly WireItem[] =>
    org.perform({
      ...{ type: random.pick(['delete', 'undelete', 'restore'] as const), object: 'Order', indexes: [existing()] },
      ...said(),
      via: random.pick(['appflow', 'relay', 'both'] as const),
    });

  /** A nightly file of others: known by no event. Each is told once. */
  const file = (): readonly WireItem[] => {
    const rows = random.int(3, 12);
    const contacts = Array.from({ length: rows }, () => inFile.Contact++);
    for (const index of contacts)
      save('Contact', index, { ...name(random), MemberNumber__c: `F-${index}`, MemberSince__c: day(-900, 0) });
    const ordered = contacts.map((contact) => {
      const index = inFile.Order++;
      orders.set(idOf('Order', index), idOf('Contact', contact));
      save('Order', index, { ...orderFields(), BillToContactId: idOf('Contact', contact) });
      return index;
    });
    return [
      ...org.rows('Contact', new Set(contacts.map((index) => idOf('Contact', index)))),
      ...org.rows('Order', new Set(ordered.map((index) => idOf('Order', index)))),
    ];
  };

  /** With their weights. */
  const happenings: readonly (readonly [number, () => readonly WireItem[]])[] = [
    [4, enrol],
    [12, purchase],
    [
      5,
      () => save('Order', existing(), { TotalAmount: amount(random), Status: random.pick(['Activated', 'Cancelled']) }),
    ],
    [3, () => save('Order', existing(), { BillToContactId: idOf('Contact', any('Contact')) })],
    [4, () => save('Contact', any('Contact'), name(random))],
    [4, voucher],
    [2, () => (size.Voucher__c === 0 ? [] : save('Voucher__c', any('Voucher__c'), { Status__c: 'Redeemed' }))],
    [1, redefine],
    [3, recycle],
    [1, file],
  ];
  const deck = happenings.flatMap(([weight, happens]) => Array.from({ length: weight }, () => happens));

  return {
    live: (changes) => {
      const begun =
        size.Contact > 0 ? [] : [...Array.from({ length: 8 }, enrol).flat(), ...redefine(), ...purchase(), ...file()];
      return [...begun, ...Array.from({ length: changes }, () => random.pick(deck)()).flat()];
    },
    org: org.now,
    orders: () => orders,
  };
};

const DAY_MS = 86_400_000;
/** Its life is over before now: it must not catch up with the clock. */
const LIFE_SECONDS = 200 * 86_400;
/** The first few orders of that pool are of a kind of their own (operations.ts). */
const FIRST_ORDER = 10;
const FIRST_IN_FILE = 1_000_000;

const isoDay = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);
const name = (random: Random): Fields => ({
  FirstName: random.pick(['Zoë', 'Łucja', 'さくら', 'Ada']),
  LastName: random.pick(['Roth', 'Vanneste', 'Çelikdal', 'Okafor']),
});
const amount = (random: Random): Numeral => ({ numeral: String(random.int(1, 900)) });
