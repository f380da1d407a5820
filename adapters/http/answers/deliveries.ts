import * as t from 'io-ts';
import type { DeliveryText, DeviceText } from '../../middleware/deliveryText.ts';
import type { DestinationText } from '../../middleware/destinationText.ts';
import { orNull, pageOf } from './common.ts';

const lanes = t.strict({ live: t.number, bulk: t.number });
const lane = t.keyof({ live: null, bulk: null });

/** A destination. waiting, dead null: the store does not tell. lastAnswers: newest first; type Ok: well. */
export const Destination = t.exact(
  t.intersection([
    t.type({
      ...{ name: t.string, credential: t.string, dryRun: t.boolean },
      breaker: t.strict({
        state: t.keyof({ closed: null, open: null, 'half-open': null }),
        since: t.string,
        until: orNull(t.string),
      }),
      /** The partner asked to be left alone until then. */
      pausedUntil: orNull(t.string),
      pace: t.strict({ perSecond: t.number, burst: t.number }),
      inHand: lanes,
      waiting: orNull(lanes),
      dead: orNull(t.number),
      oldestSince: orNull(t.string),
      lastError: orNull(t.strict({ at: t.string, status: orNull(t.number), reason: orNull(t.string) })),
      lastAnswers: t.readonlyArray(
        t.strict({ at: t.string, type: t.string, status: orNull(t.number), reason: orNull(t.string) }),
      ),
    } satisfies Record<Exclude<keyof DestinationText, 'certificateDaysLeft'>, t.Mixed>),
    t.partial({ certificateDaysLeft: t.number }),
  ]),
  'Destination',
);
export type Destination = t.TypeOf<typeof Destination>;
export const Destinations = pageOf(Destination, 'Destinations');

const Step = t.exact(
  t.intersection([
    t.type({
      step: t.string,
      at: t.string,
      outcome: t.keyof({ ok: null, refused: null, failed: null, skipped: null }),
      status: orNull(t.number),
      reason: orNull(t.string),
      tries: t.number,
      durationMs: t.number,
    }),
    /** Of its device or part. */
    t.partial({ of: t.string }),
  ]),
  'DeliveryStep',
);

const seen = t.strict({ revision: t.number, at: t.string });
/** A phone: what it was told of, what it fetched, and where it has not, why. */
const Device = t.strict(
  {
    ...{ device: t.string, registered: t.string },
    pushed: orNull(t.strict({ revision: t.number, at: t.string, times: t.number })),
    ...{ listed: orNull(seen), fetched: orNull(seen), whyNot: orNull(t.string) },
  } satisfies Record<keyof DeviceText, t.Mixed>,
  'DeliveryDevice',
);

/** What became of a member's pass, or of one event, at a destination. devices: of `apple`, where a member is asked for. kept: of a webhook's last answer. */
export const Delivery = t.exact(
  t.intersection([
    t.type({
      destination: t.string,
      of: t.union([
        t.strict({ type: t.literal('member'), memberId: t.string }),
        t.strict({ type: t.literal('event'), source: t.string, id: t.string }),
      ]),
      state: t.keyof({ waiting: null, confirming: null, delivered: null, dead: null }),
      ...{ lane, wanted: t.number, done: t.number, failures: t.number, reason: orNull(t.string) },
      ...{ since: orNull(t.string), due: orNull(t.string), inHandUntil: orNull(t.string), updatedAt: t.string },
      held: orNull(
        t.strict({ by: t.keyof({ breaker: null, partner: null, configuration: null }), until: orNull(t.string) }),
      ),
      steps: t.readonlyArray(Step),
    } satisfies Record<Exclude<keyof DeliveryText, 'kept'>, t.Mixed>),
    t.partial({ kept: t.unknown, devices: t.readonlyArray(Device) }),
  ]),
  'Delivery',
);
export type Delivery = t.TypeOf<typeof Delivery>;
export const Deliveries = pageOf(Delivery, 'Deliveries');

/** next: `after` of the request that goes on; null: that was all. */
export const Redriven = t.strict({ redriven: t.number, next: orNull(t.string) }, 'Redriven');
export type Redriven = t.TypeOf<typeof Redriven>;
