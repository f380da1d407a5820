import * as E from 'fp-ts/lib/Either.js';
import type { Task } from 'fp-ts/lib/Task.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { type ReadFailure, tooManyLosses, type Unstorable } from '../errors.ts';
import { type Commit, memberStream } from '../event/stream.ts';
import { type Cause, foldCommits, holdsDefinitions, type Live, replacing } from '../pass/live.ts';
import { type Lineup, type ProjectionRef, ProjectionThrew } from '../projection/lineup.ts';
import type { Catalog } from '../projection/projection.ts';
import { lineupOf } from '../projection/release.ts';
import { commitsAfter } from './commits.ts';
import { catalogAtLeast, releaseAtLeast, remember } from './latest.ts';
import { MAX_ATTEMPTS, type MemberPoke, type ProjectDeps, type ProjectFailure } from './projectDeps.ts';
import { replaceLive } from './replaceLive.ts';
import { type FailedFold, foldShadows, keepShadows, statesFor } from './shadow.ts';

/** parked: what failed in this very fold. A part that the pass needs leaves LIVE as it was; later pokes try again. */
export type FoldedMember = { readonly live: Live; readonly parked: readonly ProjectionRef[] };

/**
 * Brings the LIVE of several members up to date ("poke and pull"): a poke says only how far a stream got, so pokes may come late, twice,
 * out of order or not at all. Where images do not follow LIVE, the store is asked. Answers in the order of the pokes; a member fails alone.
 */
export const foldMembers =
  (deps: ProjectDeps) =>
  (pokes: readonly MemberPoke[]): Task<readonly E.Either<ProjectFailure, FoldedMember>[]> =>
  async () => {
    const folds = await Promise.all(pokes.map((poke) => fold(deps, poke)));
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const outdated = await outdatedAmong(deps, folds);
      if (outdated.every((isOutdated) => !isOutdated)) break;
      await Promise.all(
        pokes.map(async (poke, index) => {
          if (outdated[index] === true) folds[index] = await fold(deps, poke);
        }),
      );
    }
    return folds.map(E.map(({ live, parked }) => ({ live, parked })));
  };

/** One member. */
export const foldMember =
  (deps: ProjectDeps) =>
  (poke: MemberPoke): TaskEither<ProjectFailure, FoldedMember> =>
  async () =>
    (await foldMembers(deps)([poke])())[0] ??
    E.left({ type: 'StoreUnavailable', operation: 'fold', reason: 'no answer' });

/** renderedWith: the catalog's version. isUnsure: the walk of a promotion may have missed it; there was no LIVE before, or see below. */
type Fold = E.Either<ProjectFailure, FoldedMember & { readonly renderedWith: number; readonly isUnsure: boolean }>;

/**
 * The sweep of a catalog may have passed a member while an older catalog was folded in, the walk of a promotion one that was not there
 * yet: looks once more, after the writes. Where that look fails, so do the folds that needed it.
 */
const outdatedAmong = async (deps: ProjectDeps, folds: Fold[]): Promise<readonly boolean[]> => {
  const holds = (folded: Fold): boolean => E.isRight(folded) && holdsDefinitions(folded.right.live);
  const isUnsure = (folded: Fold): boolean => E.isRight(folded) && folded.right.isUnsure;

  const pointer = folds.some(holds) ? await deps.catalog.pointer()() : null;
  const release = folds.some(isUnsure) ? await deps.releases.load()() : null;
  const newer = pointer !== null && E.isRight(pointer) ? await catalogAtLeast(deps, pointer.right.version) : pointer;
  if (release !== null && E.isRight(release)) remember(deps, release.right);

  return folds.map((folded, index) => {
    if (E.isLeft(folded)) return false;
    const failed = [holds(folded) ? newer : null, isUnsure(folded) ? release : null].find(
      (look) => look !== null && E.isLeft(look),
    );
    if (failed != null && E.isLeft(failed)) {
      folds[index] = failed;
      return false;
    }
    const { live, renderedWith } = folded.right;
    const isOldCatalog = holds(folded) && renderedWith < deps.cache.catalog.version;
    return isOldCatalog || (isUnsure(folded) && live.epoch < deps.cache.release.epoch);
  });
};

