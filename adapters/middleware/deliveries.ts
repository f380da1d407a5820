import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { EpochMs, StoreUnavailable } from '#domain/index.ts';

/** live is never kept waiting by bulk, to the very last step. */
export type Lane = 'live' | 'bulk';

/** An event as it came in, whatever envelope it came in. Named by source and id, as CloudEvents names events. */
export type AcceptedEvent = {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly lane: Lane;
  /** Of a wallet event; null: of another event. */
  readonly pass: { readonly memberId: string; readonly revision: number } | null;
  /** W3C trace context. */
  readonly traceparent: string | null;
  readonly correlationId: string | null;
  /** JSON text: { id, source, type, time, data, relayedAt? }. A wallet event's data is its detail. */
  readonly content: string;
};

/** One that waits to be delivered. */
export type WaitingEvent = AcceptedEvent & { readonly acceptedAt: EpochMs };

/** Unavailable: nobody knows whether it was stored; said again it is stored once. */
export type Acceptance = 'Accepted' | 'Duplicate' | 'Unavailable';

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
