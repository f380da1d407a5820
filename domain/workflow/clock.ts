import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Cause } from '../pass/live.ts';
import type { ProjectDeps, ProjectFailure } from './projectDeps.ts';
import { nobody, type Woken, wake } from './wake.ts';

const PAGE = 100;

/** Wakes every member whose pass changes by time alone up to now, or as many as there is time for: the others stay due. */
export const tick =
  (deps: ProjectDeps, isTimeUp: () => boolean = () => false): TaskEither<ProjectFailure, Woken> =>
  async () => {
    const now = deps.clock();
    const seen = new Set<string>();
    const cause: Cause = { lane: 'bulk', causationId: `clock@${now}`, correlationId: 'clock' };
    let total = nobody;
    for (;;) {
      // Beyond those already seen: members that fail stay due, and must not hide the ones behind them.
      const due = await deps.views.due(now, PAGE + seen.size)();
      if (E.isLeft(due)) return due;
      // The due index is eventually consistent: a member already woken may still be listed, and says nothing new.
      const asleep = due.right.filter((memberId) => !seen.has(memberId));
      if (asleep.length === 0 || isTimeUp()) return E.right(total);
      for (const memberId of asleep) seen.add(memberId);
      const woken = await wake(deps, asleep, cause)();
      if (E.isLeft(woken)) return woken;
      total = { woken: total.woken + woken.right.woken, failed: [...total.failed, ...woken.right.failed] };
    }
  };
