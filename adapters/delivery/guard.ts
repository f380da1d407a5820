import { DelegateBackoff, handleWhenResult, retry } from 'cockatiel';
import type { EpochMs } from '#domain/index.ts';
import type { Lane } from './acceptedEvent.ts';
import { untilNextTryMs } from './backoff.ts';
import { type BreakerState, type BreakerView, breakerOf, type Tried } from './breaker.ts';
import type { Answer, Limits } from './destination.ts';
import type { Tell } from './outbound.ts';
import type { PaceView } from './pace.ts';
import { deadlineOf } from './stepDeadline.ts';
import { timedTry } from './timedTry.ts';
import { type TurnsDeps, turnsOf } from './turns.ts';

export type Call = {
  readonly lane: Lane;
  readonly limits: Pick<Limits, 'tryTimeoutMs' | 'deadlineMs' | 'tries'>;
  /** Ends it at once: whoever asked is gone. */
  readonly signal: AbortSignal;
  /** No try begins then or later, whether or not a timer said so: somebody else may have the delivery. performance.now() */
  readonly endsAt: number;
  /** Nor does one where the clock says that it is over. */
  readonly isOver: () => boolean;
  readonly onTry: (done: DoneTry) => void;
};

export type DoneTry = {
  readonly answer: Answer<unknown>;
  /** From 1. */
  readonly nth: number;
  readonly waitedMs: number;
  readonly durationMs: number;
  readonly breaker: BreakerState;
};

/** isOurs: the last word was not the partner's. tries: that reached him. */
export type Guarded<Value> = Tried<Value> & { readonly tries: number };

export type GuardView = {
  readonly breaker: BreakerView;
  readonly pace: PaceView;
  /** Requests that the partner has. */
  readonly inFlight: Readonly<Record<Lane, number>>;
  /** He said that he is not to be had before; null: he did not. */
  readonly pausedUntil: EpochMs | null;
  /** The latest, newest first. */
  readonly lastAnswers: readonly GuardedAnswer[];
};
export type GuardedAnswer = {
  readonly at: EpochMs;
  readonly type: Answer<unknown>['type'];
  readonly status: number | null;
  readonly reason: string | null;
};

export type Guard = {
  readonly run: <Value>(
    call: Call,
    request: (signal: AbortSignal) => Promise<Answer<Value>>,
  ) => Promise<Guarded<Value>>;
  /** What may be begun: all, one to see whether the partner is back, or none. */
  readonly admits: () => 'all' | 'one' | 'none';
  /** Until it may admit again, in ms; null: nobody knows, or it does. */
  readonly closedForMs: () => number | null;
  readonly view: () => GuardView;
};

export type GuardDeps = Omit<TurnsDeps, 'onAlone'> & { readonly random: () => number; readonly tell: Tell };

/** A partner that wants to be left alone for longer is asked again sooner, by something else: he may be wrong. */
const PAUSE_CAP_MS = 300_000;
const ANSWERS = 10;

/**
 * What stands between a step and a partner; one for each credential. From outside in: deadline of the step, retries, rate, room, breaker, timeout of a try.
 * A Retry-After that does not fit into the deadline ends the retries and is handed on. With 503 it is of the whole service (RFC 9110, 10.2.3), so that
 * nothing else is begun until then; with 429 of this request alone, as partners count by device or by object too.
 * Whatever waits here waits by performance.now(): the clock is only told.
 */
