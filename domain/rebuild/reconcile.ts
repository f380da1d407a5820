import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { failureText, type StoreUnavailable } from '../errors.ts';
import { ownerOf } from '../event/stream.ts';
import type { Cause, Live } from '../pass/live.ts';
import type { EpochMs } from '../values/calendar.ts';
import { foldMembers } from '../workflow/project.ts';
import type { ProjectDeps, ProjectFailure } from '../workflow/projectDeps.ts';
import type { StreamFold } from './logWalk.ts';
import { memberIdOf, membersAmong } from './memberFold.ts';
import { addTallies, counted, type Tally } from './tally.ts';

/** What the wallet bus has carried, as far as anybody can know, and a way to say it once more. */
export type Publications = {
  /** The highest revision of each of these members that is known to have been carried; null: nobody can be asked. */
  readonly revisions: (
    memberIds: readonly string[],
  ) => TaskEither<StoreUnavailable, ReadonlyMap<string, number> | null>;
  /** So long after it was written a pass may be on its way to whoever is asked. Absent: no time at all. */
  readonly mayTakeMs?: number;
  /** Publishes the passes as they are, under the ids of their revisions: who has seen them drops them. */
  readonly restate: (lives: readonly Live[]) => TaskEither<StoreUnavailable, void>;
};

export type ReconcileDeps = ProjectDeps & {
  readonly publications: Publications;
  readonly pause: (ms: number) => Promise<void>;
};

export type ReconcileOptions = {
  /** Where the bus cannot be asked: passes that were written since then are published once more. */
  readonly republishSince: EpochMs | null;
};

/** What is on its way is not behind. */
const LOOKS = 8;
const PAUSE_MS = 250;
/** Nothing is on its way for longer, unless something is broken: a load folds within minutes. */
const OVERDUE_MS = 60 * 60_000;

/**
 * Finds LIVE that is behind its stream and passes whose last revision the bus has not carried, and repairs both.
 * Counts members, behind (folded now), unpublished (published once more), definitions, parked, failed (could not be folded); and, where there are any,
 * overdue: those of the first two that nothing else would have mended.
 */
export const reconcile =
  (deps: ReconcileDeps, options: ReconcileOptions) =>
  async (streams: readonly StreamFold[]): Promise<E.Either<ProjectFailure, Tally>> => {
    const among = await membersAmong(deps, streams);
    if (E.isLeft(among)) return among;
    const { members, definitions } = among.right;

    const reached = new Map<string, number>();
    const behind = await settled(deps, members, async (those) => {
      const lives = await deps.views.loadMany(those.map(memberIdOf))();
      if (E.isLeft(lives)) return lives;
      for (const { memberId, asOf } of lives.right) reached.set(memberId, asOf);
      return E.right(those.filter((fold, index) => (lives.right[index]?.asOf ?? 0) < fold.asOf));
    });
    if (E.isLeft(behind)) return behind;
    const folds = await foldMembers(deps)(
      behind.right.map((fold) => ({ memberId: memberIdOf(fold), toVersion: fold.asOf, images: [], cause })),
    )();
    const unavailable = folds.find((folded) => E.isLeft(folded) && folded.left.type === 'StoreUnavailable');
    if (unavailable !== undefined && E.isLeft(unavailable)) return unavailable;
    const failed = behind.right.flatMap((fold, index) => {
      const folded = folds[index];
      return folded !== undefined && E.isLeft(folded)
        ? [{ memberId: memberIdOf(fold), failed: failureText(folded.left) }]
        : [];
    });
    // Who is parked is told of elsewhere, until better code comes.
    const mended = behind.right.filter((_, index) => {
      const folded = folds[index];
      return folded !== undefined && E.isRight(folded) && folded.right.parked.length === 0;
    });
    const late = await overdueAmong(deps, mended, reached);
    if (E.isLeft(late)) return late;
    const parked = folds.filter((folded) => E.isRight(folded) && folded.right.parked.length > 0).length;

    // What was just folded is published by the pipe.
    const others = members.filter((fold) => !behind.right.includes(fold));
    const unpublished = await unpublishedAmong(deps, options, others);
    if (E.isLeft(unpublished)) return unpublished;
    const restated = await deps.publications.restate(unpublished.right)();
    if (E.isLeft(restated)) return restated;
    const samples = [
      ...failed,
      ...behind.right.map(({ stream, asOf }) => ({ memberId: ownerOf(stream).id, behind: asOf })),
      ...unpublished.right.map(({ memberId, revision }) => ({ memberId, unpublished: revision })),
    ];
    const overdue = late.right + unpublished.right.length;
    const counts = {
      ...{ members: members.length, definitions, parked, failed: failed.length },
      ...(overdue > 0 && { overdue }),
    };
    return E.right(
      addTallies(
        counted(counts),
        counted({ behind: behind.right.length, unpublished: unpublished.right.length }, samples),
      ),
    );
  };

