import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Clock, EpochMs } from '#domain/index.ts';
import type { Budget, Once } from '../delivery/budget.ts';
import { leftBehind, nextSlots, slotsAnew } from '../delivery/pacing.ts';

/** Rates of partners, as a specification. */
export const memoryBudget = ({
  clock,
  elapsedMs = () => performance.now(),
}: {
  readonly clock: Clock;
  readonly elapsedMs?: () => number;
}): Budget => {
  const free = new Map<string, number>();
  const isLeftBehind = leftBehind(elapsedMs);
  return {
    take: (credential, pace, places) =>
      TE.fromIO(() => {
        const [known, wanted] = [free.get(credential) ?? null, { places, now: clock() }];
        const near = nextSlots(known, pace, wanted);
        if (near === null && known !== null && !isLeftBehind(credential, known, pace)) return [];
        const slots = near ?? slotsAnew(pace, wanted);
        free.set(credential, slots.free);
        return slots.places;
      }),
  };
};

/** Names remembered, as a specification. */
export const memoryOnce = ({ clock }: { readonly clock: Clock }): Once => {
  const until = new Map<string, EpochMs>();
  return (name, forMs) =>
    TE.fromIO(() => {
      const now = clock();
      const isFirst = (until.get(name) ?? now) <= now;
      if (isFirst) until.set(name, now + forMs);
      return isFirst;
    });
};
