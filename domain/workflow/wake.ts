import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { failureText } from '../errors.ts';
import type { Cause } from '../pass/live.ts';
import { foldMembers } from './project.ts';
import type { ProjectDeps, ProjectFailure } from './projectDeps.ts';

/** What a walk over many members did. A member that cannot be folded stops only itself. */
export type Woken = {
  readonly woken: number;
  readonly failed: readonly { readonly memberId: string; readonly reason: string }[];
};

export const nobody: Woken = { woken: 0, failed: [] };

/** Looks at members again although nothing was appended: time passed, or definitions changed. */
export const wake =
  (deps: ProjectDeps, memberIds: readonly string[], cause: Cause): TaskEither<ProjectFailure, Woken> =>
  async () => {
    const folds = await foldMembers(deps)(
      memberIds.map((memberId) => ({ memberId, toVersion: 0, images: [], cause })),
    )();
    const failed: { memberId: string; reason: string }[] = [];
    for (const [index, folded] of folds.entries()) {
      if (E.isRight(folded)) continue;
      if (folded.left.type === 'StoreUnavailable') return folded;
      failed.push({ memberId: memberIds[index] ?? '', reason: failureText(folded.left) });
    }
    return E.right({ woken: folds.length - failed.length, failed });
  };
