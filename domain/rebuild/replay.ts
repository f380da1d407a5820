import * as E from 'fp-ts/lib/Either.js';
import { failureText, type ReadFailure, tooManyLosses } from '../errors.ts';
import {
  type Cause,
  type Folded,
  type FoldedNow,
  type FoldedText,
  foldCommits,
  type Live,
  replacing,
} from '../pass/live.ts';
import type { Shadow } from '../ports.ts';
import { type AnyProjection, type Lineup, ProjectionThrew, refOf } from '../projection/lineup.ts';
import { lineupOf, shadowsOf } from '../projection/release.ts';
import { sameJson } from '../values/json.ts';
import { commitsBetween } from '../workflow/commits.ts';
import { catalogAtLeast, releaseAtLeast, remember } from '../workflow/latest.ts';
import { foldMembers, isWorthWriting, park } from '../workflow/project.ts';
import { MAX_ATTEMPTS, type ProjectDeps, type ProjectFailure } from '../workflow/projectDeps.ts';
import { replaceLive } from '../workflow/replaceLive.ts';
import { keepShadows, parkUnstorable, replaceShadow, statesFor } from '../workflow/shadow.ts';
import type { StreamFold } from './logWalk.ts';
import { foldOf, memberIdOf, membersAmong } from './memberFold.ts';
import { addTallies, counted, noTally, type Tally } from './tally.ts';

/** What a replay folds again: live versions into LIVE, others into their shadows. */
export type ReplayTargets = { readonly live: Lineup; readonly shadows: readonly AnyProjection[] };

/** revisionFloor: above it start those whose LIVE is lost. As it was when the walk began, since what the walk publishes raises it. */
export type ReplayOptions = { readonly cause: Cause; readonly revisionFloor: number };

/** null: all of them. */
export const replayTargets = (
  deps: Pick<ProjectDeps, 'registry' | 'cache'>,
  projection: AnyProjection | null,
): ReplayTargets => {
  const lineup = lineupOf(deps.registry, deps.cache.release);
  const shadows = shadowsOf(deps.registry, lineup);
  if (projection === null) return { live: lineup, shadows };
  const isLive = lineup[projection.name] === projection;
  return isLive ? { live: { [projection.name]: projection }, shadows: [] } : { live: {}, shadows: [projection] };
};

/**
 * Compares what a scan folded with what is stored, and writes what differs. Live traffic goes on meanwhile: a fold of less than LIVE
 * has is brought up to it first, and whoever loses a race looks again; so every event ends up folded exactly once.
 * Counts members, rebuilt (LIVE written), pushes (passes that changed by it), shadows (written), parked, failed (LIVE cannot be stored),
 * definitions.
 */
export const rebuild =
  (deps: ProjectDeps, targets: ReplayTargets, options: ReplayOptions) =>
  async (streams: readonly StreamFold[]): Promise<E.Either<ProjectFailure, Tally>> => {
    const among = await membersAmong(deps, streams);
    if (E.isLeft(among)) return among;
    const { members, definitions } = among.right;

    let tally = counted({ members: members.length, definitions });
    const lives = hasLive(targets) ? await livesUnlike(deps, targets.live, members) : E.right(noLives);
    if (E.isLeft(lives)) return lives;
    const shadows = await shadowsStored(deps, targets, members);
    if (E.isLeft(shadows)) return shadows;
    const rebuilt = await Promise.all(
      members.map(async (fold, index) => {
        const live = lives.right.get(fold);
        const intoLive =
          live === undefined ? E.right(noTally) : await rebuildLive(deps, targets.live, fold, live, options);
        if (E.isLeft(intoLive)) return intoLive;
        const stored = shadows.right.map(({ projection, ofMembers }) => ({
          projection,
          shadow: ofMembers[index] ?? null,
        }));
        return addTo(intoLive.right, await rebuildShadows(deps, stored, fold));
      }),
    );
    for (const one of rebuilt) {
      if (E.isLeft(one)) return one;
      tally = addTallies(tally, one.right);
    }
    return E.right(tally);
  };

const noLives: ReadonlyMap<StreamFold, Live> = new Map();

/**
 * LIVE of those members of whom it is not seen at once that it has what the scan folded. Both are compared as JSON text, so that neither the
 * stored states nor the pass are parsed, and only what reads differently is looked at part by part.
 * An eventually consistent read is enough to see that nothing is to be done: the scan is strongly consistent, so LIVE had all of it, as the log gives
 * it, at some moment, and who folded it on since began with that. What reads differently may only be old, and is read again, strongly
 * consistent, before anything is written. What is missed is what somebody else wrote over LIVE in the moment before, without an event.
 */
