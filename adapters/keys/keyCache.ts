import type { Clock } from '#domain/index.ts';

/** Data keys in clear (null: destroyed), for a short time and so many at most: the oldest goes first. */
export type KeyCache = {
  /** undefined: not known, or for too long. */
  readonly get: (keyId: string) => Uint8Array | null | undefined;
  readonly set: (keyId: string, key: Uint8Array | null) => void;
};

/** clock: of the day. A monotonic one may stand still while Lambda keeps a process frozen. */
export const keyCache = (
  clock: Clock,
  { keptMs, size }: { readonly keptMs: number; readonly size: number },
): KeyCache => {
  const kept = new Map<string, { readonly key: Uint8Array | null; readonly until: number }>();
  return {
    get: (keyId) => {
      const found = kept.get(keyId);
      return found === undefined || found.until <= clock() ? undefined : found.key;
    },
    set: (keyId, key) => {
      kept.delete(keyId);
      kept.set(keyId, { key, until: clock() + keptMs });
      for (const oldest of kept.keys()) {
        if (kept.size <= size) break;
        kept.delete(oldest);
      }
    },
  };
};
