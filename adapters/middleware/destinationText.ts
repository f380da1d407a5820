import type { EpochMs } from '#domain/index.ts';
import type { BreakerState } from '../delivery/breaker.ts';
import type { DestinationOverview } from './overview.ts';

/** A destination as it is told to whoever operates the service. waiting null: the store does not tell. */
export type DestinationText = {
  readonly name: string;
  readonly credential: string;
  /** until: when somebody tries; null: closed, or at any moment. */
  readonly breaker: { readonly state: BreakerState; readonly since: string; readonly until: string | null };
  /** The partner asked to be left alone until then. */
  readonly pausedUntil: string | null;
  readonly pace: { readonly perSecond: number; readonly burst: number };
  /** Requests that the partner has, from this process. */
  readonly inFlight: { readonly live: number; readonly bulk: number };
  readonly waiting: { readonly live: number; readonly bulk: number } | null;
  readonly dead: number | null;
  readonly oldestSince: string | null;
  readonly lastError: { readonly at: string; readonly status: number | null; readonly reason: string | null } | null;
  /** Of `apple`. */
  readonly certificateDaysLeft?: number;
};

export const destinationText = (
  { name, credential, breaker, pausedUntil, pace, inFlight, lastAnswers, waiting }: DestinationOverview,
  certificateDaysLeft: number | null,
): DestinationText => {
  const failed = lastAnswers.find(({ type }) => type !== 'Ok');
  return {
    ...{ name, credential },
    breaker: { state: breaker.state, since: iso(breaker.since), until: isoOrNull(breaker.until) },
    pausedUntil: isoOrNull(pausedUntil),
    pace: { perSecond: pace.perSecond, burst: pace.burst },
    inFlight: { live: inFlight.live, bulk: inFlight.bulk },
    waiting: waiting === null ? null : { live: waiting.live, bulk: waiting.bulk },
    dead: waiting?.dead ?? null,
    oldestSince: isoOrNull(waiting?.oldestSince ?? null),
    lastError: failed === undefined ? null : { at: iso(failed.at), status: failed.status, reason: failed.reason },
    ...(name === 'apple' && certificateDaysLeft !== null && { certificateDaysLeft }),
  };
};

const iso = (at: EpochMs): string => new Date(at).toISOString();
const isoOrNull = (at: EpochMs | null): string | null => (at === null ? null : iso(at));
