import { createHash } from 'node:crypto';
import type { EpochMs } from '#domain/index.ts';
import type { Delivery, StepOutcome } from '../delivery/delivery.ts';
import type { Registration, Seen } from '../delivery/registrations.ts';

/** A delivery as it is told: times as ISO text, nothing personal but the id that was asked for. */
export type DeliveryText = Pick<Delivery, 'state' | 'lane' | 'wanted' | 'done' | 'failures' | 'reason'> & {
  readonly destination: string;
  readonly of: Delivery['key']['subject'];
  readonly since: string | null;
  readonly due: string | null;
  readonly updatedAt: string;
  readonly steps: readonly (Omit<StepOutcome, 'at'> & { readonly at: string })[];
};

export const deliveryText = (delivery: Delivery): DeliveryText => {
  const { key, state, lane, wanted, done, failures, reason } = delivery;
  return {
    ...{ destination: key.destination, of: key.subject, state, lane, wanted, done },
    since: isoOrNull(delivery.since),
    due: isoOrNull(delivery.due),
    ...{ failures, reason, updatedAt: iso(delivery.updatedAt) },
    steps: delivery.steps.map((step) => ({ ...step, at: iso(step.at) })),
  };
};

/** A phone: what it was told of, what it fetched, and where it has not, why. `device` names it without telling its id, which is a secret of it. */
export type DeviceText = {
  readonly device: string;
  readonly registered: string;
  readonly pushed: (Pick<StepOutcome, 'outcome' | 'status' | 'reason'> & { readonly at: string }) | null;
  readonly listed: SeenText | null;
  readonly fetched: SeenText | null;
  readonly whyNot: string | null;
};
type SeenText = { readonly revision: number; readonly at: string };

export const deviceText = (
  { deviceId, registeredAt, listed, fetched }: Registration,
  delivery: Delivery,
): DeviceText => {
  const device = deviceName(deviceId);
  const push = delivery.steps.findLast(({ step, of }) => step === 'push' && of === device);
  return {
    device,
    registered: iso(registeredAt),
    pushed:
      push === undefined ? null : { at: iso(push.at), outcome: push.outcome, status: push.status, reason: push.reason },
    listed: seenText(listed),
    fetched: seenText(fetched),
    whyNot: whyNot({ listed, fetched }, push, delivery),
  };
};

/** As steps name it too. */
export const deviceName = (deviceId: string): string => createHash('sha256').update(deviceId).digest('hex').slice(0, 8);

const whyNot = (
  { listed, fetched }: Pick<Registration, 'listed' | 'fetched'>,
  push: StepOutcome | undefined,
  { wanted, state, reason }: Delivery,
): string | null => {
  if (fetched !== null && fetched.revision >= wanted) return null;
  if (listed !== null && listed.revision >= wanted)
    return 'it asked, was told of this revision, and has not fetched it';
  if (push === undefined)
    return state === 'waiting' ? `not pushed yet${reason === null ? '' : `: ${reason}`}` : 'nothing was pushed to it';
  if (push.outcome === 'ok')
    return 'Apple took the push, and the phone has not asked since: it may be off, or its automatic updates are';
  return `the push was ${push.outcome}: ${push.reason ?? push.status ?? 'no answer'}`;
};

const iso = (at: EpochMs): string => new Date(at).toISOString();
const isoOrNull = (at: EpochMs | null): string | null => (at === null ? null : iso(at));
const seenText = (seen: Seen | null): SeenText | null =>
  seen === null ? null : { revision: seen.revision, at: iso(seen.at) };
