import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { failureText, type ReadFailure } from '../errors.ts';
import { lastVersion, memberStream } from '../event/stream.ts';
import { type Cause, feedsPass } from '../pass/live.ts';
import type { Parked } from '../ports.ts';
import { type ProjectionRef, refOf } from '../projection/lineup.ts';
import { lineupOf, refsOf } from '../projection/release.ts';
import type { EpochMs } from '../values/calendar.ts';
import { isDatedAhead } from '../values/clocks.ts';
import { type FoldedMember, foldMembers } from './project.ts';
import type { MemberPoke, ProjectDeps, ProjectFailure } from './projectDeps.ts';

export type RetryDeps = ProjectDeps & {
  /** Of this process, whose code may be better than that which failed. */
  readonly startedAt: EpochMs;
};

export type RetryRound = {
  readonly tried: number;
  readonly recovered: readonly Pick<Parked, 'memberId' | 'ref'>[];
  /** Members that could not be looked at. */
  readonly failed: readonly { readonly memberId: string; readonly reason: string }[];
  /** Where the next round goes on; null: from the beginning. */
  readonly cursor: string | null;
};

const PAGE = 100;
/** Of a round for who is due: a thousand entries are looked at, and no more tried. */
const PAGES = 10;
const MINUTE_MS = 60_000;
const LONGEST_WAIT_MS = 6 * 60 * MINUTE_MS;
/** Code that nobody has run for so long is gone for good; sooner it may be another process's, or come back. */
const FORGOTTEN_AFTER_MS = 24 * 60 * MINUTE_MS;

/**
 * Folds parked members again: all of them, or those who failed before this process started or have waited long enough. What does not fail
 * any more leaves the list. Several processes may do so at once; killed between the fold and that, the next round finds nothing left to do.
 */
export const retryParked =
  (deps: RetryDeps) =>
  (which: 'due' | 'all', from: string | null): TaskEither<ProjectFailure, RetryRound> =>
  async () => {
    const folds: Folds = new Map();
    const recovered: Parked[] = [];
    let cursor = from;
    for (let page = 1; which === 'all' || page <= PAGES; page++) {
      const listed = await deps.parked.list(cursor, PAGE)();
      if (E.isLeft(listed)) return listed;
      await foldAgain(deps, folds, listed.right.items.filter(isWanted(deps, which)));
      for (const entry of listed.right.items) {
        const settled = await settle(deps, which, entry, folds.get(entry.memberId));
        if (E.isLeft(settled)) return settled;
        if (settled.right === 'recovered') recovered.push(entry);
      }
      cursor = listed.right.cursor;
      if (cursor === null) break;
    }
    const failed = [...folds].flatMap(([memberId, folded]) =>
      E.isLeft(folded) ? [{ memberId, reason: failureText(folded.left) }] : [],
    );
    return E.right({
      ...{ tried: folds.size, failed, cursor },
      recovered: recovered.map(({ memberId, ref }) => ({ memberId, ref })),
    });
  };

/** What this round has folded, by member. */
type Folds = Map<string, E.Either<ProjectFailure, FoldedMember>>;

const isRegistered = ({ registry }: RetryDeps, { ref }: Parked): boolean => refsOf(registry).includes(ref);

const isWanted =
  (deps: RetryDeps, which: 'due' | 'all') =>
  (entry: Parked): boolean => {
    if (!isRegistered(deps, entry)) return false;
    const waitMs = Math.min(2 ** entry.attempts * MINUTE_MS, LONGEST_WAIT_MS);
    const now = deps.clock();
    const isOver = now - entry.triedAt >= waitMs || isDatedAhead(entry.triedAt, now);
    return which === 'all' || entry.triedAt < deps.startedAt || isOver;
  };

/** Each member once in a round, whatever of it is parked: one fold tries all of that. */
const foldAgain = async (deps: RetryDeps, folds: Folds, entries: readonly Parked[]): Promise<void> => {
  const now = deps.clock();
  const cause: Cause = { lane: 'bulk', causationId: `retry@${now}`, correlationId: 'retry' };
  const memberIds = new Set(entries.map(({ memberId }) => memberId).filter((memberId) => !folds.has(memberId)));
  const found = await Promise.all(
    [...memberIds].map(async (memberId) => ({ memberId, poke: await pokeOf(deps, memberId, cause) })),
  );
  const pokes: MemberPoke[] = [];
  for (const { memberId, poke } of found) {
    if (E.isLeft(poke)) folds.set(memberId, poke);
    else pokes.push(poke.right);
  }
  const folded = await foldMembers(deps)(pokes)();
  for (const [index, { memberId }] of pokes.entries()) {
    const fold = folded[index];
    if (fold !== undefined) folds.set(memberId, fold);
  }
};

/** How far the stream got: the pokes that said so were acknowledged while LIVE waited. */
const pokeOf = async (
  { views, events }: RetryDeps,
  memberId: string,
  cause: Cause,
): Promise<E.Either<ReadFailure, MemberPoke>> => {
  const live = await views.load(memberId)();
  if (E.isLeft(live)) return live;
  const commits = await events.load(memberStream(memberId), { from: live.right.asOf + 1 })();
  if (E.isLeft(commits)) return commits;
  const last = commits.right.at(-1);
  const toVersion = last === undefined ? live.right.asOf : lastVersion(last);
  return E.right({ memberId, toVersion, images: commits.right, cause, retryParked: true });
};

const settle = async (
  deps: RetryDeps,
  which: 'due' | 'all',
  entry: Parked,
  folded: E.Either<ProjectFailure, FoldedMember> | undefined,
): Promise<E.Either<ProjectFailure, 'recovered' | 'waits'>> => {
  const drop = (): Promise<E.Either<ProjectFailure, void>> => deps.parked.drop(entry)();
  if (!isRegistered(deps, entry)) {
    const isForgotten = which === 'all' || deps.clock() - entry.triedAt >= FORGOTTEN_AFTER_MS;
    return E.map((): 'waits' => 'waits')(isForgotten ? await drop() : E.right(undefined));
  }
  // A store that did not answer is asked again in the next round; by itself nothing else gets better.
  if (folded === undefined || (E.isLeft(folded) && folded.left.type === 'StoreUnavailable')) return E.right('waits');
  if (E.isLeft(folded)) return later(deps, entry);
  const { parked } = folded.right;
  if (parked.includes(entry.ref)) return E.right('waits');
  if (isHeldBack(deps, parked, entry)) return later(deps, entry);
  return E.map((): 'recovered' => 'recovered')(await drop());
};

/** Another that the pass needs failed first, so that nobody knows of this one. */
const isHeldBack = ({ registry, cache }: RetryDeps, parked: readonly ProjectionRef[], { ref }: Parked): boolean => {
  const live = Object.values(lineupOf(registry, cache.release));
  return live.some((one) => refOf(one) === ref) && live.some((one) => feedsPass(one) && parked.includes(refOf(one)));
};

const later = async (
  { parked, clock }: RetryDeps,
  { memberId, ref, asOf, reason }: Parked,
): Promise<E.Either<ProjectFailure, 'waits'>> =>
  E.map((): 'waits' => 'waits')(await parked.put({ memberId, ref, asOf, reason, triedAt: clock() })());
