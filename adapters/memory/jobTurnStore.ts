import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { JobTurn, JobTurnStore } from '#domain/index.ts';

/** Whose turn it is, as a specification. */
export const memoryJobTurnStore = (): JobTurnStore => {
  let turn: JobTurn | null = null;
  const isStill = (before: JobTurn | null): boolean =>
    turn?.startedBy === before?.startedBy && turn?.job?.id === before?.job?.id;

  return {
    load: () => TE.fromIO(() => turn),
    replace: (before, next) => async () => {
      if (!isStill(before)) return E.left({ type: 'TurnTaken' });
      turn = next;
      return E.right(undefined);
    },
  };
};