const livesUnlike = async (
  deps: ProjectDeps,
  targets: Lineup,
  members: readonly StreamFold[],
): Promise<E.Either<ReadFailure, ReadonlyMap<StreamFold, Live>>> => {
  const stored = await deps.views.loadFolded(members.map(memberIdOf))();
  if (E.isLeft(stored)) return stored;
  const unlike: StreamFold[] = [];
  for (const [index, fold] of members.entries()) {
    const one = stored.right[index];
    const release = await releaseAtLeast(deps, one?.epoch ?? 0);
    if (E.isLeft(release)) return release;
    const { epoch } = release.right;
    const lineup = lineupOf(deps.registry, release.right);
    if (one?.epoch !== epoch || !isAtOnceAlike(one, fold, targets, lineup)) unlike.push(fold);
  }
  const lives = unlike.length === 0 ? E.right([]) : await deps.views.loadMany(unlike.map(memberIdOf))();
  if (E.isLeft(lives)) return lives;
  return E.right(new Map(lives.right.flatMap((live, index) => (unlike[index] ? [[unlike[index], live]] : []))));
};

/** false: perhaps alike nevertheless. */
const isAtOnceAlike = (stored: FoldedText, fold: StreamFold, targets: Lineup, lineup: Lineup): boolean => {
  if (stored.ver === 0 || stored.asOf !== fold.asOf || stored.parked.length > 0) return false;
  if (fold.isBroken || Object.keys(fold.threw).length > 0) return false;
  const states: Record<string, unknown> = {};
  for (const name in lineup) {
    const projection = lineup[name];
    if (projection === undefined || targets[name] !== projection) return false;
    states[refOf(projection)] = fold.states[refOf(projection)];
  }
  try {
    return stored.statesText === JSON.stringify(states);
  } catch {
    // A state that is no JSON: writing it will say so.
    return false;
  }
};

/** Of all the members at once. */
const shadowsStored = async (
  { shadows }: ProjectDeps,
  targets: ReplayTargets,
  members: readonly StreamFold[],
): Promise<E.Either<ReadFailure, readonly { projection: AnyProjection; ofMembers: readonly (Shadow | null)[] }[]>> => {
  const stored: { projection: AnyProjection; ofMembers: readonly (Shadow | null)[] }[] = [];
  for (const projection of targets.shadows) {
    const loaded = await shadows.load(refOf(projection), members.map(memberIdOf))();
    if (E.isLeft(loaded)) return loaded;
    stored.push({ projection, ofMembers: loaded.right });
  }
  return E.right(stored);
};

const hasLive = ({ live }: ReplayTargets): boolean => Object.keys(live).length > 0;

const addTo = (tally: Tally, more: E.Either<ProjectFailure, Tally>): E.Either<ProjectFailure, Tally> =>
  E.isLeft(more) ? more : E.right(addTallies(tally, more.right));

const rebuildLive = async (
  deps: ProjectDeps,
  targets: Lineup,
  fold: StreamFold,
  loaded: Live,
  { cause, revisionFloor }: ReplayOptions,
): Promise<E.Either<ProjectFailure, Tally>> => {
  let stored = loaded;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const release = await releaseAtLeast(deps, stored.epoch);
    if (E.isLeft(release)) return release;
    const lineup = lineupOf(deps.registry, release.right);
    try {
      const folded = await merged(deps, { ...stored, epoch: release.right.epoch }, fold, targets, lineup);
      if (E.isLeft(folded)) return folded;
      const { threw } = folded.right;
      if (isAlready(stored, folded.right, release.right.epoch)) return parkAll(deps, stored, threw);
      const catalog = await catalogAtLeast(deps, stored.catalogVersion);
      if (E.isLeft(catalog)) return catalog;
      const now = { at: deps.clock(), timeZone: deps.timeZone };
      const revision = stored.ver === 0 ? revisionFloor : stored.revision;
      const live = { ...stored, epoch: release.right.epoch, revision };
      const next = replacing(live, folded.right, now, catalog.right, cause, lineup);
      if (!isWorthWriting(stored, next) && sameJson(stored.states, next.states)) return parkAll(deps, stored, threw);
      // Before they leave LIVE, as in every fold.
      const kept = await keepShadows(deps, stored, lineup);
      if (E.isLeft(kept)) return kept;
      const replaced = await replaceLive(deps)(next)();
      if (E.isRight(replaced)) {
        const looked = await lookOnceMore(deps, next, cause);
        return E.isLeft(looked) ? looked : addTo(looked.right, await parkAll(deps, stored, threw));
      }
      if (replaced.left.type === 'Unstorable')
        return E.right(counted({ failed: 1 }, [{ memberId: stored.memberId, failed: failureText(replaced.left) }]));
      if (replaced.left.type !== 'ViewLostRace') return E.left(replaced.left);
    } catch (error) {
      if (!(error instanceof ProjectionThrew)) throw error;
      return parkAll(deps, stored, [error]);
    }
    const again = await deps.views.load(stored.memberId)();
    if (E.isLeft(again)) return again;
    stored = again.right;
  }
  return E.left(tooManyLosses(`replay of ${fold.stream}`));
};

