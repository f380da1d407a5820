import type { GuardView } from '../delivery/guard.ts';

/** What a process knows of a destination it delivers to. */
export type DestinationState = GuardView & {
  readonly name: string;
  /** Whose limits and whose breaker: apple:<pass type>, google:<service account>, a host. */
  readonly credential: string;
};
