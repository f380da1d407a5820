import type { EpochMs } from '#domain/index.ts';

/** Full jitter: anything up to a limit that doubles. Source: AWS Architecture Blog, "Exponential Backoff And Jitter". */
const jitter = (baseMs: number, capMs: number, before: number, random: () => number): number =>
  random() * Math.min(capMs, baseMs * 2 ** Math.min(before, 30));

export type After = {
  /** That failed before this one. */
  readonly before: number;
  /** As the partner asked; null: it did not. */
  readonly retryAfterMs: number | null;
  readonly random: () => number;
};

/** Until the next try of the same step: up to half a second, doubling to a minute, and never sooner than the partner asked. */
export const untilNextTryMs = ({ before, retryAfterMs, random }: After): number =>
  Math.max(retryAfterMs ?? 0, jitter(500, 60_000, before, random));

/** When a delivery that failed is taken up again: within five seconds, doubling to an hour, and never sooner than the partner asked, up to a day. */
export const nextDeliveryAt = (now: EpochMs, { before, retryAfterMs, random }: After): EpochMs =>
  now + Math.ceil(Math.max(Math.min(retryAfterMs ?? 0, DAY_MS), jitter(5_000, 3_600_000, before, random)));

export const DAY_MS = 86_400_000;
