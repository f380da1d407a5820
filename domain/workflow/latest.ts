import * as E from 'fp-ts/lib/Either.js';
import type { ReadFailure } from '../errors.ts';
import type { CatalogStore, ReleaseStore } from '../ports.ts';
import { type Catalog, emptyCatalog } from '../projection/projection.ts';
import { firstRelease, type Release } from '../projection/release.ts';

/** Catalog, release and revision floor as this process last read them: may be old, never ahead. */
export type ProjectCache = { catalog: Catalog; release: Release; revisionFloor: number };

export const emptyProjectCache = (): ProjectCache => ({
  catalog: emptyCatalog,
  release: firstRelease,
  revisionFloor: 0,
});

type Cached = { readonly cache: ProjectCache };

/** The release of this process, read again where a LIVE is of a newer epoch. */
export const releaseAtLeast = async (
  deps: Cached & { readonly releases: Pick<ReleaseStore, 'load'> },
  epoch: number,
): Promise<E.Either<ReadFailure, Release>> => {
  if (deps.cache.release.epoch >= epoch) return E.right(deps.cache.release);
  const loaded = await deps.releases.load()();
  if (E.isRight(loaded)) remember(deps, loaded.right);
  return loaded;
};

export const remember = ({ cache }: Cached, release: Release): void => {
  if (release.epoch > cache.release.epoch) cache.release = release;
};

/** The catalog of this process, read again where it is older than a version known to exist. */
export const catalogAtLeast = async (
  deps: Cached & { readonly catalog: Pick<CatalogStore, 'load'> },
  version: number,
): Promise<E.Either<ReadFailure, Catalog>> => {
  if (deps.cache.catalog.version >= version) return E.right(deps.cache.catalog);
  const loaded = await deps.catalog.load()();
  if (E.isLeft(loaded)) return loaded;
  if (loaded.right.catalog.version > deps.cache.catalog.version) deps.cache.catalog = loaded.right.catalog;
  return E.right(deps.cache.catalog);
};
