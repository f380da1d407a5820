import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Clock, ReadFailure } from '#domain/index.ts';
import type { Acceptance, AcceptedEvent } from '../delivery/acceptedEvent.ts';
import type { Card } from '../delivery/card.ts';
import type { Claim, Content, DeliveryKey, Subject } from '../delivery/delivery.ts';
import type { DeliveryStore, Route } from '../delivery/deliveryStore.ts';
import { aheadFrom } from '../delivery/fromAhead.ts';
import { byMember, takeIn, type Want } from '../delivery/intake.ts';
import {
  broughtForward,
  claimedPlace,
  deliveryOf,
  nudgedPlace,
  type Place,
  type Queue,
  redrivenPlace,
  settledPlace,
  wantedPlace,
} from '../delivery/place.ts';

/** Cards and deliveries, as a specification. */
export const memoryDeliveryStore = ({
  clock,
  route,
}: {
  readonly clock: Clock;
  readonly route: Route;
}): DeliveryStore => {
  const cards = new Map<string, Card>();
  const events = new Map<string, AcceptedEvent>();
  const places = new Map<string, Place>();
  let claims = 0;

  const put = (place: Place): void => void places.set(nameOf(place.key), place);
  const want = (subject: Subject, { destination, revision, lane }: Want): void => {
    const key = { subject, destination };
    put(wantedPlace(places.get(nameOf(key)) ?? null, { key, revision, lane, now: clock() }));
  };
  const placesOf = (memberId: string): readonly Place[] =>
    [...places.values()].filter(({ key: { subject } }) => subject.type === 'member' && subject.memberId === memberId);
  const lying = (destination: string, ...queues: readonly Queue[]): readonly Place[] =>
    [...places.values()]
      .filter(({ key, queue }) => key.destination === destination && queue !== null && queues.includes(queue))
      .toSorted((a, b) => (a.due ?? 0) - (b.due ?? 0));

  const acceptEvent = (event: AcceptedEvent): Acceptance => {
    const name = JSON.stringify([event.source, event.id]);
    if (events.has(name)) return 'Duplicate';
    events.set(name, event);
    const { source, id, lane } = event;
    for (const destination of route(event)) want({ type: 'event', source, id }, { destination, revision: 1, lane });
    return 'Accepted';
  };

  const contentOf = (subject: Subject): E.Either<ReadFailure, Content> => {
    const card = subject.type === 'member' ? cards.get(subject.memberId) : undefined;
    if (card !== undefined) return E.right({ type: 'card', card });
    const event = subject.type === 'event' ? events.get(JSON.stringify([subject.source, subject.id])) : undefined;
    if (event !== undefined) return E.right({ type: 'event', event });
    return E.left({ type: 'StoreCorrupt', where: 'delivery', reason: 'expected something to deliver' });
  };

  return {
    accept: async (incoming) => {
      const acceptances = incoming.map((event) => (event.pass === null ? acceptEvent(event) : 'Duplicate'));
      for (const [memberId, said] of byMember(incoming)) {
        const known = {
          card: cards.get(memberId) ?? null,
          places: new Map(placesOf(memberId).map((place) => [place.key.destination, place])),
        };
        const taken = takeIn(
          known,
          said.map(({ event }) => event),
          { route, now: clock() },
        );
        if (taken.card !== null) cards.set(memberId, taken.card);
        for (const wanted of taken.wants) want({ type: 'member', memberId }, wanted);
        said.forEach(({ at }, index) => {
          acceptances[at] = taken.acceptances[index] ?? 'Duplicate';
        });
      }
      return acceptances;
    },

    due: (destination, lane, limit) =>
      TE.fromIO(() => {
        const now = clock();
        const found = lane === 'live' ? lying(destination, 'live') : lying(destination, 'bulk', 'confirming');
        return found
          .filter(({ due }) => due !== null && due <= now)
          .slice(0, limit)
          .map(({ key }) => key);
      }),

    claim: (key, forMs) => async (): Promise<E.Either<ReadFailure, O.Option<Claim>>> => {
      const [now, token] = [clock(), `claim-${++claims}`];
      const place = places.get(nameOf(key));
      const claimed = place === undefined ? null : claimedPlace(place, { token, now, until: now + forMs });
      if (claimed === null) return E.right(O.none);
      put(claimed);
      return E.map((content: Content) => O.some({ delivery: deliveryOf(claimed), token, until: now + forMs, content }))(
        contentOf(key.subject),
      );
    },

    settle: ({ delivery, token }, settlement) =>
      TE.fromIO(() => {
        const place = places.get(nameOf(delivery.key));
        if (place?.token !== token) return place?.settled === token ? 'Settled' : 'Lost';
        put(settledPlace(place, settlement, clock()));
        return 'Settled';
      }),

    nudge: (key, at) =>
      TE.fromIO(() => {
        const place = places.get(nameOf(key));
        if (place !== undefined) put(nudgedPlace(place, at));
      }),

    ahead: (destination, limit) =>
      TE.fromIO(() => {
        const now = clock();
        return (['live', 'bulk', 'confirming'] as const)
          .flatMap((queue) => lying(destination, queue).filter(({ due }) => (due ?? 0) > aheadFrom(queue, now)))
          .toSorted((a, b) => (b.due ?? 0) - (a.due ?? 0))
          .slice(0, limit)
          .map(deliveryOf);
      }),

    bringForward: (key, due) =>
      TE.fromIO(() => {
        const place = places.get(nameOf(key));
        if (place?.due !== due || place.queue === 'dead') return false;
        put(broughtForward(place, clock()));
        return true;
      }),

    card: (memberId) => TE.fromIO(() => O.fromNullable(cards.get(memberId))),
    cards: (memberIds) => TE.fromIO(() => [...new Set(memberIds)].flatMap((memberId) => cards.get(memberId) ?? [])),
    ofMember: (memberId) => TE.fromIO(() => placesOf(memberId).map(deliveryOf)),

    list: (destination, state, { limit, next }) =>
      TE.fromIO(() => {
        const found = state === 'waiting' ? lying(destination, 'live', 'bulk') : lying(destination, state);
        const from = Number(next ?? 0);
        const isMore = found.length > from + limit;
        return {
          deliveries: found.slice(from, from + limit).map(deliveryOf),
          next: isMore ? String(from + limit) : null,
        };
      }),

    waiting: (destination) =>
      TE.fromIO(() => {
        const since = lying(destination, 'live', 'bulk').flatMap((place) => place.since ?? []);
        const [live, bulk, dead] = (['live', 'bulk', 'dead'] as const).map((queue) => lying(destination, queue).length);
        return {
          ...{ live: live ?? 0, bulk: bulk ?? 0, dead: dead ?? 0 },
          oldestSince: since.length === 0 ? null : Math.min(...since),
        };
      }),

    redrive: (key, isWhole) =>
      TE.fromIO(() => {
        const place = places.get(nameOf(key));
        const redriven = place === undefined ? null : redrivenPlace(place, { isWhole, now: clock() });
        if (redriven !== null) put(redriven);
        return redriven !== null;
      }),
  };
};

const nameOf = ({ subject, destination }: DeliveryKey): string =>
  JSON.stringify([subject.type === 'member' ? [subject.memberId] : [subject.source, subject.id], destination]);
