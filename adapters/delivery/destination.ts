import type { EpochMs } from '#domain/index.ts';
import type { AcceptedEvent, Lane } from './acceptedEvent.ts';
import type { Content, StepOutcome, Verdict } from './delivery.ts';

/** What a partner answered to one request, as its protocol says it is to be taken. */
export type Answer<Value> =
  | { readonly type: 'Ok'; readonly status: number; readonly value: Value }
  /** It would be refused again. `value` where the destination goes on by another step. */
  | { readonly type: 'Refused'; readonly status: number; readonly reason: string }
  /** It passes by itself: overload, faults, connections. Only this is tried again, and only this opens a breaker. status null: no answer. */
  | {
      readonly type: 'Failed';
      readonly status: number | null;
      readonly reason: string;
      /** As the partner asked; null: it did not. */
      readonly retryAfterMs: number | null;
    };

/**
 * One named step: the request is tried within the deadline, with retries, at the partner's pace, few at a time, unless its breaker is open. What it came to is
 * kept with the delivery and told in the log, one line a try. The signal ends a try: a request that goes on regardless holds its place.
 * A request that throws has failed. In a dry run none is made: the answer is Refused, status 0, DRY_RUN, and the delivery counts as delivered whatever is made of it.
 */
export type RunStep = <Value>(
  step: {
    readonly name: string;
    readonly of?: string /** Of the body that is sent, for the log. */;
    readonly bytes?: number;
  },
  request: (signal: AbortSignal) => Promise<Answer<Value>>,
) => Promise<Answer<Value>>;

export const DRY_RUN = 'dry run';

export type Work = {
  readonly content: Content;
  readonly lane: Lane;
  /** The last revision delivered to its end; 0: none. */
  readonly done: number;
  /** As this destination left it. */
  readonly progress: unknown;
  readonly now: EpochMs;
};

/** Failed without an `at`: the engine says when, by its own back-off, and gives up when it lasts too long. */
export type Result = {
  readonly verdict: Exclude<Verdict, { readonly type: 'Later' }> | PassingFailure;
  readonly progress: unknown;
  /** Steps that needed no request: skipped, and why. */
  readonly skipped?: readonly StepOutcome[];
};
export type PassingFailure = {
  readonly type: 'Later';
  readonly reason: string;
  readonly at?: EpochMs;
  readonly isFailure: boolean;
};

/** How a partner may be called. All of it counts for all that is sent with one credential. */
export type Limits = {
  /** Requests a second; so many more at once after a pause. */
  readonly perSecond: number;
  readonly burst: number;
  /** At once, and of those for bulk. */
  readonly concurrent: number;
  readonly concurrentBulk: number;
  /** For one try, and for all tries of a step. */
  readonly tryTimeoutMs: number;
  readonly deadlineMs: number;
  /** Of a step, in one delivery. */
  readonly tries: number;
};

export type Destination = {
  /** apple, google, or a webhook's name; without "#", and stable, as the queue is kept under it. */
  readonly name: string;
  /** Whose limits: apple:<pass type>, google:<service account>, a host. */
  readonly credential: string;
  readonly limits: Limits;
  readonly wants: (event: AcceptedEvent) => boolean;
  /** Does not throw for what a partner does; what it throws is told and counts as a failure. */
  readonly deliver: (work: Work, run: RunStep) => Promise<Result>;
  /** Releases connections. */
  readonly close: () => Promise<void>;
};
