import type { Clock } from '#domain/index.ts';

/** Clocks that are kept right differ by no more than this, wherever they are. What is dated later was written by one that was ahead. */
export const CLOCKS_DIFFER_MS = 10_000;

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