const parkAll = async (
  deps: ProjectDeps,
  { memberId, asOf }: Live,
  threw: readonly ProjectionThrew[],
): Promise<E.Either<ProjectFailure, Tally>> => {
  if (threw.length === 0) return E.right(noTally);
  const parked = await park(
    deps,
    memberId,
    threw.map((error) => ({ error, asOf })),
  );
  return E.isLeft(parked) ? parked : E.right(counted({ parked: 1 }));
};

/**
 * A catalog or a release that came meanwhile: whoever folds a member looks once more after the write, and so do we. The walk of a promotion
 * passed by whoever had no LIVE.
 */
const lookOnceMore = async (deps: ProjectDeps, next: Live, cause: Cause): Promise<E.Either<ProjectFailure, Tally>> => {
  if (next.ver === 1) {
    const release = await deps.releases.load()();
    if (E.isLeft(release)) return release;
    remember(deps, release.right);
  }
  const [looked] = await foldMembers(deps)([{ memberId: next.memberId, toVersion: 0, images: [], cause }])();
  if (looked !== undefined && E.isLeft(looked)) return looked;
  return E.right(counted({ rebuilt: 1, pushes: next.change === null ? 0 : 1 }));
};

/** What the scan folded of the targets, and what LIVE has of the others, as of the same version. */
const merged = async (
  deps: ProjectDeps,
  stored: Live,
  fold: StreamFold,
  targets: Lineup,
  lineup: Lineup,
): Promise<E.Either<ReadFailure, FoldedNow>> => {
  // A version that is live no more belongs to its shadow.
  const wanted = lineupWhere(lineup, (projection) => targets[projection.name] === projection);
  const others = lineupWhere(lineup, (projection) => targets[projection.name] !== projection);
  const again = await foldOf(deps.events, fold, stored.asOf, wanted);
  if (E.isLeft(again)) return again;
  if (Object.keys(others).length === 0) return again;
  const start = await statesFor(deps, stored, others);
  if (E.isLeft(start)) return start;
  const news = await commitsBetween(deps, fold.stream, stored.asOf, again.right.asOf);
  if (E.isLeft(news)) return news;
  const rest = foldCommits(start.right, news.right, others);
  const parked = new Set([...rest.parked, ...again.right.parked]);
  return E.right({
    asOf: again.right.asOf,
    states: { ...rest.states, ...again.right.states },
    // In the order of every other fold.
    parked: Object.values(lineup)
      .map(refOf)
      .filter((ref) => parked.has(ref)),
    threw: [...start.right.threw, ...rest.threw, ...again.right.threw],
  });
};

const lineupWhere = (lineup: Lineup, isWanted: (projection: AnyProjection) => boolean): Lineup =>
  Object.fromEntries(Object.entries(lineup).filter(([, projection]) => isWanted(projection)));

/** Nothing to render: the pass follows from the states, and time and definitions have their own ways to it. */
const isAlready = (stored: Live, folded: Folded, epoch: number): boolean =>
  stored.ver > 0 &&
  stored.asOf === folded.asOf &&
  stored.epoch === epoch &&
  stored.parked.join() === folded.parked.join() &&
  sameJson(stored.states, folded.states);

const rebuildShadows = async (
  deps: ProjectDeps,
  stored: readonly { readonly projection: AnyProjection; readonly shadow: Shadow | null }[],
  fold: StreamFold,
): Promise<E.Either<ProjectFailure, Tally>> => {
  let tally = noTally;
  for (const { projection, shadow: loaded } of stored) {
    const failed: ProjectionThrew[] = [];
    let isWritten = false;
    const next = async (shadow: Shadow): Promise<E.Either<ReadFailure, Shadow>> => {
      const lineup = { [projection.name]: projection };
      isWritten = false;
      failed.length = 0;
      try {
        const folded = await foldOf(deps.events, fold, shadow.asOf, lineup);
        if (E.isLeft(folded)) return folded;
        const [error] = folded.right.threw;
        if (error !== undefined) throw error;
        const state = folded.right.states[refOf(projection)];
        const { asOf } = folded.right;
        if (shadow.ver > 0 && shadow.asOf === asOf && !shadow.isParked && sameJson(shadow.state, state))
          return E.right(shadow);
        isWritten = true;
        return E.right({ ...shadow, asOf, state, isParked: false });
      } catch (error) {
        if (!(error instanceof ProjectionThrew)) throw error;
        failed.push(error);
        return E.right(shadow.isParked ? shadow : { ...shadow, isParked: true });
      }
    };
    const replaced = await replaceShadow(deps, projection, memberIdOf(fold), next, loaded);
    if (E.isLeft(replaced)) {
      if (replaced.left.type !== 'Unstorable') return replaced;
      const error = await parkUnstorable(deps, projection, memberIdOf(fold));
      if (E.isLeft(error)) return error;
      isWritten = false;
      failed.push(error.right);
    }
    const parked = await park(
      deps,
      memberIdOf(fold),
      failed.map((error) => ({ error, asOf: 0 })),
    );
    if (E.isLeft(parked)) return parked;
    tally = addTallies(tally, counted({ shadows: isWritten ? 1 : 0, parked: parked.right.length }));
  }
  return E.right(tally);
};
