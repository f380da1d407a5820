import * as E from 'fp-ts/lib/Either.js';
import { type ReadFailure, tooManyLosses } from '../errors.ts';
import { lastVersion, memberStream } from '../event/stream.ts';
import { type Folded, type FoldedNow, foldCommits, type Live, memberEventsOf } from '../pass/live.ts';
import type { Shadow } from '../ports.ts';
import { type AnyProjection, foldWith, type Lineup, ProjectionThrew, refOf } from '../projection/lineup.ts';
import { shadowsOf } from '../projection/release.ts';
import { commitsAfter, commitsBetween } from './commits.ts';
import { MAX_ATTEMPTS, type MemberPoke, type ProjectDeps, type ProjectFailure } from './projectDeps.ts';

/** What a projection threw, and the version of the last event that it had folded. */
export type FailedFold = { readonly error: ProjectionThrew; readonly asOf: number };

/**
 * LIVE with a state of every projection of the lineup: what another version or nobody folded so far is taken from its shadow, as far as
 * that came, and from the log. Throws ProjectionThrew where the pass needs what throws.
 */
export const statesFor = async (
  deps: ProjectDeps,
  live: Live,
  lineup: Lineup,
): Promise<E.Either<ReadFailure, FoldedNow>> => {
  let folded: FoldedNow = { asOf: live.asOf, states: live.states, parked: live.parked, threw: [] };
  if (live.asOf === 0) return E.right(folded);
  for (const [name, projection] of Object.entries(lineup)) {
    const ref = refOf(projection);
    if (ref in live.states || live.parked.includes(ref)) continue;
    const [found = null, failure] = await shadowOf(deps, projection, live.memberId);
    if (failure !== undefined) return E.left(failure);
    const start = found !== null && found.asOf <= live.asOf ? foldedOf(found) : nothingFolded;
    const commits = await commitsBetween(deps, memberStream(live.memberId), start.asOf, live.asOf);
    if (E.isLeft(commits)) return commits;
    const { states, parked, threw } = foldCommits(start, commits.right, { [name]: projection });
    folded = {
      ...folded,
      states: { ...folded.states, ...states },
      parked: [...folded.parked, ...parked],
      threw: [...folded.threw, ...threw],
    };
  }
  return E.right(folded);
};

/** States that leave LIVE with a promotion stay as shadows: taking it back needs no replay. */
export const keepShadows = async (
  deps: ProjectDeps,
  live: Live,
  lineup: Lineup,
): Promise<E.Either<ProjectFailure, void>> => {
  for (const projection of shadowsOf(deps.registry, lineup)) {
    const ref = refOf(projection);
    if (!(ref in live.states)) continue;
    const kept = await replaceShadow(deps, projection, live.memberId, (shadow) =>
      E.right(
        shadow.asOf > live.asOf ? shadow : { ...shadow, asOf: live.asOf, state: live.states[ref], isParked: false },
      ),
    );
    if (E.isLeft(kept)) return kept;
  }
  return E.right(undefined);
};

/** Brings the shadows of a member up to a version. What throws is parked by itself, and holds back nothing else. */
export const foldShadows = async (
  deps: ProjectDeps,
  { memberId, images, retryParked = false }: MemberPoke,
  toVersion: number,
  lineup: Lineup,
): Promise<E.Either<ProjectFailure, readonly FailedFold[]>> => {
  const failed: FailedFold[] = [];
  for (const projection of shadowsOf(deps.registry, lineup)) {
    let failure: FailedFold | null = null;
    let reached = 0;
    const folded = await replaceShadow(deps, projection, memberId, async (shadow) => {
      failure = null;
      reached = shadow.asOf;
      if (shadow.asOf >= toVersion || (shadow.isParked && !retryParked)) return E.right(shadow);
      const commits = await commitsAfter(deps, memberStream(memberId), shadow.asOf, toVersion, images);
      if (E.isLeft(commits)) return commits;
      try {
        const last = commits.right.at(-1);
        const state = foldWith(projection, shadow.state, memberEventsOf(commits.right), last?.recordedAt ?? null);
        return E.right({
          ...shadow,
          asOf: last === undefined ? shadow.asOf : lastVersion(last),
          state,
          isParked: false,
        });
      } catch (error) {
        if (!(error instanceof ProjectionThrew)) throw error;
        failure = { error, asOf: shadow.asOf };
        return E.right({ ...shadow, isParked: true });
      }
    });
    if (E.isLeft(folded)) {
      if (folded.left.type !== 'Unstorable') return folded;
      const error = await parkUnstorable(deps, projection, memberId);
      if (E.isLeft(error)) return error;
      failure = { error: error.right, asOf: reached };
    }
    if (failure !== null) failed.push(failure);
  }
  return E.right(failed);
};

/** Too large, or no JSON. */
class UnstorableState extends Error {}

/** A shadow whose next state cannot be stored stays as it was, parked. Where even that cannot be stored, every poke tries again. */
export const parkUnstorable = async (
  deps: Pick<ProjectDeps, 'shadows'>,
  projection: AnyProjection,
  memberId: string,
): Promise<E.Either<ProjectFailure, ProjectionThrew>> => {
  const kept = await replaceShadow(deps, projection, memberId, (shadow) =>
    E.right(shadow.isParked ? shadow : { ...shadow, isParked: true }),
  );
  return E.isLeft(kept) && kept.left.type !== 'Unstorable'
    ? kept
    : E.right(new ProjectionThrew(refOf(projection), new UnstorableState()));
};

/**
 * Replaces a shadow by what `next` makes of it, again while others are faster. The very same: nothing is written.
 * loaded: the stored one, where the caller has just read it.
 */
export const replaceShadow = async (
  deps: Pick<ProjectDeps, 'shadows'>,
  projection: AnyProjection,
  memberId: string,
  next: (shadow: Shadow) => Promise<E.Either<ReadFailure, Shadow>> | E.Either<ReadFailure, Shadow>,
  loaded?: Shadow | null,
): Promise<E.Either<ProjectFailure, void>> => {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const isKnown = loaded !== undefined && attempt === 1;
    const [stored, failure] = isKnown ? [loaded] : await shadowOf(deps, projection, memberId);
    if (failure !== undefined) return E.left(failure);
    const shadow = stored ?? emptyShadow(projection, memberId);
    const wanted = await next(shadow);
    if (E.isLeft(wanted)) return wanted;
    if (wanted.right === shadow) return E.right(undefined);
    const replaced = await deps.shadows.replace({ ...wanted.right, ver: shadow.ver + 1 })();
    if (E.isRight(replaced)) return replaced;
    if (replaced.left.type !== 'ViewLostRace') return E.left(replaced.left);
  }
  return E.left(tooManyLosses(`fold of ${refOf(projection)}`));
};

export const emptyShadow = (projection: AnyProjection, memberId: string): Shadow => ({
  memberId,
  ref: refOf(projection),
  asOf: 0,
  state: projection.initial,
  isParked: false,
  ver: 0,
});

const shadowOf = async (
  { shadows }: Pick<ProjectDeps, 'shadows'>,
  projection: AnyProjection,
  memberId: string,
): Promise<readonly [Shadow | null | undefined, ReadFailure?]> => {
  const loaded = await shadows.load(refOf(projection), [memberId])();
  return E.isLeft(loaded) ? [null, loaded.left] : [loaded.right[0] ?? null];
};

const foldedOf = ({ ref, asOf, state }: Shadow): Folded => ({ asOf, states: { [ref]: state }, parked: [] });
const nothingFolded: Folded = { asOf: 0, states: {}, parked: [] };
