import * as E from 'fp-ts/lib/Either.js';
import { isMemberEvent } from '../event/events.ts';
import { type Commit, memberStream, ownerOf } from '../event/stream.ts';
import { type FoldedNow, holdsDefinitions, type Live, rendered } from '../pass/live.ts';
import { diffPass } from '../pass/pass.ts';
import {
  type AnyProjection,
  foldWith,
  type Lineup,
  type ProjectionRef,
  ProjectionThrew,
  refOf,
} from '../projection/lineup.ts';
import { lineupOf } from '../projection/release.ts';
import { isJsonObject, sameJson } from '../values/json.ts';
import { catalogAtLeast, releaseAtLeast } from '../workflow/latest.ts';
import type { ProjectDeps, ProjectFailure } from '../workflow/projectDeps.ts';
import type { StreamFold } from './logWalk.ts';
import { foldOf, foldUpTo, memberIdOf } from './memberFold.ts';
import { addTallies, counted, noTally, type Tally } from './tally.ts';

/**
 * Where what is stored is not what the log gives. firstVersion: the version from which on the stored state never again agrees with the
 * log in what differs; null for a pass that does not follow from its states.
 */
export type Drift = {
  readonly memberId: string;
  readonly what: ProjectionRef | 'pass' | 'missing';
  readonly firstVersion: number | null;
  readonly paths: readonly string[];
};

export type VerifyDeps = ProjectDeps & { readonly pause: (ms: number) => Promise<void> };

/** LIVE follows the log within this, or is behind. */
const LOOKS = 4;
const PAUSE_MS = 250;

/** Folds again and compares with LIVE; writes nothing. Counts members, drifted, behind, parked. */
export const verifyMembers =
  (deps: VerifyDeps) =>
  async (streams: readonly StreamFold[]): Promise<E.Either<ProjectFailure, Tally>> => {
    const members = streams.filter(({ stream }) => ownerOf(stream).type === 'member');
    let tally = noTally;
    const lives = await livesOf(deps, members);
    if (E.isLeft(lives)) return lives;
    for (const [index, fold] of members.entries()) {
      const live = lives.right[index];
      if (live === undefined) continue;
      const verified = await verifyMember(deps, fold, live);
      if (E.isLeft(verified)) return verified;
      tally = addTallies(tally, verified.right);
    }
    return E.right(tally);
  };

/** Read again for a moment where the log is ahead: the poke may be on its way. */
const livesOf = async (
  deps: VerifyDeps,
  members: readonly StreamFold[],
): Promise<E.Either<ProjectFailure, readonly Live[]>> => {
  for (let look = 1; ; look++) {
    const lives = await deps.views.loadMany(members.map(memberIdOf))();
    if (E.isLeft(lives)) return lives;
    const isBehind = lives.right.some((live, index) => live.asOf < (members[index]?.asOf ?? 0));
    if (!isBehind || look === LOOKS) return lives;
    await deps.pause(PAUSE_MS);
  }
};

const verifyMember = async (
  deps: VerifyDeps,
  fold: StreamFold,
  live: Live,
): Promise<E.Either<ProjectFailure, Tally>> => {
  const { memberId } = live;
  if (live.ver === 0) return E.right(counted({ members: 1, drifted: 1 }, [drift(memberId, 'missing', 1, [])]));
  const release = await releaseAtLeast(deps, live.epoch);
  if (E.isLeft(release)) return release;
  const wanted = lineupOf(deps.registry, release.right);
  const lineup = versionsIn(live, wanted);
  try {
    const isBehind = fold.asOf > live.asOf;
    const scanned = isBehind ? null : await foldOf(deps.events, fold, live.asOf, lineup);
    if (scanned !== null && E.isLeft(scanned)) return scanned;
    // The log may have gone on since LIVE was read: compared is what LIVE says it has.
    const folded =
      scanned?.right.asOf === live.asOf ? scanned : await foldUpTo(deps.events, memberId, live.asOf, lineup);
    if (E.isLeft(folded)) return folded;
    const ofStates = await driftsOf(deps, live, folded.right, lineup);
    if (E.isLeft(ofStates)) return ofStates;
    const isRendered = live.epoch === release.right.epoch && Object.keys(lineup).length === Object.keys(wanted).length;
    const drifts = ofStates.right.length > 0 || !isRendered ? ofStates : await passDrift(deps, live, lineup);
    if (E.isLeft(drifts)) return drifts;
    const counts = { members: 1, behind: isBehind ? 1 : 0, drifted: drifts.right.length > 0 ? 1 : 0 };
    return E.right(counted(counts, drifts.right));
  } catch (error) {
    if (!(error instanceof ProjectionThrew)) throw error;
    return E.right(counted({ members: 1, parked: 1 }));
  }
};

