import {
  CircuitState,
  circuitBreaker,
  handleWhenResult,
  type IBackoff,
  type IBreaker,
  SamplingBreaker,
} from 'cockatiel';
import type { Clock, EpochMs } from '#domain/index.ts';
import { whetherClockIsSet } from '../clocks.ts';
import type { Answer } from './destination.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

/** What one try came to. isOurs: it was cut short here, or never made, which says nothing of the partner. */
export type Tried<Value> = { readonly answer: Answer<Value>; readonly isOurs: boolean };

export type BreakerView = {
  readonly state: BreakerState;
  readonly since: EpochMs;
  /** When one is let through to see; null: closed, or somebody is looking. By the clock as it is now. */
  readonly until: EpochMs | null;
};

export type Breaker = {
  /** all: closed. one: it was open long enough, and whoever comes first tries. none: open, or one is being tried. */
  readonly admits: () => 'all' | 'one' | 'none';
  /** Only where it admits. */
  readonly execute: <Value>(attempt: () => Promise<Tried<Value>>) => Promise<Tried<Value>>;
  /** Until it may admit again, in ms; 0: it does, or nobody knows. */
  readonly closedForMs: () => number;
  readonly view: () => BreakerView;
};

/** Opens where half of at least twenty calls of thirty seconds failed. */
const WINDOW = { threshold: 0.499, duration: 30_000, minimumRps: 19.5 / 30 };
/** Stays open so long, doubled with each look that fails. */
const OPEN = { firstMs: 5_000, capMs: 60_000, retryAfterCapMs: 600_000 };

/**
 * cockatiel's breaker over its sampling: only what the partner failed counts. While one is tried its others would wait inside, holding places whose time goes by;
 * so nobody enters then (`admits`). cockatiel asks Date.now how long it was open, which may go back by days: so it is told for ever or not at all, by a clock that
 * does not.
 */
export const breakerOf = (deps: {
  readonly clock: Clock;
  readonly onChange: (state: BreakerState, reason: string | null) => void;
}): Breaker => {
  const { clock, onChange } = deps;
  let since = clock();
  /** performance.now() */
  let until = 0;

  /** Open at least as long as the last of them asked to be left alone. */
  const openFor = (baseMs: number): IBackoff<{ readonly result: unknown }> => ({
    duration: Number.POSITIVE_INFINITY,
    next: (context) => {
      const failed = failureOf(context.result);
      const askedMs = Math.min(failed?.retryAfterMs ?? 0, OPEN.retryAfterCapMs);
      const durationMs = Math.max(baseMs, askedMs);
      const end = performance.now() + durationMs;
      until = end;
      const { next } = openFor(Math.min(OPEN.capMs, baseMs * 2));
      return {
        next,
        get duration() {
          return performance.now() < end ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
        },
      };
    },
  });

  const policy = circuitBreaker(
    handleWhenResult((result) => failureOf({ value: result }) !== null),
    { breaker: sampling(), halfOpenAfter: openFor(OPEN.firstMs) },
  );
  policy.onStateChange((state) => {
    since = clock();
    onChange(
      NAMES[state] ?? 'closed',
      state === CircuitState.Closed ? null : (failureOf(policy.lastFailure)?.reason ?? null),
    );
  });

  const admits: Breaker['admits'] = () => {
    if (policy.state === CircuitState.Closed) return 'all';
    return policy.state === CircuitState.Open && performance.now() >= until ? 'one' : 'none';
  };
  const closedForMs = (): number => (policy.state === CircuitState.Open ? Math.max(0, until - performance.now()) : 0);
  return {
    ...{ admits, closedForMs },
    execute: (attempt) => policy.execute(attempt),
    view: () => {
      const state = NAMES[policy.state] ?? 'closed';
      return { state, since, until: state === 'open' ? Math.ceil(clock() + until - performance.now()) : null };
    },
  };
};

/**
 * cockatiel's windows of a second move on only as calls come, so that failures of hours ago would still count where calls are few: after a pause it begins anew.
 * With less than a call a second it still looks back thirty calls rather than thirty seconds. Its windows are of Date.now: set back, they would not move on at all,
 * so where that was set it begins anew too.
 */
const sampling = (): IBreaker => {
  let breaker = new SamplingBreaker(WINDOW);
  let calledAt = performance.now();
  const clockIsSet = whetherClockIsSet(Date.now);
  const current = (): SamplingBreaker => {
    const now = performance.now();
    if (clockIsSet() !== null || now - calledAt >= WINDOW.duration) breaker = new SamplingBreaker(WINDOW);
    calledAt = now;
    return breaker;
  };
  return {
    get state() {
      return breaker.state;
    },
    set state(state) {
      breaker.state = state;
    },
    success: (state) => current().success(state),
    failure: (state) => current().failure(state),
  };
};

const NAMES: Readonly<Partial<Record<CircuitState, BreakerState>>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
};

type Failed = Extract<Answer<unknown>, { readonly type: 'Failed' }>;

/** What cockatiel hands round is a value or an error; attempts end in values. */
const failureOf = (result: unknown): Failed | null => {
  if (typeof result !== 'object' || result === null || !('value' in result)) return null;
  const { answer, isOurs } = result.value as Tried<unknown>;
  return answer.type === 'Failed' && !isOurs ? answer : null;
};
