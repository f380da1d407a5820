import * as E from 'fp-ts/lib/Either.js';
import type { Task } from 'fp-ts/lib/Task.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { AppendConflict, ReadFailure, Unstorable } from '../errors.ts';
import { type Commit, lastVersion, memberStream, type StreamName } from '../event/stream.ts';
import { advance, type Cause, holdsDefinitions, type Live } from '../pass/live.ts';
import type { CatalogPointer, CatalogStore, Clock, EventStore, ViewStore } from '../ports.ts';
import { evolveDefinitions } from '../projection/catalog.ts';
import type { Catalog, Definitions } from '../projection/projection.ts';
import type { TimeZone } from '../values/calendar.ts';

export type ProjectDeps = {
  readonly events: Pick<EventStore, 'load'>;
  readonly views: ViewStore;
  readonly catalog: CatalogStore;
  /** The catalog as this process last read it: may be old, never ahead. */
  readonly cache: CatalogCache;
  readonly clock: Clock;
  readonly timeZone: TimeZone;
};

export type CatalogCache = { catalog: Catalog };

export type ProjectFailure = Exclude<ReadFailure | Unstorable, AppendConflict>;

/** How often a fold may lose to another, or find a newer catalog, before it is left for redelivery. */
const MAX_ATTEMPTS = 25;

/** "This stream reached version v." `images` are commits that came along. Version 0: only time passed, or definitions changed. */
export type MemberPoke = {
  readonly memberId: string;
  readonly toVersion: number;
  readonly images: readonly Commit[];
  readonly cause: Cause;
};

/**
 * Brings the LIVE of several members up to date ("poke and pull"): a poke says only how far a stream got, so pokes may come late, twice,
 * out of order or not at all. Where images do not follow LIVE, the store is asked. Answers in the order of the pokes; a member fails alone.
 */
export const foldMembers =
  (deps: ProjectDeps) =>
  (pokes: readonly MemberPoke[]): Task<readonly E.Either<ProjectFailure, Live>[]> =>
  async () => {
    const folds = await Promise.all(pokes.map((poke) => fold(deps, poke)));
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      if (!folds.some((folded) => E.isRight(folded) && holdsDefinitions(folded.right.live))) break;
      // The sweep may have passed a member while an older catalog was being folded in: look once more, after the writes.
      const pointer = await deps.catalog.pointer()();
      const outdated = folds.map((folded) => isOutdated(folded, pointer));
      if (!outdated.includes(true)) break;
      const newer = E.isLeft(pointer) ? pointer : await catalogAtLeast(deps, pointer.right.version);
      await Promise.all(
        pokes.map(async (poke, index) => {
          if (outdated[index] === true) folds[index] = E.isLeft(newer) ? newer : await fold(deps, poke);
        }),
      );
    }
    return folds.map(E.map(({ live }) => live));
  };

/** One member. */
export const foldMember =
  (deps: ProjectDeps) =>
  (poke: MemberPoke): TaskEither<ProjectFailure, Live> =>
  async () =>
    (await foldMembers(deps)([poke])())[0] ??
    E.left({ type: 'StoreUnavailable', operation: 'fold', reason: 'no answer' });

type Fold = E.Either<ProjectFailure, { readonly live: Live; readonly renderedWith: number }>;

const isOutdated = (folded: Fold, pointer: E.Either<ReadFailure, CatalogPointer>): boolean =>
  E.isRight(folded) &&
  holdsDefinitions(folded.right.live) &&
  (E.isLeft(pointer) || folded.right.renderedWith < pointer.right.version);

const fold = async (deps: ProjectDeps, { memberId, toVersion, images, cause }: MemberPoke): Promise<Fold> => {
  const stream = memberStream(memberId);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const loaded = await deps.views.load(memberId)();
    if (E.isLeft(loaded)) return loaded;
    const live = loaded.right;

    const catalog = await catalogAtLeast(deps, live.catalogVersion);
    if (E.isLeft(catalog)) return catalog;

    const news = isUnfolded(live)
      ? await deps.events.load(stream)()
      : await commitsAfter(deps, stream, live.asOf, toVersion, images);
    if (E.isLeft(news)) return news;

    const next = advance(live, news.right, { at: deps.clock(), timeZone: deps.timeZone }, catalog.right, cause);
    const folded = E.right({ live: next, renderedWith: catalog.right.version });
    if (!isWorthWriting(live, next)) return folded;
    const replaced = await deps.views.replace(next)();
    if (E.isRight(replaced)) return folded;
    if (replaced.left.type !== 'ViewLostRace') return E.left(replaced.left);
  }
  return E.left({ type: 'StoreUnavailable', operation: `fold of ${stream}`, reason: 'too many lost races' });
};