const fold = async (deps: ProjectDeps, poke: MemberPoke): Promise<Fold> => {
  const { memberId, toVersion, images, cause } = poke;
  const stream = memberStream(memberId);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const loaded = await deps.views.load(memberId)();
    if (E.isLeft(loaded)) return loaded;
    const stored = loaded.right;

    const release = await releaseAtLeast(deps, stored.epoch);
    if (E.isLeft(release)) return release;
    const catalog = await catalogAtLeast(deps, stored.catalogVersion);
    if (E.isLeft(catalog)) return catalog;
    const lineup = lineupOf(deps.registry, release.right);
    const live = { ...stored, epoch: release.right.epoch, parked: poke.retryParked === true ? [] : stored.parked };

    const news = await commitsAfter(deps, stream, live.asOf, toVersion, images);
    if (E.isLeft(news)) return news;
    const next = await nextLive(deps, live, news.right, catalog.right, cause, lineup);
    if (E.isLeft(next)) return next;
    const { live: reached, threw } = next.right;

    const isNews = reached !== null && isWorthWriting(stored, reached);
    if (isNews) {
      // Before they leave LIVE: a promotion that is taken back finds them here.
      const kept = await keepShadows(deps, stored, lineup);
      if (E.isLeft(kept)) return kept;
      const replaced = await replaceLive(deps)(reached)();
      if (E.isLeft(replaced)) {
        if (replaced.left.type === 'ViewLostRace') continue;
        return replaced.left.type === 'Unstorable'
          ? leftAsItWas(deps, stored, reached, replaced.left)
          : E.left(replaced.left);
      }
    }
    const shadows = await foldShadows(deps, poke, Math.max(toVersion, reached?.asOf ?? 0), lineup);
    if (E.isLeft(shadows)) return shadows;
    const parked = await park(deps, memberId, [
      ...threw.map((error) => ({ error, asOf: stored.asOf })),
      ...shadows.right,
    ]);
    if (E.isLeft(parked)) return parked;
    return E.right({
      live: isNews ? reached : stored,
      parked: parked.right,
      renderedWith: reached === null ? Number.POSITIVE_INFINITY : catalog.right.version,
      isUnsure: reached !== null && (stored.ver === 0 ? isNews : mayHaveBeenMissed(poke, stored)),
    });
  }
  return E.left(tooManyLosses(`fold of ${stream}`));
};

/**
 * Another attempt would fare no better, so the poke is done with: LIVE stays as it was, the log has what it lacks, and the largest of its states
 * is listed as parked. Every later poke folds all of that again, as does a retry: what makes the state smaller heals the member.
 */
const leftAsItWas = async (deps: ProjectDeps, stored: Live, next: Live, { reason }: Unstorable): Promise<Fold> => {
  const sizes = Object.entries(next.states).map(([ref, state]) => ({ ref, size: JSON.stringify(state).length }));
  const [{ ref, size } = { ref: 'none', size: 0 }] = sizes.toSorted((a, b) => b.size - a.size);
  const text = `${ref}: LIVE cannot be stored (${reason}); this is the largest of its states, ${Math.ceil(size / 1024)} KB as JSON`;
  const { memberId, asOf } = stored;
  const put = await deps.parked.put({ memberId, ref, asOf, reason: text, triedAt: deps.clock() })();
  if (E.isLeft(put)) return put;
  return E.right({ live: stored, parked: [ref], renderedWith: Number.POSITIVE_INFINITY, isUnsure: false });
};

/**
 * Who made this LIVE may have died before looking: its poke comes again, and says no more than LIVE has, whatever else there is to write by
 * then. Or the walk found a projection failing, and went on.
 */
const mayHaveBeenMissed = ({ toVersion, retryParked = false }: MemberPoke, stored: Live): boolean =>
  retryParked || (toVersion > 0 && toVersion <= stored.asOf);

/** live null: a projection that the pass needs threw, so that LIVE stays as it is. */
type Next = { readonly live: Live | null; readonly threw: readonly ProjectionThrew[] };

const nextLive = async (
  deps: ProjectDeps,
  live: Live,
  news: readonly Commit[],
  catalog: Catalog,
  cause: Cause,
  lineup: Lineup,
): Promise<E.Either<ReadFailure, Next>> => {
  try {
    const start = await statesFor(deps, live, lineup);
    if (E.isLeft(start)) return start;
    const folded = foldCommits(start.right, news, lineup);
    const now = { at: deps.clock(), timeZone: deps.timeZone };
    return E.right({
      live: replacing(live, folded, now, catalog, cause, lineup),
      threw: [...start.right.threw, ...folded.threw],
    });
  } catch (error) {
    if (!(error instanceof ProjectionThrew)) throw error;
    return E.right({ live: null, threw: [error] });
  }
};

export const park = async (
  { parked, clock }: ProjectDeps,
  memberId: string,
  failures: readonly FailedFold[],
): Promise<E.Either<ProjectFailure, readonly ProjectionRef[]>> => {
  for (const { error, asOf } of failures) {
    const put = await parked.put({ memberId, ref: error.ref, asOf, reason: error.message, triedAt: clock() })();
    if (E.isLeft(put)) return put;
  }
  return E.right(failures.map(({ error }) => error.ref));
};

/** Time alone moves evaluatedAt and a definition nobody sees moves catalogVersion: neither is worth a write. */
export const isWorthWriting = (live: Live, next: Live): boolean =>
  next.asOf !== live.asOf ||
  next.change !== null ||
  next.due !== live.due ||
  (live.ver > 0 && next.epoch !== live.epoch) ||
  !haveSameRefs(next, live) ||
  JSON.stringify(next.pass) !== JSON.stringify(live.pass);

/** A lineup changed, or a projection was parked or is parked no more. */
const haveSameRefs = (a: Live, b: Live): boolean => {
  const refs = Object.keys(a.states);
  return (
    b.ver === 0 ||
    (refs.length === Object.keys(b.states).length &&
      refs.every((ref) => ref in b.states) &&
      a.parked.join() === b.parked.join())
  );
};
