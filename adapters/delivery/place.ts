import { type EpochMs, isDatedAhead } from '#domain/index.ts';
import type { Lane } from './acceptedEvent.ts';
import type { Delivery, DeliveryKey, DeliveryState, Settlement, StepOutcome, Verdict } from './delivery.ts';
import { LONGEST_DUE_MS } from './fromAhead.ts';

/** What waits lies in its lane, what was handed over lies apart, and so do the dead. */
export type Queue = Lane | 'confirming' | 'dead';

/** The one place of a subject in the queue of a destination, as it is kept. In a lane exactly while something waits. */
export type Place = {
  readonly key: DeliveryKey;
  readonly wanted: number;
  readonly done: number;
  /** null: nothing is left to do. */
  readonly queue: Queue | null;
  /** When it may be claimed; of the dead: when they died. */
  readonly due: EpochMs | null;
  readonly since: EpochMs | null;
  /** The end of a claim, or of a back-off: what comes meanwhile waits for it. */
  readonly notBefore: EpochMs | null;
  /** Of whoever has it in hand, or had when they died. */
  readonly token: string | null;
  /** Of the claim that was settled last. */
  readonly settled: string | null;
  /** Nudged while in hand: to be looked at then. */
  readonly nudged: EpochMs | null;
  readonly failures: number;
  readonly backedOffMs?: number | undefined;
  readonly steps: readonly StepOutcome[];
  readonly reason: string | null;
  readonly progress: unknown;
  /** When something came, or came of it. */
  readonly updatedAt: EpochMs;
};

/** Said anew, or something newer. It waits in the live lane as soon as one of those that wait came by it. The dead live again. */
export const wantedPlace = (
  place: Place | null,
  { key, revision, lane, now }: { key: DeliveryKey; revision: number; lane: Lane; now: EpochMs },
): Place => {
  const known = place ?? nobodysPlace(key);
  const isDead = known.queue === 'dead';
  return {
    ...known,
    ...{ wanted: revision, since: known.since ?? now, due: known.notBefore ?? now, updatedAt: now },
    queue: lane === 'live' || known.since === null ? lane : known.queue,
    failures: isDead ? 0 : known.failures,
    backedOffMs: isDead ? undefined : known.backedOffMs,
    reason: isDead ? null : known.reason,
  };
};

/** null: it is not due, or there is nothing to do. */
export const claimedPlace = (
  place: Place,
  { token, now, until }: { token: string; now: EpochMs; until: EpochMs },
): Place | null => {
  if (place.queue === null || place.queue === 'dead' || place.due === null || place.due > now) return null;
  return { ...place, token, due: until, notBefore: until };
};

/** After the work of whoever has it in hand. Asked again after it was settled, it is as it was. */
export const settledPlace = (place: Place, settlement: Settlement, now: EpochMs): Place => {
  const { revision, steps, progress } = settlement;
  const verdict = verdictBy(now, settlement);
  const worked: Place = {
    ...{ ...place, token: null, settled: place.token, nudged: null, steps, progress, updatedAt: now },
    done: verdict.type === 'Delivered' ? Math.max(place.done, revision) : place.done,
  };
  const next = (some: Partial<Place>): Place => {
    const ended = { since: null, notBefore: null, failures: 0, backedOffMs: undefined, reason: null };
    const after: Place = { ...worked, ...ended, ...some };
    return place.nudged === null ? after : nudgedPlace(after, place.nudged);
  };
  if (verdict.type === 'Later') {
    const { at, reason, isFailure } = verdict;
    const { since } = place;
    const failures = place.failures + (isFailure ? 1 : 0);
    const backedOffMs = isFailure
      ? (place.backedOffMs ?? 0) + Math.min(Math.max(0, at - now), LONGEST_DUE_MS)
      : place.backedOffMs;
    return next({ due: at, notBefore: at, since, reason, failures, backedOffMs });
  }
  // Since the newer one came: nothing but its coming has changed the place meanwhile.
  if (place.wanted > revision) return next({ due: now, since: place.updatedAt });
  if (verdict.type === 'Confirm') return next({ queue: 'confirming', due: verdict.at });
  if (verdict.type === 'Delivered') return next({ queue: null, due: null });
  return next({ queue: 'dead', due: now, reason: verdict.reason, failures: place.failures });
};

/** Or nothing would show when it was put off by: all that is written with it is of the clock that is right. */
const verdictBy = (now: EpochMs, { verdict, decidedAt = now }: Settlement): Verdict =>
  'at' in verdict && isDatedAhead(decidedAt, now) ? { ...verdict, at: now + verdict.at - decidedAt } : verdict;

/** Due at that time at the latest. The same object: it is already, or dead. */
export const nudgedPlace = (place: Place, at: EpochMs): Place => {
  if (place.queue === 'dead') return place;
  if (place.token !== null) return place.nudged !== null && place.nudged <= at ? place : { ...place, nudged: at };
  if (place.queue === null) return { ...place, queue: 'confirming', due: at };
  if (place.due !== null && place.due <= at) return place;
  return { ...place, due: at, notBefore: place.notBefore === null ? null : at };
};

/** Due now, where a clock that was ahead had put it off. A claim whose end it was is over, and whoever has it may still settle. */
export const broughtForward = (place: Place, now: EpochMs): Place => {
  const past = <At extends EpochMs | null>(at: At) => (at === null ? at : Math.min(at, now));
  return {
    ...{ ...place, due: now, notBefore: past(place.notBefore), nudged: past(place.nudged) },
    ...{ since: past(place.since), updatedAt: Math.min(place.updatedAt, now) },
  };
};

/** null: nothing to do. What waits for another try is tried at once, in the lane where it is. */
export const redrivenPlace = (
  place: Place,
  { isWhole, now }: { readonly isWhole: boolean; readonly now: EpochMs },
): Place | null => {
  if (place.token !== null) return null;
  const afresh = {
    due: now,
    notBefore: null,
    failures: 0,
    backedOffMs: undefined,
    steps: [],
    reason: null,
    progress: null,
    updatedAt: now,
  };
  if (place.since !== null) return (place.notBefore ?? 0) > now ? { ...place, ...afresh } : null;
  if (place.queue !== 'dead' && !isWhole) return null;
  return { ...place, ...afresh, queue: 'bulk', since: now, done: isWhole ? 0 : place.done };
};

export const deliveryOf = (place: Place): Delivery => {
  const { key, wanted, done, queue, since, failures, backedOffMs, steps, reason, progress, updatedAt } = place;
  return {
    ...{ key, state: stateOf(place), lane: queue === 'live' ? 'live' : 'bulk', wanted, done, since },
    due: queue === 'dead' ? null : place.due,
    inHandUntil: queue === 'dead' || place.token === null ? null : place.due,
    ...{ failures, backedOffMs, steps, reason, progress, updatedAt },
  };
};

const stateOf = ({ queue }: Place): DeliveryState => {
  if (queue === null) return 'delivered';
  return queue === 'live' || queue === 'bulk' ? 'waiting' : queue;
};

const nobodysPlace = (key: DeliveryKey): Place => ({
  ...{ key, wanted: 0, done: 0, queue: null, due: null, since: null, notBefore: null },
  ...{
    token: null,
    settled: null,
    nudged: null,
    failures: 0,
    backedOffMs: undefined,
    steps: [],
    reason: null,
    progress: null,
    updatedAt: 0,
  },
});
