import * as t from 'io-ts';
import { Pass } from '#domain/index.ts';

const text = t.union([t.string, t.null]);
const Money = t.strict({ amount: t.string, currency: t.string });

/** What can be returned and redeemed of a member, the latest order first. */
export const SampleMember = t.strict(
  {
    memberId: t.string,
    orders: t.readonlyArray(
      t.strict({ id: t.string, number: text, boughtOn: text, amount: t.string, currency: t.string }),
    ),
    vouchers: t.readonlyArray(t.strict({ id: t.string, title: text, validTo: text, value: t.union([Money, t.null]) })),
  },
  'SampleMember',
);
export type SampleMember = t.TypeOf<typeof SampleMember>;

/** A change of the sample org that was put on the source bus, and what there was before it: enough to watch what comes of it. */
export const SampleEditTaken = t.strict(
  {
    /** The id that the bus gave the entry. */
    traceId: t.string,
    memberId: t.string,
    /** ISO 8601: when the entry was durable. */
    acknowledgedAt: t.string,
    entry: t.strict({ Source: t.string, DetailType: t.string, Detail: t.string }),
    before: t.strict({ version: t.number, revision: t.number, pass: t.union([Pass, t.null]) }),
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
    refused: t.union([t.strict({ path: t.string, reason: t.string }), t.null]),
    /** The pass as it stands, and up to which event it is folded. */
    now: t.strict({ version: t.number, revision: t.number, pass: t.union([Pass, t.null]) }),
    /** What the wallet bus carried of it; null: nothing yet. */
    wallet: t.union([
      t.strict({
        sequence: t.number,
        type: t.string,
        revision: t.number,
        occurredAt: t.string,
        changed: t.readonlyArray(t.string),
      }),
      t.null,
    ]),
    /** At each destination; null: the middleware does not answer. */
    deliveries: t.union([
      t.readonlyArray(
        t.strict({
          destination: t.string,
          state: t.keyof({ none: null, waiting: null, confirming: null, delivered: null, dead: null }),
          /** The revision that is there to its end. */
          done: t.number,
          wanted: t.number,
          reason: text,
          steps: t.readonlyArray(
            t.strict({ step: t.string, at: t.string, outcome: t.string, status: t.union([t.number, t.null]) }),
          ),
        }),
      ),
      t.null,
    ]),
  },
  'SampleTrace',
);
export type SampleTrace = t.TypeOf<typeof SampleTrace>;
