import type { Clock } from '#domain/index.ts';

/** By so much a clock is moved to keep it right, without being set. */
const SLEWED_MS = 1_000;

/** Whether a clock was set since it was last asked, held against the time that went by. null: it was not. */
export const whetherClockIsSet = (clock: Clock): (() => 'ahead' | 'back' | null) => {
  let before = clock() - performance.now();
  return () => {
    const now = clock() - performance.now();
    const by = now - before;
    before = now;
    if (Math.abs(by) <= SLEWED_MS) return null;
    return by > 0 ? 'ahead' : 'back';
  };
};

/**
 * How long ago it was started: by the clock or by the time that went by, whichever says longer. The one may have been ahead then, by days; the other stands
 * still while a machine sleeps or Lambda keeps a process frozen.
 */
export const stopwatch = (clock: Clock): (() => number) => {
  const [at, startedAt] = [clock(), performance.now()];
  return () => Math.max(clock() - at, performance.now() - startedAt);
};
