import fc from 'fast-check';
import { salesforceId } from '#adapters/sample/ids.ts';
import type { Fields, FieldValue, Numeral } from '#adapters/sample/wire.ts';
import type { Rendering, Via } from '#test/support/wire.ts';

export const OBJECTS = ['Contact', 'Order', 'Voucher__c', 'Promotion__c'] as const;
export type SimObject = (typeof OBJECTS)[number];

/** One thing that happens in the org, afterSeconds after the one before (0: within the same second). */
export type Operation = { readonly afterSeconds: number } & (
  | {
      /** Creates the records that are not there, updates the others, leaves deleted ones alone. */
      readonly type: 'save';
      readonly object: SimObject;
      readonly indexes: readonly number[];
      readonly fields: Fields;
      readonly via: Via;
      /** Shares the commit number of the operation before it, if that was in the same second. */
      readonly sameTransaction: boolean;
    }
  | {
      readonly type: 'delete' | 'undelete';
      readonly object: SimObject;
      readonly indexes: readonly number[];
      readonly via: Via;
      readonly sameTransaction: boolean;
    }
  /** Brought back from the recycle bin with every date as the deletion left it: only the event says when. */
  | {
      readonly type: 'restore';
      readonly object: SimObject;
      readonly indexes: readonly number[];
      readonly via: Exclude<Via, 'gap' | 'overflow'>;
      readonly sameTransaction: boolean;
    }
  /**
   * Contacts merged into another: the losers are deleted, what they own goes to the winner (Apex guide, "Triggers and Merge Statements").
   * Whether Change Data Capture tells of what they own is not documented: either way its dates move.
   */
  | {
      readonly type: 'merge';
      readonly winner: number;
      readonly losers: readonly number[];
      /** What the winner takes over. */
      readonly fields: Fields;
      readonly tellsChildren: boolean;
      readonly via: Via;
      readonly sameTransaction: boolean;
    }
  /** Automation moves SystemModstamp and nothing else; no event. */
  | { readonly type: 'touch'; readonly object: SimObject; readonly index: number }
  | {
      readonly type: 'load';
      readonly object: SimObject;
      readonly rendering: Rendering;
      /** The run started so long before its rows were read: they may report changes younger than its start. */
      readonly startedSecondsBefore: number;
      readonly files: number;
    }
);

/** Every field of an object, as a new record has it before its first values. */
export const TEMPLATES: Readonly<Record<SimObject, (index: number) => Fields>> = {
  Contact: () => ({
    ...{
      Salutation: null,
      FirstName: null,
      LastName: 'Nobody',
      Email: null,
      MailingCity: null,
      MailingPostalCode: null,
    },
    ...{ MemberNumber__c: null, MemberSince__c: null, MasterRecordId: null },
  }),
  Order: (index) => ({
    ...{
      OrderNumber: String(index + 101).padStart(8, '0'),
      BillToContactId: null,
      EffectiveDate: null,
      Status: 'Draft',
    },
    ...{ TotalAmount: null, CurrencyIsoCode: null, IsReductionOrder: index === REDUCTION_INDEX },
    OriginalOrderId: index === REDUCTION_INDEX ? salesforceId('Order', 1) : null,
  }),
  Voucher__c: () => ({
    ...{
      Member__c: null,
      Promotion__c: null,
      Title__c: null,
      Status__c: 'Issued',
      ValidFrom__c: null,
      ValidTo__c: null,
    },
    ...{ RedeemedOn__c: null, Value__c: null, CurrencyIsoCode: null },
  }),
  Promotion__c: () => ({ Title__c: null, Terms__c: null, StartsOn__c: null, EndsOn__c: null, Active__c: true }),
};

/** How many records of each object a history draws from. The last order is a reduction order: that is settled at creation. */
const POOL: Readonly<Record<SimObject, number>> = { Contact: 3, Order: 4, Voucher__c: 3, Promotion__c: 2 };
export const REDUCTION_INDEX = POOL.Order - 1;

/** Histories of up to maxLength operations over a few contacts, orders, vouchers and promotions. */
export const historyArb = (options: { readonly maxLength?: number } = {}): fc.Arbitrary<readonly Operation[]> =>
  fc.array(operationArb, { minLength: 1, maxLength: options.maxLength ?? 40, size: 'max' });

