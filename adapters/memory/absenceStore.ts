import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { AbsenceJob, AbsenceStore, Miss } from '#domain/index.ts';

/** What deletion by absence remembers, as a specification. */
export const memoryAbsenceStore = (): AbsenceStore => {
  const jobs = new Map<string, AbsenceJob>();
  const missed = new Map<string, Map<string, Miss>>();
  const missesIn = (object: string): Map<string, Miss> => {
    const misses = missed.get(object) ?? new Map<string, Miss>();
    missed.set(object, misses);
    return misses;
  };

  return {
    load: (object) => TE.fromIO(() => jobs.get(object) ?? null),
    save: (job) => async () => {
      if ((jobs.get(job.object)?.ver ?? 0) !== job.ver - 1) return E.left({ type: 'AbsenceLostRace' });
      jobs.set(job.object, job);
      return E.right(undefined);
    },
    missesOf: (object, ids) => TE.fromIO(() => ids.flatMap((id) => missesIn(object).get(id) ?? [])),
    remember: (object, misses) =>
      TE.fromIO(() => {
        for (const miss of misses) missesIn(object).set(miss.id, miss);
      }),
    forget: (object, ids) =>
      TE.fromIO(() => {
        for (const id of ids) missesIn(object).delete(id);
      }),
    misses: (object, cursor, limit) =>
      TE.fromIO(() => {
        const page = [...missesIn(object).values()]
          .filter(({ id }) => cursor === null || id > cursor)
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .slice(0, limit);
        return { misses: page, cursor: page.length < limit ? null : (page.at(-1)?.id ?? null) };
      }),
  };
};
