import * as O from 'fp-ts/lib/Option.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { QuarantineStore } from '#domain/index.ts';
import type { Memory } from './memory.ts';

/** Quarantine as a specification. */
export const memoryQuarantineStore = ({ quarantine }: Pick<Memory, 'quarantine'>): QuarantineStore => ({
  put: (items) =>
    TE.fromIO(() => {
      for (const item of items) quarantine.set(item.id, item);
    }),
  list: (cursor, limit) =>
    TE.fromIO(() => {
      const page = [...quarantine.values()]
        .filter(({ id }) => cursor === null || id > cursor)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map((item) => ({ ...item, content: null }));
      return { items: page, cursor: page.length < limit ? null : (page.at(-1)?.id ?? null) };
    }),
  count: () => TE.fromIO(() => quarantine.size),
  get: (id) => TE.fromIO(() => O.fromNullable(quarantine.get(id))),
  drop: (id) =>
    TE.fromIO(() => {
      quarantine.delete(id);
    }),
});
