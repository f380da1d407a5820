/** Where an event stands among its like: below the mark, or at it, it was applied before. forgettable: nothing like it comes again after a while. */
export type Place = { readonly key: string; readonly mark: number; readonly forgettable: boolean };

/** Go: nobody else applies anything at this key until `done` or `undone`, or the lease ends. */
export type Turn = { readonly type: 'Go'; readonly done: () => Promise<void>; readonly undone: () => Promise<void> };

/** What a consumer remembers: the highest mark applied of each key. Plain promises: the kit is for people who may not know fp-ts. */
export type LastSeen = {
  /** Seen: that mark, or a higher one, was applied. Busy: something is being applied at this key, come again. Rejects where the store fails. */
  readonly begin: (place: Place) => Promise<Turn | { readonly type: 'Seen' } | { readonly type: 'Busy' }>;
};

/** Of one process, until it ends: for tests, and for consumers that start from nothing and read everything again. */
export const memoryLastSeen = (): LastSeen => {
  const marks = new Map<string, number>();
  const busy = new Set<string>();
  return {
    begin: async ({ key, mark }) => {
      if ((marks.get(key) ?? 0) >= mark) return { type: 'Seen' };
      if (busy.has(key)) return { type: 'Busy' };
      busy.add(key);
      return {
        type: 'Go',
        done: async () => {
          marks.set(key, mark);
          busy.delete(key);
        },
        undone: async () => {
          busy.delete(key);
        },
      };
    },
  };
};
