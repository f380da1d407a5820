/** Where an event stands among its like: below the mark, or at it, it was applied before. forgettable: nothing like it comes again after a while. */
export type Place = { readonly key: string; readonly mark: number; readonly forgettable: boolean };

/** Go: nobody else applies anything at this key until `done` or `undone`, or the lease ends. */
export type Turn = { readonly type: 'Go'; readonly done: () => Promise<void>; readonly undone: () => Promise<void> };

/** What a consumer remembers: the highest mark applied of each key. Plain promises: the kit is for people who may not know fp-ts. */
export type LastSeen = {
  /** Seen: that mark, or a higher one, was applied. Busy: something is being applied at this key, come again. Rejects where the store fails. */
  readonly begin: (place: Place) => Promise<Turn | { readonly type: 'Seen' } | { readonly type: 'Busy' }>;
};

type MemoryLastSeenOptions = { readonly forgetAfterMs?: number; readonly now?: () => number };

/**
 * Of one process, until it ends: for tests, and for consumers that start from nothing and read everything again. What may be forgotten is, in the end:
 * EventBridge retries for a day, SQS keeps a message for 14 days at most.
 */
export const memoryLastSeen = ({
  forgetAfterMs = 16 * 86_400_000,
  now = Date.now,
}: MemoryLastSeenOptions = {}): LastSeen => {
  const marks = new Map<string, number>();
  const forgettable = new Map<string, { readonly mark: number; readonly until: number }>();
  const busy = new Set<string>();
  const markOf = (key: string): number => marks.get(key) ?? forgettable.get(key)?.mark ?? 0;
  const remember = (place: Place): void => {
    if (!place.forgettable) return void marks.set(place.key, place.mark);
    // The oldest first: each key is put at the end again.
    forgettable.delete(place.key);
    forgettable.set(place.key, { mark: place.mark, until: now() + forgetAfterMs });
    for (const [key, { until }] of forgettable) {
      if (until > now()) return;
      forgettable.delete(key);
    }
  };
  return {
    begin: async (place) => {
      if (markOf(place.key) >= place.mark) return { type: 'Seen' };
      if (busy.has(place.key)) return { type: 'Busy' };
      busy.add(place.key);
      return {
        type: 'Go',
        done: async () => {
          remember(place);
          busy.delete(place.key);
        },
        undone: async () => {
          busy.delete(place.key);
        },
      };
    },
  };
};
