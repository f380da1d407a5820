import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { failureText, type ReadFailure } from '../errors.ts';
import type { Cause } from '../pass/live.ts';
import { type AnyProjection, refOf } from '../projection/lineup.ts';
import { lineupOf, type Release } from '../projection/release.ts';
import { remember } from '../workflow/latest.ts';
import { foldMembers } from '../workflow/project.ts';
import type { ProjectDeps, ProjectFailure } from '../workflow/projectDeps.ts';
import { addTallies, counted, noTally, type Tally } from './tally.ts';

/** Why nothing was promoted. */
export type PromoteRefusal = {
  readonly type: 'AlreadyLive' | 'PromotionUnderWay' | 'NoWayBack' | 'NotRegistered';
  readonly message: string;
};

/** The release that makes a version live, or refuses to. */
export const releaseWith = (
  { registry }: Pick<ProjectDeps, 'registry'>,
  current: Release,
  candidate: AnyProjection,
  pushesPerSecond: number,
): E.Either<PromoteRefusal, Release> => {
  if (current.walk !== null) return E.left(underWay(current));
  if (lineupOf(registry, current)[candidate.name] === candidate)
    return E.left({ type: 'AlreadyLive', message: `${refOf(candidate)} is live already.` });
  return E.right(next(current, { ...current.versions, [candidate.name]: candidate.version }, pushesPerSecond));
};

/** The release that takes the last promotion back. */
export const releaseBack = (
  { registry }: Pick<ProjectDeps, 'registry'>,
  current: Release,
  pushesPerSecond: number,
): E.Either<PromoteRefusal, Release> => {
  if (current.walk !== null) return E.left(underWay(current));
  if (current.before === null)
    return E.left({ type: 'NoWayBack', message: 'Nothing was promoted, so there is nothing to go back to.' });
  const [back, now] = [lineupOf(registry, { versions: current.before }), lineupOf(registry, current)];
  for (const [name, version] of Object.entries(current.before))
    if (back[name]?.version !== version)
      return E.left({ type: 'NotRegistered', message: `${name}@${version} is not in the code any more.` });
  if (Object.keys(now).every((name) => back[name] === now[name]))
    return E.left({ type: 'NoWayBack', message: 'The release before had the same versions.' });
  return E.right(next(current, current.before, pushesPerSecond));
};

/** What a release makes live that was not. */
export const newlyLive = (
  { registry }: Pick<ProjectDeps, 'registry'>,
  before: Release,
  after: Release,
): readonly AnyProjection[] => {
  const was = lineupOf(registry, before);
  return Object.values(lineupOf(registry, after)).filter((projection) => was[projection.name] !== projection);
};

const next = (current: Release, versions: Release['versions'], pushesPerSecond: number): Release => ({
  epoch: current.epoch + 1,
  versions,
  before: current.versions,
  walk: { cursor: null, pushesPerSecond },
  startedBy: null,
});

const underWay = ({ epoch }: Release): PromoteRefusal => ({
  type: 'PromotionUnderWay',
  message: `The promotion of epoch ${epoch} has not reached every member yet.`,
});

export type PromoteDeps = ProjectDeps & { readonly pause: (ms: number) => Promise<void> };

const PAGE = 100;
/** Folded at once between two looks at the rate. */
const MAX_AT_ONCE = 20;
/** What a rate of pushes is counted over. */
export const SECOND_MS = 1000;

/** What a walk has pushed in the last second, so that no second has more than it may. */
export type Pace = {
  /** Resolves when so many more are within the rate, or the process is about to end. */
  readonly room: (pushes: number, pushesPerSecond: number) => Promise<void>;
  readonly pushed: (pushes: number) => void;
};

export const paceOf = (
  { clock, pause }: Pick<PromoteDeps, 'clock' | 'pause'>,
  isStopping: () => boolean = () => false,
): Pace => {
  let recent: readonly { readonly at: number; readonly pushes: number }[] = [];
  return {
    room: async (pushes, pushesPerSecond) => {
      // Below one a second: one, in that much longer a time.
      const most = Math.max(1, Math.floor(pushesPerSecond));
      const timeMs = Math.max(SECOND_MS, SECOND_MS / pushesPerSecond);
      for (;;) {
        const now = clock();
        recent = recent.filter(({ at }) => at > now - timeMs);
        const [oldest] = recent;
        const sum = recent.reduce((total, one) => total + one.pushes, 0);
        if (oldest === undefined || sum + pushes <= most || isStopping()) return;
        await pause(oldest.at + timeMs - now);
      }
    },
    pushed: (pushes) => {
      if (pushes > 0) recent = [...recent, { at: clock(), pushes }];
    },
  };
};

/**
 * Brings a page of members to the epoch of the release, at no more pushes a second than it allows; null: the walk is over. Members whom
 * live traffic touches get there by themselves. Resumable: where it came is stored with the release.
 */
export const walkPromotion =
  (
    deps: PromoteDeps,
    pace: Pace = paceOf(deps),
    isStopping: () => boolean = () => false,
  ): TaskEither<ProjectFailure | ReadFailure, Tally | null> =>
  async () => {
    const loaded = await deps.releases.load()();
    if (E.isLeft(loaded)) return loaded;
    const { epoch, walk } = loaded.right;
    remember(deps, loaded.right);
    if (walk === null) return E.right(null);

    const page = await deps.views.scan(walk.cursor, PAGE)();
    if (E.isLeft(page)) return page;
    const waiting = page.right.lives.filter((live) => live.epoch < epoch);
    const cause: Cause = { lane: 'bulk', causationId: `promotion@${epoch}`, correlationId: `promotion ${epoch}` };
    let tally = noTally;
    const chunk = Math.max(1, Math.min(MAX_AT_ONCE, Math.floor(walk.pushesPerSecond / 5)));
    for (let at = 0; at < waiting.length; at += chunk) {
      const lives = waiting.slice(at, at + chunk);
      await pace.room(lives.length, walk.pushesPerSecond);
      // Who is done already is not waiting any more when the page is read again.
      if (isStopping()) return E.right(tally);
      const startedAt = deps.clock();
      const folds = await foldMembers(deps)(
        lives.map(({ memberId }) => ({ memberId, toVersion: 0, images: [], cause })),
      )();
      let pushes = 0;
      for (const [index, folded] of folds.entries()) {
        if (E.isLeft(folded)) {
          if (folded.left.type === 'StoreUnavailable') return folded;
          const sample = { memberId: lives[index]?.memberId, failed: failureText(folded.left) };
          tally = addTallies(tally, counted({ members: 1, failed: 1 }, [sample]));
          continue;
        }
        pushes += Math.max(0, folded.right.live.revision - (lives[index]?.revision ?? 0));
        tally = addTallies(tally, counted({ members: 1, parked: folded.right.parked.length > 0 ? 1 : 0 }));
      }
      tally = addTallies(tally, counted({ pushes }));
      pace.pushed(pushes);
      const due = (pushes / walk.pushesPerSecond) * SECOND_MS - (deps.clock() - startedAt);
      if (due > 0) await deps.pause(due);
    }
    const moved = await deps.releases.walkTo(epoch, page.right.cursor ?? 'done')();
    return E.isLeft(moved) ? moved : E.right(tally);
  };
