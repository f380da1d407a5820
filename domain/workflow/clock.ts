import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { failureText } from '../errors.ts';
import type { Cause } from '../pass/live.ts';
import { foldMember, type ProjectDeps, type ProjectFailure } from './project.ts';

const PAGE = 100;

/** What a walk over many members did. A member that cannot be folded stops only itself. */
export type Woken = {
  readonly woken: number;
  readonly failed: readonly { readonly memberId: string; readonly reason: string }[];
};

/** Wakes every member whose pass changes by time alone up to now. */
export const tick =
  (deps: ProjectDeps): TaskEither<ProjectFailure, Woken> =>
  async () => {
    const now = deps.clock();
    const seen = new Set<string>();
    const failed: { memberId: string; reason: string }[] = [];
    const cause: Cause = { lane: 'bulk', causationId: `clock@${now}`, correlationId: 'clock' };
    for (;;) {
      const due = await deps.views.due(now, PAGE)();
      if (E.isLeft(due)) return due;
      // The due index is eventually consistent: a member already woken may still be listed, and says nothing new.
      const asleep = due.right.filter((memberId) => !seen.has(memberId));
      if (asleep.length === 0) return E.right({ woken: seen.size - failed.length, failed });
      for (const memberId of asleep) {
        seen.add(memberId);
        const folded = await foldMember(deps)(memberId, 0, [], cause)();
        if (E.isRight(folded)) continue;
        if (folded.left.type === 'StoreUnavailable') return folded;
        failed.push({ memberId, reason: failureText(folded.left) });
      }
    }
  };
