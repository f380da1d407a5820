import { CLOCKS_DIFFER_MS, type EpochMs, isDatedAhead } from '#domain/index.ts';
import { DAY_MS } from './backoff.ts';
import type { Delivery } from './delivery.ts';

/** Nothing is put off further: no back-off, whatever a partner asked for, and no look whether something arrived. */
export const LONGEST_DUE_MS = DAY_MS;

/** From where on what lies in a queue is looked at: farther off than a clock that is right would put what is due now, or would put anything. */
export const aheadFrom = (queue: 'live' | 'bulk' | 'confirming', now: EpochMs): EpochMs =>
  now + CLOCKS_DIFFER_MS + (queue === 'confirming' ? LONGEST_DUE_MS : 0);

/**
 * Whether a clock that was ahead wrote when this is due. Where it was ahead by less than the longest that anything is put off, what else it wrote gives it away. Of
 * what is in hand nothing can be said.
 */
export const isFromAhead = (
  { due, since, updatedAt, steps }: Pick<Delivery, 'due' | 'since' | 'updatedAt' | 'steps'>,
  now: EpochMs,
): boolean =>
  isDatedAhead(due ?? 0, now + LONGEST_DUE_MS) ||
  [updatedAt, since ?? 0, ...steps.map(({ at }) => at)].some((at) => isDatedAhead(at, now));
