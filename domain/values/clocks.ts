import type { EpochMs } from './calendar.ts';

/** Clocks that are kept right differ by no more than this, wherever they are. */
export const CLOCKS_DIFFER_MS = 10_000;

/** What is dated so was written by a clock that was ahead: when that was, nobody knows. */
export const isDatedAhead = (at: EpochMs, now: EpochMs): boolean => at > now + CLOCKS_DIFFER_MS;
