import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { EpochMs, StoreUnavailable } from '#domain/index.ts';
import type { Acceptance, AcceptedEvent, Lane } from '../delivery/acceptedEvent.ts';

export type { Acceptance, AcceptedEvent, Lane } from '../delivery/acceptedEvent.ts';

/** One that waits to be delivered. */
export type WaitingEvent = AcceptedEvent & { readonly acceptedAt: EpochMs };

/** What the middleware was given and has to deliver. */
export type DeliveryStore = {
  /** Durable before it says so; an event that is there already changes nothing. One answer for each, in order. */
  readonly accept: (events: readonly AcceptedEvent[]) => Promise<readonly Acceptance[]>;
  /** At least so many wait in each lane: a long queue is not counted to its end. */
  readonly waiting: () => TaskEither<StoreUnavailable, Readonly<Record<Lane, number>>>;
  /** The longest waiting first, as far as a page goes. */
  readonly oldest: (lane: Lane, limit: number) => TaskEither<StoreUnavailable, readonly WaitingEvent[]>;
};

/** How long an event stays known, waiting or delivered: as long as the archive of the bus that it came from. What comes again later is delivered again. */
export const KEPT_MS = 7 * 86_400_000;
