import type { Option } from 'fp-ts/lib/Option.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { EpochMs, ReadFailure, StoreUnavailable } from '#domain/index.ts';
import type { Acceptance, AcceptedEvent, Lane } from './acceptedEvent.ts';
import type { Card } from './card.ts';
import type { Claim, Delivery, DeliveryKey, DeliveryState, Settlement } from './delivery.ts';

/** In each lane, and how many are dead. As far as somebody counts: at least so many. */
export type Waiting = Readonly<Record<Lane, number>> & {
  readonly dead: number;
  /** Of what waits to be delivered, confirmations aside; null: nothing. */
  readonly oldestSince: EpochMs | null;
};

export type DeliveryPage = { readonly deliveries: readonly Delivery[]; readonly next: string | null };

/**
 * The durable queues of the middleware: one for each destination, each with two lanes, one place a member.
 *
 * Whatever the order of calls and wherever a process dies: what was accepted is delivered or dead in the end, in its last state; a subject is claimed by
 * one at a time; an older revision is never claimed after a newer one was settled.
 */
export type DeliveryStore = {
  /**
   * Durable before it says so, for all destinations that want it or for none. Of a member the last revision waits, in the live lane as soon as one of
   * those that wait came by it. What waits for another try goes on waiting for that. The last revision said again is a duplicate, but for a destination
   * that has no delivery of that member yet. One answer for each event, in order.
   */
  readonly accept: (events: readonly AcceptedEvent[]) => Promise<readonly Acceptance[]>;
  /** What may be claimed now, the longest due first; in the bulk lane what is to be confirmed, too. A hint: some may be gone, some may be missing for a moment. */
  readonly due: (
    destination: string,
    lane: Lane,
    limit: number,
  ) => TaskEither<StoreUnavailable, readonly DeliveryKey[]>;
  /** None: somebody else has it, or there is nothing to do. */
  readonly claim: (key: DeliveryKey, forMs: number) => TaskEither<ReadFailure, Option<Claim>>;
  /** Lost: the claim was over, and somebody else may have taken it. Absorbs a lost answer. */
  readonly settle: (claim: Claim, settlement: Settlement) => TaskEither<StoreUnavailable, 'Settled' | 'Lost'>;
  /**
   * Makes it due at that time at the latest, to be confirmed where it was delivered: for what a destination knows and no event says. In hand: once it is
   * settled. Nothing to deliver yet, or dead: nothing happens.
   */
  readonly nudge: (key: DeliveryKey, at: EpochMs) => TaskEither<StoreUnavailable, void>;

  /** What lies further ahead than `fromAhead.ts` says for its queue, the farthest first: what a clock that was ahead put off is there. So many at least, where there are. */
  readonly ahead: (destination: string, limit: number) => TaskEither<StoreUnavailable, readonly Delivery[]>;
  /** Makes it due now, where it is due then still. False: it is not. */
  readonly bringForward: (key: DeliveryKey, due: EpochMs) => TaskEither<StoreUnavailable, boolean>;

  readonly card: (memberId: string) => TaskEither<ReadFailure, Option<Card>>;
  readonly cards: (memberIds: readonly string[]) => TaskEither<ReadFailure, readonly Card[]>;
  /** Of one member, to every destination. */
  readonly ofMember: (memberId: string) => TaskEither<ReadFailure, readonly Delivery[]>;
  /** Those of a destination in a state that can be listed, a page at a time. */
  readonly list: (
    destination: string,
    state: Exclude<DeliveryState, 'delivered'>,
    page: { readonly limit: number; readonly next: string | null },
  ) => TaskEither<ReadFailure, DeliveryPage>;
  /** Confirmations aside. The oldest is looked for among those due first. */
  readonly waiting: (destination: string) => TaskEither<StoreUnavailable, Waiting>;
  /**
   * The dead wait again, in the bulk lane, as if nothing had been tried; what waits for another try is tried at once, in its lane. isWhole: also what was
   * handed over or delivered. False: there is no such delivery, it is in hand, or nothing to do.
   */
  readonly redrive: (key: DeliveryKey, isWhole: boolean) => TaskEither<StoreUnavailable, boolean>;
};

/** Which destinations want an event. */
export type Route = (event: AcceptedEvent) => readonly string[];

/** How long an event of somebody else stays known, waiting or delivered: as long as the archive of the bus that it came from. What comes again later is delivered again. */
export const KEPT_MS = 7 * 86_400_000;
