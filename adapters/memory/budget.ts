import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Clock, EpochMs } from '#domain/index.ts';
import type { Budget, Once } from '../delivery/budget.ts';
import { nextSlots } from '../delivery/pacing.ts';

/** Rates of partners, as a specification. */
export const memoryBudget = ({ clock }: { readonly clock: Clock }): Budget => {
  const free = new Map<string, number>();
  return {
    take: (credential, pace, places) =>
      TE.fromIO(() => {
        const slots = nextSlots(free.get(credential) ?? null, pace, { places, now: clock() });
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
