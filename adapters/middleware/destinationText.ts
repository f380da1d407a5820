import type { BreakerState } from '../delivery/breaker.ts';
import type { DestinationView } from '../delivery/engine.ts';
import { isoText, isoTextOrNull } from '../isoText.ts';

/** A destination as it is told to whoever operates the service. waiting null: the store does not tell. */
export type DestinationText = {
  readonly name: string;
  readonly credential: string;
  /** until: when somebody tries; null: closed, or at any moment. */
  readonly breaker: { readonly state: BreakerState; readonly since: string; readonly until: string | null };
  /** The partner asked to be left alone until then. */
  readonly pausedUntil: string | null;
  readonly pace: { readonly perSecond: number; readonly burst: number };
  /** Deliveries under way in this process. */
  readonly inHand: { readonly live: number; readonly bulk: number };
  readonly dryRun: boolean;
  readonly waiting: { readonly live: number; readonly bulk: number } | null;
  readonly dead: number | null;
  readonly oldestSince: string | null;
  readonly lastError: { readonly at: string; readonly status: number | null; readonly reason: string | null } | null;
  /** What the partner answered last, newest first; type Ok: well. */
  readonly lastAnswers: readonly {
    readonly at: string;
    readonly type: string;
    readonly status: number | null;
    readonly reason: string | null;
  }[];
  /** Of `apple`. */
  readonly certificateDaysLeft?: number;
};

export const destinationText = (view: DestinationView, certificateDaysLeft: number | null): DestinationText => {
  const { name, credential, breaker, pausedUntil, pace, inHand, isDryRun, lastError, lastAnswers, waiting } = view;
  return {
    ...{ name, credential },
    breaker: { state: breaker.state, since: isoText(breaker.since), until: isoTextOrNull(breaker.until) },
    pausedUntil: isoTextOrNull(pausedUntil),
    pace: { perSecond: pace.perSecond, burst: pace.burst },
    inHand: { live: inHand.live, bulk: inHand.bulk },
    dryRun: isDryRun,
    waiting: waiting === null ? null : { live: waiting.live, bulk: waiting.bulk },
    dead: waiting?.dead ?? null,
    oldestSince: isoTextOrNull(waiting?.oldestSince ?? null),
    lastError:
      lastError === null ? null : { at: isoText(lastError.at), status: lastError.status, reason: lastError.reason },
    lastAnswers: lastAnswers.map(({ at, type, status, reason }) => ({ at: isoText(at), type, status, reason })),
    ...(name === 'apple' && certificateDaysLeft !== null && { certificateDaysLeft }),
  };
};
