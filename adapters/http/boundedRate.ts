import type { Clock } from '#domain/index.ts';

export type Rate = { readonly perSecond: number; readonly burst: number };

/** Seconds to wait, whole and at least one; null: go on. taking: 0 only asks whether one is free. */
export type BoundedRate = (name: string, taking?: 0 | 1) => number | null;

/**
 * A token bucket for each name, of which anybody may make up as many as he likes: `most` are remembered, and the one that was longest silent is forgotten
 * first. Forgotten is as good as full, so who invents names gets past this; what is behind has caps of its own.
 */
export const boundedRate = ({ perSecond, burst }: Rate, most: number, clock: Clock): BoundedRate => {
  const buckets = new Map<string, { readonly tokens: number; readonly at: number }>();
  return (name, taking = 1) => {
    const now = clock();
    const { tokens, at } = buckets.get(name) ?? { tokens: burst, at: now };
    const filled = Math.min(burst, tokens + (Math.max(0, now - at) / 1_000) * perSecond);
    const isFree = filled >= 1;
    // A map keeps the order in which keys were put: taken out and put in again, this one is the youngest.
    buckets.delete(name);
    buckets.set(name, { tokens: isFree ? filled - taking : filled, at: now });
    const [oldest] = buckets.keys();
    if (buckets.size > most && oldest !== undefined) buckets.delete(oldest);
    return isFree ? null : Math.max(1, Math.ceil((1 - filled) / perSecond));
  };
};