const numeral = (text: string): Numeral => ({ numeral: text });

/** Around leap days, year ends, and six or seven days after START_SECOND. */
const dateArb = fc.constantFrom(
  ...['2022-12-31', '2023-02-27', '2023-02-28', '2023-03-01', '2023-03-02', '2023-12-31', '2024-02-28', '2024-02-29'],
  ...['2024-03-01', '2024-03-05', '2024-03-06', '2024-03-07', '2024-03-08', '2025-01-01'],
);
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 5 });
/** The first four times in five. */
const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: odd });
/** Open, or a day that leaves most of the days above inside. */
const fromArb = mostly(fc.constantFrom(null, '2022-12-31', '2024-02-28'), orNull(dateArb));
const toArb = mostly(fc.constantFrom(null, '2024-03-05', '2024-03-08', '2025-01-01'), orNull(dateArb));
const currencyArb = orNull(fc.constantFrom('EUR', 'EUR', 'EUR', 'GBP', 'JPY', 'KWD'));
/** The last one differs from its nearest double. */
const amountArb = fc.constantFrom(
  ...[
    '0',
    '0.0',
    '7',
    '12.50',
    '12.5',
    '100.0',
    '499.99',
    '500',
    '1499.995',
    '2000.000',
    '5000',
    '90071992547409.93',
  ].map(numeral),
);
const referenceArb = (object: SimObject): fc.Arbitrary<string | null> =>
  orNull(fc.nat({ max: POOL[object] - 1 }).map((index) => salesforceId(object, index + 1)));

/** All of these fields, as a first save often has, or any of them: what is missing is not touched. */
const some = (fields: Readonly<Record<string, fc.Arbitrary<FieldValue>>>): fc.Arbitrary<Fields> =>
  fc.oneof(
    fc.record(fields),
    fc.record(fields, { requiredKeys: [] }).map((chosen) => {
      const present: Record<string, FieldValue> = {};
      for (const [name, value] of Object.entries(chosen)) if (value !== undefined) present[name] = value;
      return present;
    }),
  );

const contactFieldsArb = some({
  FirstName: orNull(fc.constantFrom('Zoë', 'Łucja', 'さくら')),
  LastName: fc.constantFrom('Roth', 'Vanneste', 'Çelikdal'),
  Email: orNull(fc.constantFrom('zoe@example.test', 'lucja@example.test')),
  MailingCity: orNull(fc.constantFrom('Ghent', 'Łódź')),
  MailingPostalCode: orNull(fc.constantFrom('9000', '90-001')),
  MemberNumber__c: mostly<string | null>(fc.constantFrom('M-1', 'M-2'), fc.constant(null)),
  MemberSince__c: orNull(dateArb),
});
const purchaseFields = {
  BillToContactId: referenceArb('Contact'),
  EffectiveDate: mostly(fc.constantFrom('2023-03-01', '2023-12-31', '2024-02-28', '2024-02-29'), orNull(dateArb)),
  Status: mostly(fc.constantFrom('Activated', 'Completed'), fc.constantFrom('Draft', 'Cancelled')),
  CurrencyIsoCode: currencyArb,
};
const orderFieldsArb = some({ ...purchaseFields, TotalAmount: orNull(amountArb) });
const reductionFieldsArb = some({
  ...purchaseFields,
  TotalAmount: orNull(fc.constantFrom('-12.50', '-7.0', '20', '-600').map(numeral)),
});
const voucherFieldsArb = some({
  ...{ Member__c: referenceArb('Contact'), Promotion__c: referenceArb('Promotion__c') },
  Title__c: orNull(fc.constantFrom('Thank you', 'Bon d’achat')),
  Status__c: mostly(fc.constant('Issued'), fc.constantFrom('Redeemed', 'Cancelled')),
  ...{ ValidFrom__c: fromArb, ValidTo__c: toArb, RedeemedOn__c: orNull(dateArb) },
  ...{ Value__c: orNull(fc.constantFrom('5', '10.00', '20.0').map(numeral)), CurrencyIsoCode: currencyArb },
});
const promotionFieldsArb = some({
  Title__c: orNull(fc.constantFrom('Frühlingsfest', '冬のセール')),
  ...{ StartsOn__c: fromArb, EndsOn__c: toArb, Active__c: mostly(fc.constant(true), fc.constant(false)) },
});

