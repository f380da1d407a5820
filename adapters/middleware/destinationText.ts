import type { DestinationState } from './destinationState.ts';
import type { DestinationOverview } from './overview.ts';

/** A destination as it is told to whoever operates the service. waiting null: the store does not tell. */
export type DestinationText = Pick<DestinationState, 'name' | 'credential' | 'pace' | 'inHand'> & {
  readonly breaker: { readonly state: DestinationState['breaker']['state']; readonly since: string | null };
  readonly waiting: { readonly live: number; readonly bulk: number } | null;
  readonly dead: number | null;
  readonly oldestSince: string | null;
  readonly lastError: { readonly at: string; readonly status: number | null; readonly reason: string } | null;
  /** Of `apple`. */
  readonly certificateDaysLeft?: number;
};

export const destinationText = (
  { name, credential, breaker, pace, inHand, lastError, waiting }: DestinationOverview,
  certificateDaysLeft: number | null,
): DestinationText => ({
  ...{ name, credential, breaker: { state: breaker.state, since: isoOrNull(breaker.since) }, pace, inHand },
  waiting: waiting === null ? null : { live: waiting.live, bulk: waiting.bulk },
  dead: waiting?.dead ?? null,
  oldestSince: isoOrNull(waiting?.oldestSince ?? null),
  lastError: lastError === null ? null : { ...lastError, at: new Date(lastError.at).toISOString() },
  ...(name === 'apple' && certificateDaysLeft !== null && { certificateDaysLeft }),
});

const isoOrNull = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
