import { deviceName, pushPlace } from '../apple/deviceName.ts';
import { readPushes } from '../apple/pushPlan.ts';
import type { Delivery, StepOutcome } from '../delivery/delivery.ts';
import type { DestinationView } from '../delivery/engine.ts';
import type { Registration, Seen } from '../delivery/registrations.ts';
import { isoText, isoTextOrNull } from '../isoText.ts';
import { keptIn } from '../webhook/kept.ts';

/** A delivery as it is told: times as ISO text, nothing personal but the id that was asked for. */
export type DeliveryText = Pick<Delivery, 'state' | 'lane' | 'wanted' | 'done' | 'failures' | 'reason'> & {
  readonly destination: string;
  readonly of: Delivery['key']['subject'];
  readonly since: string | null;
  readonly due: string | null;
  /** Somebody has it in hand, until then at the longest. */
  readonly inHandUntil: string | null;
  /**
   * Why what waits is not sent now, as the process that was asked sees it: it is no destination any more, its breaker is open, the partner asked for it.
   * until null: nobody knows.
   */
  readonly held: { readonly by: 'breaker' | 'partner' | 'configuration'; readonly until: string | null } | null;
  readonly updatedAt: string;
  readonly steps: readonly (Omit<StepOutcome, 'at'> & { readonly at: string })[];
  /** Of the last answer of a webhook, where it keeps something. */
  readonly kept?: unknown;
};

/** view: of its destination; null: it is none any more. */
export const deliveryText = (delivery: Delivery, view: HoldingView | null): DeliveryText => {
  const { key, state, lane, wanted, done, failures, reason } = delivery;
  const kept = keptIn(delivery.progress);
  return {
    ...{ destination: key.destination, of: key.subject, state, lane, wanted, done },
    since: isoTextOrNull(delivery.since),
    due: isoTextOrNull(delivery.due),
    inHandUntil: isoTextOrNull(delivery.inHandUntil),
    held: state === 'waiting' && delivery.inHandUntil === null ? heldText(view) : null,
    ...{ failures, reason, updatedAt: isoText(delivery.updatedAt) },
    steps: delivery.steps.map((step) => ({ ...step, at: isoText(step.at) })),
    ...(kept === undefined ? {} : { kept }),
  };
};

type HoldingView = Pick<DestinationView, 'breaker' | 'pausedUntil'>;

const heldText = (view: HoldingView | null): DeliveryText['held'] => {
  if (view === null) return { by: 'configuration', until: null };
  const { breaker, pausedUntil } = view;
  if (breaker.state === 'open') return { by: 'breaker', until: isoTextOrNull(breaker.until) };
  return pausedUntil === null ? null : { by: 'partner', until: isoText(pausedUntil) };
};

/** A phone: what it was told of, what it fetched, and where it has not, why. `device` names it, in steps and logs too, without telling its id, which is a secret of it. */
export type DeviceText = {
  readonly device: string;
  readonly registered: string;
  /** The last push that APNs took, and the how manieth of that revision it was. */
  readonly pushed: (SeenText & { readonly times: number }) | null;
  readonly listed: SeenText | null;
  readonly fetched: SeenText | null;
  readonly whyNot: string | null;
};
type SeenText = { readonly revision: number; readonly at: string };

export const deviceText = (registration: Registration, delivery: Delivery): DeviceText => {
  const { deviceId, registeredAt, listed, fetched } = registration;
  const device = deviceName(deviceId);
  const push = readPushes(delivery.progress)[pushPlace(registration)];
  return {
    ...{ device, registered: isoText(registeredAt) },
    pushed: push === undefined ? null : { revision: push.revision, at: isoText(push.at), times: push.round },
    listed: seenText(listed),
    fetched: seenText(fetched),
    whyNot: whyNot(registration, push?.revision ?? 0, delivery, device),
  };
};

const whyNot = (
  { listed, fetched }: Pick<Registration, 'listed' | 'fetched'>,
  pushedRevision: number,
  { wanted, state, reason, steps }: Delivery,
  device: string,
): string | null => {
  if (fetched !== null && fetched.revision >= wanted) return null;
  if (listed !== null && listed.revision >= wanted)
    return 'it asked, was told of this revision, and has not fetched it';
  const failed = steps.findLast(({ step, of, outcome }) => step === 'push' && of === device && outcome !== 'ok');
  if (failed !== undefined) return `the push was ${failed.outcome}: ${failed.reason ?? failed.status ?? 'no answer'}`;
  if (pushedRevision >= wanted)
    return 'APNs took the push, and the phone has not asked since: it may be off, or its automatic updates are';
  return state === 'waiting' ? `not pushed yet${reason === null ? '' : `: ${reason}`}` : NOT_PUSHED[state];
};

const NOT_PUSHED = {
  confirming: 'it registered after the last push: it gets one soon',
  delivered: 'it was not pushed',
  dead: 'it was not pushed',
};

const seenText = (seen: Seen | null): SeenText | null =>
  seen === null ? null : { revision: seen.revision, at: isoText(seen.at) };