const viaArb: fc.Arbitrary<Via> = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom<Via>('appflow', 'appflow', 'relay', 'pubsub', 'both') },
  { weight: 3, arbitrary: fc.constant<Via>('gap') },
  { weight: 1, arbitrary: fc.constant<Via>('overflow') },
);
const afterSecondsArb = fc.constantFrom(0, 0, 0, 1, 1, 2, 5, 3600, 86_400);
const commonArb = fc.record({ afterSeconds: afterSecondsArb, via: viaArb, sameTransaction: fc.boolean() });
const objectArb = fc.constantFrom<SimObject>('Contact', 'Order', 'Order', 'Voucher__c', 'Voucher__c', 'Promotion__c');
const indexesArb = (max: number): fc.Arbitrary<readonly number[]> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.nat({ max }).map((index) => [index]) },
    fc.uniqueArray(fc.nat({ max }), { minLength: 2, maxLength: 2 }),
  );

const saveOf = (
  object: SimObject,
  indexes: fc.Arbitrary<readonly number[]>,
  fields: fc.Arbitrary<Fields>,
): fc.Arbitrary<Operation> =>
  fc
    .record({ common: commonArb, indexes, fields })
    .map(({ common, ...rest }): Operation => ({ type: 'save', object, ...rest, ...common }));

const restoreArb: fc.Arbitrary<Operation> = objectArb.chain((object) =>
  fc
    .record({
      common: commonArb,
      via: fc.constantFrom('appflow', 'relay', 'pubsub', 'both'),
      indexes: indexesArb(POOL[object] - 1),
    })
    .map(({ common, ...rest }): Operation => ({ type: 'restore', object, ...common, ...rest })),
);

/** One winner and one or two losers, as many as one merge takes. */
const mergeArb: fc.Arbitrary<Operation> = fc
  .record({
    common: commonArb,
    contacts: fc.shuffledSubarray([...Array(POOL.Contact).keys()], { minLength: 2 }),
    fields: mostly(fc.constant<Fields>({}), contactFieldsArb),
    tellsChildren: fc.boolean(),
  })
  .map(
    ({ common, contacts: [winner = 0, ...losers], ...rest }): Operation => ({
      ...{ type: 'merge', winner, losers, ...rest, ...common },
    }),
  );

const operationArb: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: saveOf('Contact', indexesArb(POOL.Contact - 1), contactFieldsArb) },
  { weight: 5, arbitrary: saveOf('Order', indexesArb(REDUCTION_INDEX - 1), orderFieldsArb) },
  { weight: 1, arbitrary: saveOf('Order', fc.constant([REDUCTION_INDEX]), reductionFieldsArb) },
  { weight: 4, arbitrary: saveOf('Voucher__c', indexesArb(POOL.Voucher__c - 1), voucherFieldsArb) },
  { weight: 2, arbitrary: saveOf('Promotion__c', indexesArb(POOL.Promotion__c - 1), promotionFieldsArb) },
  {
    weight: 6,
    arbitrary: objectArb.chain((object) =>
      fc
        .record({
          common: commonArb,
          type: fc.constantFrom('delete', 'undelete'),
          indexes: indexesArb(POOL[object] - 1),
        })
        .map(({ common, ...rest }): Operation => ({ object, ...rest, ...common })),
    ),
  },
  { weight: 3, arbitrary: mergeArb },
  { weight: 2, arbitrary: restoreArb },
  {
    weight: 1,
    arbitrary: objectArb.chain((object) =>
      fc.record({
        type: fc.constant('touch'),
        object: fc.constant(object),
        index: fc.nat({ max: POOL[object] - 1 }),
        afterSeconds: afterSecondsArb,
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('load'),
      object: objectArb,
      rendering: fc.constantFrom('rest', 'text', 'sparse'),
      startedSecondsBefore: fc.constantFrom(0, 0, 1, 3),
      files: fc.constantFrom(1, 1, 2),
      afterSeconds: afterSecondsArb,
    }),
  },
);