/** A member that a promotion has not reached yet still has the version before. */
const versionsIn = (live: Live, lineup: Lineup): Lineup =>
  Object.fromEntries(Object.entries(lineup).filter(([, projection]) => refOf(projection) in live.states));

const driftsOf = async (
  deps: VerifyDeps,
  live: Live,
  folded: FoldedNow,
  lineup: Lineup,
): Promise<E.Either<ProjectFailure, readonly Drift[]>> => {
  const drifted = Object.values(lineup).filter((projection) => {
    const ref = refOf(projection);
    return !sameJson(live.states[ref], folded.states[ref]);
  });
  if (drifted.length === 0) return E.right([]);
  const commits = await deps.events.load(memberStream(live.memberId), { to: live.asOf })();
  if (E.isLeft(commits)) return commits;
  return E.right(
    drifted.map((projection) => {
      const ref = refOf(projection);
      const paths = pathsApart(live.states[ref], folded.states[ref]);
      const from = firstDivergence(projection, live.states[ref], paths, commits.right);
      return drift(live.memberId, ref, from, paths.slice(0, 10));
    }),
  );
};

/** The states are right: then so is the pass, or it was not rendered from them. Not judged where definitions changed meanwhile. */
const passDrift = async (
  deps: VerifyDeps,
  live: Live,
  lineup: Lineup,
): Promise<E.Either<ProjectFailure, readonly Drift[]>> => {
  const catalog = await catalogAtLeast(deps, live.catalogVersion);
  if (E.isLeft(catalog)) return catalog;
  if (live.catalogVersion !== catalog.right.version && holdsDefinitions(live)) return E.right([]);
  const now = { at: live.evaluatedAt, timeZone: deps.timeZone };
  const { pass } = rendered(live.memberId, live.states, now, catalog.right, lineup);
  if (sameJson(pass, live.pass)) return E.right([]);
  return E.right([drift(live.memberId, 'pass', null, pass === null ? [] : diffPass(live.pass, pass))]);
};

const drift = (
  memberId: string,
  what: Drift['what'],
  firstVersion: number | null,
  paths: readonly string[],
): Drift => ({ memberId, what, firstVersion, paths });

/** Where two JSON values differ, by path. */
export const pathsApart = (a: unknown, b: unknown, path = ''): readonly string[] => {
  if (sameJson(a, b)) return [];
  if (!isJsonObject(a) || !isJsonObject(b)) return [path];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
    pathsApart(a[key], b[key], path === '' ? key : `${path}/${key}`),
  );
};

/** The version after the last one at which the log agrees with the stored state in all that differs in the end. */
export const firstDivergence = (
  projection: AnyProjection,
  stored: unknown,
  paths: readonly string[],
  commits: readonly Commit[],
): number => {
  let state = projection.initial;
  let lastAgreed = agrees(state, stored, paths) ? 0 : null;
  let firstTouched: number | null = null;
  for (const { version, events, recordedAt } of commits) {
    for (const [index, event] of events.entries()) {
      if (!isMemberEvent(event)) continue;
      const next = foldWith(projection, state, [event], recordedAt);
      if (firstTouched === null && !agrees(next, state, paths)) firstTouched = version + index;
      state = next;
      if (agrees(state, stored, paths)) lastAgreed = version + index;
    }
  }
  return lastAgreed !== null && lastAgreed > 0 ? lastAgreed + 1 : (firstTouched ?? 1);
};

const agrees = (a: unknown, b: unknown, paths: readonly string[]): boolean =>
  paths.every((path) => sameJson(at(a, path), at(b, path)));

const at = (value: unknown, path: string): unknown =>
  path === ''
    ? value
    : path.split('/').reduce<unknown>((part, key) => (isJsonObject(part) ? part[key] : undefined), value);
