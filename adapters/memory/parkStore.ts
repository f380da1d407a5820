import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Parked, ParkReader, ParkStore } from '#domain/index.ts';

/** Parked members, as a specification. */
export const memoryParkStore = (): ParkStore & ParkReader => {
  const parked = new Map<string, Parked>();
  const keyOf = ({ memberId, ref }: Pick<Parked, 'memberId' | 'ref'>): string => `${ref} ${memberId}`;

  return {
    put: (failure) =>
      TE.fromIO(() => {
        const before = parked.get(keyOf(failure));
        parked.set(keyOf(failure), {
          ...failure,
          parkedAt: before?.parkedAt ?? failure.triedAt,
          attempts: (before?.attempts ?? 0) + 1,
        });
      }),
    list: (cursor, limit) =>
      TE.fromIO(() => {
        const page = [...parked]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .filter(([key]) => cursor === null || key > cursor)
          .slice(0, limit);
        return {
          items: page.map(([, item]) => item),
          cursor: page.length < limit ? null : (page.at(-1)?.[0] ?? null),
        };
      }),
    drop: (item) =>
      TE.fromIO(() => {
        const stored = parked.get(keyOf(item));
        if (stored?.triedAt === item.triedAt && stored.attempts === item.attempts) parked.delete(keyOf(item));
      }),
    ofMember: (memberId, refs) => TE.fromIO(() => refs.flatMap((ref) => parked.get(keyOf({ memberId, ref })) ?? [])),
  };
};