export const guardOf = ({ random, tell, ...deps }: GuardDeps): Guard => {
  const { credential, clock } = deps;
  const breaker = breakerOf({
    clock,
    onChange: (state, reason) => tell({ type: 'Breaker', credential, state, reason }),
  });
  const turns = turnsOf({
    ...deps,
    onAlone: (isAlone, reason) => tell({ type: 'Paced', credential, how: isAlone ? 'alone' : 'together', reason }),
  });
  /** performance.now() */
  let pausedUntil = 0;
  let lastAnswers: readonly GuardedAnswer[] = [];

  const admits: Guard['admits'] = () => (performance.now() < pausedUntil ? 'none' : breaker.admits());
  const closedForMs: Guard['closedForMs'] = () => {
    const ms = Math.max(pausedUntil - performance.now(), breaker.closedForMs());
    return ms > 0 ? ms : null;
  };

  const run: Guard['run'] = async <Value>(
    { lane, limits, signal, onTry, ...call }: Call,
    request: (signal: AbortSignal) => Promise<Answer<Value>>,
  ) => {
    const endsAt = Math.min(performance.now() + limits.deadlineMs, call.endsAt);
    const deadline = deadlineOf(limits.deadlineMs, signal);
    let tries = 0;
    let delayMs = 0;
    let last: Tried<Value> | null = null;
    /** As the partner asked of this request. */
    let notBefore = 0;

    const attempt = async (): Promise<Tried<Value>> => {
      const refused = refusal();
      if (refused !== null) return refused;
      const askedAt = performance.now();
      return turns.take(lane, deadline.signal, {
        begin: (left) => begin(left, askedAt),
        late: outOfTime,
      });
    };

    const outOfTime = (): Tried<Value> => ours(OUT_OF_TIME, null);

    /** What the partner said is worth more than why he was not asked once more. */
    const lastWord = (ended: Tried<Value>): Tried<Value> => {
      const { answer } = last ?? ended;
      if (!ended.isOurs || answer.type !== 'Failed' || ended.answer.type !== 'Failed') return ended;
      const leftMs = Math.max(ended.answer.retryAfterMs ?? 0, notBefore - performance.now());
      return { answer: { ...answer, retryAfterMs: leftMs > 0 ? leftMs : null }, isOurs: last === null };
    };

    /** null: go on. Looked at again in turn: much may have happened in line, and a process may have been frozen. */
    const refusal = (): Tried<Value> | null => {
      if (deadline.signal.aborted || performance.now() >= endsAt || call.isOver()) return outOfTime();
      return admits() === 'none' ? ours(CLOSED, closedForMs()) : null;
    };

    const begin = async (left: () => void, askedAt: EpochMs): Promise<Tried<Value>> => {
      const refused = refusal();
      if (refused !== null) {
        left();
        return refused;
      }
      tries += 1;
      const nth = tries;
      const startedAt = performance.now();
      const isGone = (): boolean => signal.aborted;
      const timed = () => timedTry({ request, timeoutMs: limits.tryTimeoutMs, signal: deadline.signal, isGone, left });
      // It throws where it closed in this very moment.
      const tried = await breaker.execute(timed).catch(() => {
        left();
        return ours(CLOSED, closedForMs());
      });
      if (!tried.isOurs) {
        remember(tried.answer);
        last = tried;
      }
      const times = {
        waitedMs: Math.round(startedAt - askedAt),
        durationMs: Math.round(performance.now() - startedAt),
      };
      onTry({ answer: tried.answer, nth, ...times, breaker: breaker.view().state });
      return tried;
    };

    const isTriedAgain = (result: unknown): boolean => {
      const { answer, isOurs } = result as Tried<Value>;
      if (answer.type !== 'Failed' || isOurs || tries >= limits.tries) return false;
      notBefore = performance.now() + (answer.retryAfterMs ?? 0);
      delayMs = Math.ceil(untilNextTryMs({ before: tries - 1, retryAfterMs: answer.retryAfterMs, random }));
      return performance.now() + delayMs < endsAt;
    };

    const policy = retry(handleWhenResult(isTriedAgain), {
      maxAttempts: limits.tries - 1,
      backoff: new DelegateBackoff(() => delayMs),
    });
    try {
      // cockatiel sleeps its delay out whatever the signal says.
      const late = deadline.over.then(outOfTime);
      return { ...lastWord(await Promise.race([policy.execute(attempt, deadline.signal), late])), tries };
    } finally {
      deadline.clear();
    }
  };

  const ours = (reason: string, retryAfterMs: number | null): Tried<never> => ({
    answer: { type: 'Failed', status: null, reason, retryAfterMs },
    isOurs: true,
  });

  const remember = (answer: Answer<unknown>): void => {
    const { type, status } = answer;
    const reason = type === 'Ok' ? null : answer.reason;
    lastAnswers = [{ at: clock(), type, status, reason }, ...lastAnswers].slice(0, ANSWERS);
    if (type === 'Failed' && status === 503 && answer.retryAfterMs !== null)
      pausedUntil = Math.max(pausedUntil, performance.now() + Math.min(answer.retryAfterMs, PAUSE_CAP_MS));
  };

  return {
    ...{ run, admits, closedForMs },
    view: () => {
      const pausedMs = Math.ceil(pausedUntil - performance.now());
      return {
        ...{ breaker: breaker.view(), pace: turns.pace(), inFlight: turns.inFlight(), lastAnswers },
        pausedUntil: pausedMs > 0 ? clock() + pausedMs : null,
      };
    },
  };
};

const CLOSED = 'breaker open';
const OUT_OF_TIME = 'no time left for a try';
