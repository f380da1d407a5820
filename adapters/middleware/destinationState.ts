import type { EpochMs } from '#domain/index.ts';
import type { Pace } from '../delivery/budget.ts';

/** What a process knows of a destination it delivers to. */
export type DestinationState = {
  readonly name: string;
  /** Whose limits and whose breaker: apple:<pass type>, google:<service account>, a host. */
  readonly credential: string;
  readonly breaker: { readonly state: 'closed' | 'open' | 'half-open'; readonly since: EpochMs | null };
  readonly pace: Pace;
  /** Deliveries in hand at this moment, in this process. */
  readonly inHand: number;
  /** Of the last try that did not succeed. */
  readonly lastError: { readonly at: EpochMs; readonly status: number | null; readonly reason: string } | null;
};
