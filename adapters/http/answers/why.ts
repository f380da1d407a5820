import * as t from 'io-ts';
import { eventCodecs } from '#domain/index.ts';
import { Lane, Origin, orNull } from './common.ts';
import { MoneyText } from './views.ts';

/** Which feed said what stands there today. commitNumber: as text, it may be beyond 2^53; null: an event without one. */
const Today = t.union(
  [
    t.strict({ value: orNull(t.string), modifiedAt: orNull(t.string), from: t.literal('forgotten') }),
    t.strict({
      value: orNull(t.string),
      modifiedAt: orNull(t.string),
      from: t.literal('event'),
      commitNumber: orNull(t.string),
    }),
    t.strict({ value: orNull(t.string), modifiedAt: orNull(t.string), from: t.literal('row'), extractedAt: t.string }),
  ],
  'FieldToday',
);

/** The record behind a step. object null: several objects have that role, and the record is not known any more. */
const SourceText = t.strict(
  {
    object: orNull(t.string),
    id: t.string,
    /** null: it exists, or nobody said. */
    goneSince: orNull(t.string),
    fields: t.readonlyArray(
      t.strict(
        {
          /** "Order.TotalAmount". */
          field: t.string,
          /** Our word for it. */
          attribute: t.string,
          /** null: the event does not tell, only what was judged from it. */
          change: orNull(t.strict({ before: t.unknown, after: t.unknown })),
          /** null: never said, or not looked up. */
          today: orNull(Today),
        },
        'SourceField',
      ),
    ),
  },
  'Source',
);
export type SourceText = t.TypeOf<typeof SourceText>;

const told = {
  version: t.number,
  type: t.keyof(eventCodecs, 'EventType'),
  recordedAt: t.string,
  origin: Origin,
  lane: Lane,
};
export const EventTold = t.strict(told, 'EventTold');
export type EventTold = t.TypeOf<typeof EventTold>;

const Counted = t.strict(
  {
    purchaseId: t.string,
    number: orNull(t.string),
    boughtOn: t.string,
    /** Negative for a reduction. */
    amount: MoneyText,
    isReduction: t.boolean,
    /** When time alone takes it out of the twelve months. null: it stays in this sum. */
    leavesOn: orNull(t.string),
    /** The last event that told of it. */
    by: EventTold,
    source: SourceText,
  },
  'CountedPurchase',
);

const Sum = t.strict(
  {
    total: t.readonlyArray(MoneyText),
    /** How many purchases of the member are not in the sum, by why. */
    left: t.strict({
      unsound: t.number,
      otherCurrency: t.number,
      reductions: t.number,
      notYet: t.number,
      noLonger: t.number,
    }),
    /** How many purchases it is of. */
    purchases: t.number,
    /** The last of them, by date. */
    counted: t.readonlyArray(Counted),
  },
  'Sum',
);

/** Where a value on the pass comes from: the rule, what is summed up, the events, the fields of the source. */
export const WhyAnswer = t.strict(
  {
    memberId: t.string,
    path: t.string,
    /** As on the pass. null: nothing is there. */
    value: t.unknown,
    version: t.number,
    evaluatedAt: t.string,
    because: t.readonlyArray(t.string),
    timeAlone: orNull(t.strict({ at: t.string, on: t.string, value: t.unknown }, 'TimeAlone')),
    /** null: it is no sum over purchases. */
    sum: orNull(Sum),
    /** What defines the promotion. null: nothing, or the value is none. */
    definition: orNull(SourceText),
    /** Where the value changed; the last ones, oldest first. []: every member begins with this value. */
    steps: t.readonlyArray(t.strict({ ...told, before: t.unknown, after: t.unknown, source: SourceText }, 'Step')),
    hasEarlierSteps: t.boolean,
  },
  'Why',
);
export type WhyAnswer = t.TypeOf<typeof WhyAnswer>;
