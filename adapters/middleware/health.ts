import type { BreakerState } from '../delivery/breaker.ts';
import { type Overview, oldestSecondsOf, waitingInAll } from './overview.ts';

export type State = 'ready' | 'draining' | 'keys unavailable' | 'store unavailable';

/** What is GET /health, for people and dashboards: no secret, nothing personal, since anybody may ask. */
export type Health = {
  readonly version: string;
  readonly state: State;
  /** Destinations to which nothing is sent. */
  readonly dryRun: readonly string[];
  /** In each lane, and given up; null: the store does not tell. */
  readonly waiting: { readonly live: number; readonly bulk: number; readonly dead: number } | null;
  /** How long the oldest delivery has waited; 0: none does. */
  readonly oldestSeconds: number;
  readonly breakers: Readonly<Record<string, BreakerState>>;
  /** null: there is no certificate. */
  readonly certificateDaysLeft: number | null;
};

export const healthOf = (version: string, state: State, overview: Overview): Health => ({
  ...{ version, state, waiting: waitingInAll(overview), oldestSeconds: oldestSecondsOf(overview) },
  dryRun: overview.destinations.flatMap(({ name, isDryRun }) => (isDryRun ? [name] : [])),
  breakers: Object.fromEntries(overview.destinations.map(({ name, breaker }) => [name, breaker.state])),
  certificateDaysLeft: overview.certificateDaysLeft,
});
