import * as E from 'fp-ts/lib/Either.js';
import type { Clock } from '#domain/index.ts';
import type { DeliveryStore } from '../delivery/deliveryStore.ts';
import type { Engine } from '../delivery/engine.ts';

type Given = Pick<DeliveryStore, 'accept' | 'redrive' | 'nudge'>;

/** The store, where the engine of this process hears at once of what was put there, rather than at its next look. */
export const wakingStore = <Store extends Given>(
  store: Store,
  engine: () => Pick<Engine, 'accepted' | 'ring'>,
  clock: Clock = Date.now,
): Store => ({
  ...store,
  accept: async (events) => {
    const acceptances = await store.accept(events);
    engine().accepted(events.filter((_, index) => acceptances[index] === 'Accepted'));
    return acceptances;
  },
  redrive: (key, isWhole) => async () => {
    const redriven = await store.redrive(key, isWhole)();
    if (E.isRight(redriven) && redriven.right) engine().ring(key.destination);
    return redriven;
  },
  nudge: (key, at) => async () => {
    const nudged = await store.nudge(key, at)();
    if (E.isRight(nudged) && at <= clock()) engine().ring(key.destination);
    return nudged;
  },
});
