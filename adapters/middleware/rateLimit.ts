import type { Clock } from '#domain/index.ts';
import { type BoundedRate, boundedRate, type Rate } from '../http/boundedRate.ts';

/** Of the holder of a key, in this process. Holders are few: whoever shows no known key does not get here. */
export type RateLimit = BoundedRate;

export const rateLimit = ({ clock, ...rate }: Rate & { readonly clock: Clock }): RateLimit =>
  boundedRate(rate, MOST_HOLDERS, clock);

const MOST_HOLDERS = 100;
