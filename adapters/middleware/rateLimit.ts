import type { Clock } from '#domain/index.ts';

export type RateLimitSettings = { readonly perSecond: number; readonly burst: number; readonly clock: Clock };

/** Seconds to wait, whole and at least one; null: go on. */
export type RateLimit = (holder: string) => number | null;

type Bucket = { readonly tokens: number; readonly at: number };

/** A token bucket for each holder of a key, in this process. Holders are few: whoever shows no known key does not get here. */
export const rateLimit = ({ perSecond, burst, clock }: RateLimitSettings): RateLimit => {
  const buckets = new Map<string, Bucket>();
  return (holder) => {
    const now = clock();
    const { tokens, at } = buckets.get(holder) ?? { tokens: burst, at: now };
    const filled = Math.min(burst, tokens + (Math.max(0, now - at) / 1000) * perSecond);
    const isFree = filled >= 1;
    buckets.set(holder, { tokens: isFree ? filled - 1 : filled, at: now });
    return isFree ? null : Math.max(1, Math.ceil((1 - filled) / perSecond));
  };
};