/** Stored, but folded by other versions of the projections: only the whole stream brings it back. */
const isUnfolded = (live: Live): boolean => live.ver > 0 && live.asOf === 0;

/** The commits after `asOf`, from the images where they follow, else from the store; they must reach `toVersion`. */
const commitsAfter = async (
  { events }: ProjectDeps,
  stream: StreamName,
  asOf: number,
  toVersion: number,
  images: readonly Commit[],
): Promise<E.Either<ReadFailure, readonly Commit[]>> => {
  if (toVersion <= asOf) return E.right([]);
  const following: Commit[] = [];
  let reached = asOf;
  for (const image of images.toSorted((a, b) => a.version - b.version)) {
    if (image.version !== reached + 1) continue;
    following.push(image);
    reached = lastVersion(image);
  }
  if (reached >= toVersion) return E.right(following);
  const loaded = await events.load(stream, { from: asOf + 1 })();
  if (E.isLeft(loaded)) return loaded;
  const last = loaded.right.at(-1);
  if (last === undefined || lastVersion(last) < toVersion)
    return E.left({
      type: 'StoreCorrupt',
      where: stream,
      reason: `was said to reach version ${toVersion}, but does not`,
    });
  return loaded;
};

/** Time alone moves evaluatedAt and a definition nobody sees moves catalogVersion: neither is worth a write. */
const isWorthWriting = (live: Live, next: Live): boolean =>
  next.asOf !== live.asOf ||
  next.change !== null ||
  next.due !== live.due ||
  JSON.stringify(next.pass) !== JSON.stringify(live.pass);

/** The catalog of this process, read again where it is older than a version known to exist. */
export const catalogAtLeast = async (deps: ProjectDeps, version: number): Promise<E.Either<ReadFailure, Catalog>> => {
  if (deps.cache.catalog.version >= version) return E.right(deps.cache.catalog);
  const loaded = await deps.catalog.load()();
  if (E.isLeft(loaded)) return loaded;
  if (loaded.right.catalog.version > deps.cache.catalog.version) deps.cache.catalog = loaded.right.catalog;
  return E.right(deps.cache.catalog);
};

/** Brings the catalog up to the pokes of definition streams; a change marks a sweep of the holders as pending, in the same write. */
export const foldDefinitions =
  (deps: ProjectDeps) =>
  (
    pokes: readonly { readonly id: string; readonly stream: StreamName; readonly version: number }[],
  ): TaskEither<ProjectFailure, void> =>
  async () => {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const loaded = await deps.catalog.load()();
      if (E.isLeft(loaded)) return loaded;
      const { catalog, asOf } = loaded.right;
      const { version: catalogVersion, ...stored } = catalog;
      let defined: Definitions = stored;
      const versions: Record<string, number> = { ...asOf };
      for (const { id, stream, version } of pokes) {
        const from = versions[id] ?? 0;
        if (version <= from) continue;
        const news = await commitsAfter(deps, stream, from, version, []);
        if (E.isLeft(news)) return news;
        for (const commit of news.right) {
          defined = commit.events.reduce(evolveDefinitions, defined);
          versions[id] = lastVersion(commit);
        }
      }
      const isNews = Object.keys(versions).some((id) => versions[id] !== asOf[id]);
      if (!isNews) return E.right(undefined);
      const next = { catalog: { version: catalogVersion + 1, ...defined }, asOf: versions };
      const replaced = await deps.catalog.replace(next)();
      if (E.isRight(replaced)) {
        if (next.catalog.version > deps.cache.catalog.version) deps.cache.catalog = next.catalog;
        return E.right(undefined);
      }
      if (replaced.left.type !== 'ViewLostRace') return E.left(replaced.left);
    }
    return E.left({ type: 'StoreUnavailable', operation: 'fold of the catalog', reason: 'too many lost races' });
  };
