import type { EpochMs } from '#domain/index.ts';
import { DAY_MS, nextDeliveryAt } from './backoff.ts';
import type { Delivery, Verdict } from './delivery.ts';
import type { PassingFailure, Result } from './destination.ts';
import { LONGEST_DUE_MS } from './fromAhead.ts';

/** What the steps of a delivery heard. */
export type Heard = {
  /** The partner answered one of them, or was asked in vain. */
  readonly isTried: boolean;
  /** How long one that failed was told to stay away, as far as that is not over; 0: none was. */
  readonly askedMs: number;
};

export type Judged = {
  readonly delivery: Pick<Delivery, 'since' | 'failures' | 'backedOffMs'>;
  readonly result: Pick<Result, 'verdict'>;
  readonly heard: Heard;
  /** The process is about to end, or the claim is: whatever was not done is somebody else's. */
  readonly isGivenBack: boolean;
  readonly now: EpochMs;
  readonly random: () => number;
};

/**
 * Given up when it was put off for so long in all, where it was tried so often: whoever waited a day in a long queue and fails once is not, nor is anybody whose
 * day a clock that was set made. A look whether something arrived, which waits since no time, after about as long.
 */
export const GIVEN_UP = { afterMs: DAY_MS, failures: 10, looks: 40 };

/** What a destination says is taken as it is, but for what passes by itself: the engine says when, and when it lasted too long. */
export const verdictOf = ({ result: { verdict }, isGivenBack, ...judged }: Judged): Verdict => {
  if (verdict.type === 'Confirm') return { type: 'Confirm', at: Math.min(verdict.at, judged.now + LONGEST_DUE_MS) };
  if (verdict.type !== 'Later') return verdict;
  if (isGivenBack) {
    const at = judged.now + askedMs(judged.heard);
    return { type: 'Later', at, reason: 'given back', isFailure: false };
  }
  return verdict.isFailure && judged.heard.isTried ? failed(verdict, judged) : waiting(verdict, judged);
};

const failed = (
  { reason, at }: PassingFailure,
  { delivery: { since, failures, backedOffMs }, heard, now, random }: Omit<Judged, 'result' | 'isGivenBack'>,
): Verdict => {
  const isLong = since === null ? failures + 1 >= GIVEN_UP.looks : (backedOffMs ?? 0) >= GIVEN_UP.afterMs;
  if (isLong && failures + 1 >= GIVEN_UP.failures) return { type: 'Dead', reason: `failing for a day: ${reason}` };
  const retryAfterMs = askedMs(heard);
  const next =
    at === undefined
      ? nextDeliveryAt(now, { before: failures, retryAfterMs, random })
      : Math.min(Math.max(at, now + retryAfterMs), now + LONGEST_DUE_MS);
  return { type: 'Later', at: next, reason, isFailure: true };
};

/** Nobody failed: the partner was not to be had, or it is not time yet. */
const waiting = (
  { reason, at }: PassingFailure,
  { heard, now, random }: Omit<Judged, 'result' | 'isGivenBack'>,
): Verdict => ({
  type: 'Later',
  at:
    at === undefined
      ? nextDeliveryAt(now, { before: 0, retryAfterMs: askedMs(heard), random })
      : Math.min(at, now + LONGEST_DUE_MS),
  ...{ reason, isFailure: false },
});

/** Up to a day: what comes later says nothing of how the partner will be then, and what is newer waits as long. */
const askedMs = (heard: Heard): number => Math.min(DAY_MS, heard.askedMs);
