import { setTimeout as sleep } from 'node:timers/promises';

/** Waits after the n-th failure in a row: full jitter, doubling, ten seconds at most. */
export const pause = (attempt: number): Promise<void> =>
  sleep(Math.random() * Math.min(10_000, 100 * 2 ** Math.min(attempt, 30)));
