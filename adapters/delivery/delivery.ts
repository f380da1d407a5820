import type { EpochMs } from '#domain/index.ts';
import type { AcceptedEvent, Lane } from './acceptedEvent.ts';
import type { Card } from './card.ts';

/** What a delivery is of: a member's pass, always the last one, or one event of somebody else. */
export type Subject =
  | { readonly type: 'member'; readonly memberId: string }
  | { readonly type: 'event'; readonly source: string; readonly id: string };

/** One subject and one destination: there is never more than one delivery of them at a time. */
export type DeliveryKey = { readonly subject: Subject; readonly destination: string };

/** What a step of a delivery came to, after its retries. Never a personal value. */
export type StepOutcome = {
  /** insert, patch, push, confirm, … */
  readonly step: string;
  /** Of its device or part, where a step is taken for several. */
  readonly of?: string;
  readonly at: EpochMs;
  readonly outcome: 'ok' | 'refused' | 'failed' | 'skipped';
  /** As the partner said it; null: no answer. */
  readonly status: number | null;
  readonly reason: string | null;
  /** How often it was tried. */
  readonly tries: number;
  readonly durationMs: number;
};

/**
 * waiting: to be delivered, or again. confirming: handed over, and looked at again at `due`. delivered: nothing left to do.
 * dead: given up, until it is sent anew or something newer comes.
 */
export type DeliveryState = 'waiting' | 'confirming' | 'delivered' | 'dead';

export type Delivery = {
  readonly key: DeliveryKey;
  readonly state: DeliveryState;
  readonly lane: Lane;
  /** The revision that shall be there; 1 of an event. */
  readonly wanted: number;
  /** The last revision that was delivered to its end; 0: none. */
  readonly done: number;
  /** Since when something waits; null: nothing does. */
  readonly since: EpochMs | null;
  /** When it is looked at next; null: not before something new comes. */
  readonly due: EpochMs | null;
  /** Somebody has it in hand, until then at the longest; null: nobody. */
  readonly inHandUntil: EpochMs | null;
  /** In a row that did not succeed. */
  readonly failures: number;
  /** How long it was put off for those in all; absent: not at all. */
  readonly backedOffMs?: number | undefined;
  /** Of the last time that there were any for what is wanted, in order. */
  readonly steps: readonly StepOutcome[];
  /** Why it waits or is dead, where there is more to say than the steps. */
  readonly reason: string | null;
  /** What the destination remembers of this subject, as JSON. */
  readonly progress: unknown;
  readonly updatedAt: EpochMs;
};

/** A delivery in hand. Nobody else takes it before `until`; whoever has no claim any more cannot settle. */
export type Claim = {
  readonly delivery: Delivery;
  readonly token: string;
  readonly until: EpochMs;
  /** What to deliver, as it is now: at least `wanted`. */
  readonly content: Content;
};

export type Content =
  | { readonly type: 'card'; readonly card: Card }
  | { readonly type: 'event'; readonly event: AcceptedEvent };

/** The revision that a content stands for; 1 of an event. */
export const revisionOf = (content: Content): number => (content.type === 'card' ? content.card.revision : 1);

/** What came of a delivery. Where something newer came meanwhile, it waits again at once, whatever came of this. */
export type Verdict =
  | { readonly type: 'Delivered' }
  /** Handed over, and looked at again then. */
  | { readonly type: 'Confirm'; readonly at: EpochMs }
  /** Once more, no sooner than `at`; newer content waits until then too. isFailure: it counts as one. */
  | { readonly type: 'Later'; readonly at: EpochMs; readonly reason: string; readonly isFailure: boolean }
  /** It would be refused again. */
  | { readonly type: 'Dead'; readonly reason: string };

export type Settlement = {
  readonly verdict: Verdict;
  /** By the clock that its times are of: where that was set back before it is written, they go back with it. */
  readonly decidedAt?: EpochMs;
  /** The revision that was worked on. */
  readonly revision: number;
  readonly steps: readonly StepOutcome[];
  readonly progress: unknown;
};
