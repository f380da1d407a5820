import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Clock } from '#domain/index.ts';
import type { DeliveryStore, Lane, WaitingEvent } from '../middleware/deliveries.ts';

/** What has to be delivered, as a specification. */
export const memoryDeliveryStore = ({ clock }: { readonly clock: Clock }): DeliveryStore => {
  const events = new Map<string, WaitingEvent>();
  const ofLane = (lane: Lane): readonly WaitingEvent[] => [...events.values()].filter((event) => event.lane === lane);
  return {
    accept: async (incoming) =>
      incoming.map((event) => {
        const name = JSON.stringify([event.source, event.id]);
        if (events.has(name)) return 'Duplicate';
        events.set(name, { ...event, acceptedAt: clock() });
        return 'Accepted';
      }),
    waiting: () => TE.fromIO(() => ({ live: ofLane('live').length, bulk: ofLane('bulk').length })),
    oldest: (lane, limit) =>
      TE.fromIO(() =>
        ofLane(lane)
          .toSorted((a, b) => a.acceptedAt - b.acceptedAt)
          .slice(0, limit),
      ),
  };
};
