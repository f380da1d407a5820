import * as t from 'io-ts';
import { Pass } from '#domain/index.ts';
import { KeyText } from '../../keyText.ts';
import { orNull } from './common.ts';

const Money = t.strict({ amount: t.string, currency: t.string });

const Amount = t.refinement(
  t.string,
  (text) => /^(?:0|[1-9]\d{0,6})(?:\.\d{1,2})?$/.test(text) && Number(text) > 0,
  'an amount above 0 such as 42.50, with at most two decimals',
);
const Name = t.refinement(t.string, (text) => text.trim() !== '' && text.length <= 80, 'a text of 1 to 80 characters');
const Days = t.refinement(
  t.number,
  (days) => Number.isInteger(days) && days >= 0 && days <= 365,
  'a whole number of days from 0 to 365',
);

/** Somebody buys something today, for so many EUR. */
export const SamplePurchase = t.strict({ memberId: KeyText, amount: Amount }, 'SamplePurchase');
/** Somebody is given a voucher, valid from today for so many days; value in EUR. */
export const SampleVoucher = t.strict(
  { memberId: KeyText, title: Name, value: orNull(Amount), days: Days },
  'SampleVoucher',
);
export const SampleRedemption = t.strict({ memberId: KeyText, voucherId: KeyText }, 'SampleRedemption');
export const SampleName = t.strict({ memberId: KeyText, firstName: Name, lastName: Name }, 'SampleName');
/** All of an order comes back. */
export const SampleReturn = t.strict({ memberId: KeyText, orderId: KeyText }, 'SampleReturn');

/** What can be returned and redeemed of a member, the latest order first. */
export const SampleMember = t.strict(
  {
    memberId: t.string,
    orders: t.readonlyArray(
      t.strict({
        id: t.string,
        number: orNull(t.string),
        boughtOn: orNull(t.string),
        amount: t.string,
        currency: t.string,
      }),
    ),
    vouchers: t.readonlyArray(
      t.strict({ id: t.string, title: orNull(t.string), validTo: orNull(t.string), value: orNull(Money) }),
    ),
  },
  'SampleMember',
);
export type SampleMember = t.TypeOf<typeof SampleMember>;

/** version: of the last event that is folded. */
const standing = { version: t.number, revision: t.number, pass: orNull(Pass) };

/** A change of the sample org that was put on the source bus, and what there was before it: enough to watch what comes of it. */
export const SampleEditTaken = t.strict(
  {
    /** The id that the bus gave the entry. */
    traceId: t.string,
    memberId: t.string,
    /** ISO 8601: when the entry was durable. */
    acknowledgedAt: t.string,
    entry: t.strict({ Source: t.string, DetailType: t.string, Detail: t.string }),
    before: t.strict(standing),
    /** What the wallet bus had carried. */
    sequence: t.number,
  },
  'SampleEditTaken',
);
export type SampleEditTaken = t.TypeOf<typeof SampleEditTaken>;

/** What came of it so far. Instants in ISO 8601. */
export const SampleTrace = t.strict(
  {
    traceId: t.string,
    /** The domain events that it became; [] none yet. */
    events: t.readonlyArray(t.strict({ version: t.number, type: t.string, recordedAt: t.string })),
    /** Where it could not be understood: the item in quarantine. */
    refused: orNull(t.strict({ path: t.string, reason: t.string })),
    /** The pass as it stands. */
    now: t.strict(standing),
    /** What the wallet bus carried of it; null: nothing yet. */
    wallet: orNull(
      t.strict({
        sequence: t.number,
        type: t.string,
        revision: t.number,
        occurredAt: t.string,
        changed: t.readonlyArray(t.string),
        pass: Pass,
      }),
    ),
    /** At each destination; null: the middleware does not answer. */
    deliveries: orNull(
      t.readonlyArray(
        t.strict(
          {
            destination: t.string,
            state: t.keyof({ none: null, waiting: null, confirming: null, delivered: null, dead: null }),
            /** The revision that is there to its end. */
            done: t.number,
            wanted: t.number,
            reason: orNull(t.string),
            steps: t.readonlyArray(
              t.strict({ step: t.string, at: t.string, outcome: t.string, status: orNull(t.number) }),
            ),
          },
          'SampleDelivery',
        ),
      ),
    ),
  },
  'SampleTrace',
);
export type SampleTrace = t.TypeOf<typeof SampleTrace>;
