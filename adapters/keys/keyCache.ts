import type { Clock } from '#domain/index.ts';
import { stopwatch } from '../clocks.ts';

/** Data keys in clear (null: destroyed), for a short time and so many at most: the oldest goes first. */
export type KeyCache = {
  /** undefined: not known, or for too long. */
  readonly get: (keyId: string) => Uint8Array | null | undefined;
  readonly set: (keyId: string, key: Uint8Array | null) => void;
};

export const keyCache = (
  clock: Clock,
  { keptMs, size }: { readonly keptMs: number; readonly size: number },
): KeyCache => {
  const kept = new Map<string, { readonly key: Uint8Array | null; readonly agoMs: () => number }>();
  return {
    get: (keyId) => {
      const found = kept.get(keyId);
      return found === undefined || found.agoMs() >= keptMs ? undefined : found.key;
    },
    set: (keyId, key) => {
      kept.delete(keyId);
      kept.set(keyId, { key, agoMs: stopwatch(clock) });
      for (const oldest of kept.keys()) {
        if (kept.size <= size) break;
        kept.delete(oldest);
      }
    },
  };
};