const cause: Cause = { lane: 'bulk', causationId: 'reconcile', correlationId: 'reconcile' };

/** How many have lacked a commit for so long that nobody is on it. */
const overdueAmong = async (
  { events, clock }: ReconcileDeps,
  behind: readonly StreamFold[],
  reached: ReadonlyMap<string, number>,
): Promise<E.Either<ProjectFailure, number>> => {
  let overdue = 0;
  for (const fold of behind) {
    const next = (reached.get(memberIdOf(fold)) ?? 0) + 1;
    const commits = await events.load(fold.stream, { from: next, to: next })();
    if (E.isLeft(commits)) return commits;
    const lacking = commits.right[0];
    if (lacking !== undefined && clock() - lacking.recordedAt > OVERDUE_MS) overdue += 1;
  }
  return E.right(overdue);
};

const unpublishedAmong = async (
  deps: ReconcileDeps,
  { republishSince }: ReconcileOptions,
  members: readonly StreamFold[],
): Promise<E.Either<ProjectFailure, readonly Live[]>> => {
  let found: readonly Live[] = [];
  const missing = await settled(deps, members, async (those) => {
    const lives = await deps.views.loadMany(those.map(memberIdOf))();
    if (E.isLeft(lives)) return lives;
    const { mayTakeMs = 0 } = deps.publications;
    const carried = await deps.publications.revisions(those.map(memberIdOf))();
    if (E.isLeft(carried)) return carried;
    const known = carried.right;
    found = lives.right.filter(({ memberId, revision, evaluatedAt, pass }) =>
      known === null
        ? // A later write that changed nothing hides the change before it: so all that was written counts.
          republishSince !== null && revision > 0 && evaluatedAt >= republishSince
        : revision > (known.get(memberId) ?? neverCarried(pass, revision)) && deps.clock() - evaluatedAt >= mayTakeMs,
    );
    if (known === null) return E.right([]);
    const ids = new Set(found.map(({ memberId }) => memberId));
    return E.right(those.filter((fold) => ids.has(memberIdOf(fold))));
  });
  return E.isLeft(missing) ? missing : E.right(found);
};

/** A pass that was issued and withdrawn without anybody having heard of it is nowhere to be withdrawn from. */
const neverCarried = (pass: Live['pass'], revision: number): number => (pass?.status === 'withdrawn' ? revision : 0);

/** What is found in every one of several looks. */
const settled = async (
  { pause }: ReconcileDeps,
  streams: readonly StreamFold[],
  find: (among: readonly StreamFold[]) => Promise<E.Either<ProjectFailure, readonly StreamFold[]>>,
): Promise<E.Either<ProjectFailure, readonly StreamFold[]>> => {
  let left = streams;
  for (let look = 1; ; look++) {
    const found = await find(left);
    if (E.isLeft(found)) return found;
    left = found.right;
    if (left.length === 0 || look === LOOKS) return E.right(left);
    await pause(PAUSE_MS);
  }
};
