import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type CatalogPointer, type CatalogStore, emptyCatalog, type StoredCatalog } from '#domain/index.ts';

/** The catalog as a specification. */
export const memoryCatalogStore = (): CatalogStore => {
  let stored: StoredCatalog = { catalog: emptyCatalog, asOf: {} };
  let sweep: CatalogPointer['sweep'] = null;

  return {
    pointer: () => TE.fromIO(() => ({ version: stored.catalog.version, sweep })),
    load: () => TE.fromIO(() => stored),
    replace: (next) => async () => {
      if (next.catalog.version !== stored.catalog.version + 1) return E.left({ type: 'ViewLostRace' });
      stored = next;
      sweep = { cursor: null };
      return E.right(undefined);
    },
    sweepTo: (version, cursor) =>
      TE.fromIO(() => {
        if (version === stored.catalog.version && sweep !== null) sweep = cursor === 'done' ? null : { cursor };
      }),
  };
};
