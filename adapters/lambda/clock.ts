import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import {
  type AbsenceDeps,
  buryAbsent,
  failureText,
  keepFresh,
  type ProjectFailure,
  type ReReadDeps,
  type RetryDeps,
  retryParked,
  sweep,
  tick,
  type Woken,
} from '#domain/index.ts';

export type ClockDeps = RetryDeps & {
  readonly reRead: ReReadDeps;
  readonly absence: AbsenceDeps;
  readonly onFailure: (where: string, reason: string) => void;
  /** Told when a round ends before the work does. */
  readonly onUnfinished: () => void;
  /** Whoever runs the round has little time left: what can be put off is, until the next. */
  readonly isTimeUp?: () => boolean;
};

/**
 * The schedule's tick: passes that change by time alone, then holders of definitions that changed, then who is parked, then what is stale, then what
 * full loads left out.
 * Returns how many passes and records it changed or looked at.
 */
export const clockHandler = (deps: ClockDeps) => {
  const place: Place = { cursor: null };
  return (): Promise<number> => round(deps, place);
};

/** Where the next round goes on among those who are parked. */
type Place = { cursor: string | null };

const round = async (deps: ClockDeps, place: Place): Promise<number> => {
  const walks: readonly (readonly [string, TaskEither<ProjectFailure, number>])[] = [
    ['clock', woken(deps, 'clock', tick(deps, deps.isTimeUp))],
    ['sweep', woken(deps, 'sweep', sweep(deps, deps.isTimeUp))],
    ['parked', retried(deps, place)],
    ['re-read', keepFresh(deps.reRead)],
    ['absence', buried(deps)],
  ];
  let worked = 0;
  for (const [where, walk] of walks) {
    if (deps.isTimeUp?.() === true) return worked;
    const walked = await walk();
    if (E.isRight(walked)) worked += walked.right;
    else deps.onFailure(where, failureText(walked.left));
  }
  return worked;
};

const woken =
  (
    { onFailure }: ClockDeps,
    where: string,
    walk: TaskEither<ProjectFailure, Woken>,
  ): TaskEither<ProjectFailure, number> =>
  async () => {
    const walked = await walk();
    if (E.isLeft(walked)) return walked;
    for (const { memberId, reason } of walked.right.failed) onFailure(`${where}: member ${memberId}`, reason);
    return E.right(walked.right.woken);
  };

const retried =
  (deps: ClockDeps, place: Place): TaskEither<ProjectFailure, number> =>
  async () => {
    const walked = await retryParked(deps)('due', place.cursor)();
    if (E.isLeft(walked)) return walked;
    const { tried, failed, cursor } = walked.right;
    place.cursor = cursor;
    for (const { memberId, reason } of failed) deps.onFailure(`parked: member ${memberId}`, reason);
    if (cursor !== null && tried > 0) deps.onUnfinished();
    return E.right(tried);
  };

const buried =
  ({ absence, onUnfinished }: ClockDeps): TaskEither<ProjectFailure, number> =>
  async () => {
    const round = await buryAbsent(absence)();
    if (E.isLeft(round)) return round;
    if (round.right.isUnfinished) onUnfinished();
    return E.right(round.right.buried);
  };
