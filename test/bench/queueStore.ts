import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { AcceptedEvent } from '#adapters/delivery/acceptedEvent.ts';
import { type Card, nextCard } from '#adapters/delivery/card.ts';
import type { Claim, DeliveryKey } from '#adapters/delivery/delivery.ts';
import type { DeliveryStore } from '#adapters/delivery/deliveryStore.ts';
import { claimedPlace, deliveryOf, type Place, settledPlace, wantedPlace } from '#adapters/delivery/place.ts';

export type QueueStore = Pick<DeliveryStore, 'due' | 'claim' | 'settle' | 'ahead' | 'bringForward' | 'waiting'> & {
  readonly add: (events: readonly AcceptedEvent[]) => void;
};

/** Live wallet events of one destination, by the rules of the stores, but its queue is a map that is read from the front: so the engine is measured, and not a search for what is due. */
export const queueStore = (): QueueStore => {
  const places = new Map<string, Place>();
  const cards = new Map<string, Card>();
  const lying = new Map<string, DeliveryKey>();
  let claims = 0;

  const put = (memberId: string, place: Place): void => {
    places.set(memberId, place);
    if (place.queue === 'live' && place.token === null) lying.set(memberId, place.key);
    else lying.delete(memberId);
  };

  return {
    add: (events) => {
      for (const event of events) {
        if (event.pass === null) throw new Error('expected a wallet event');
        const { memberId, revision } = event.pass;
        const now = Date.now();
        const card = nextCard(cards.get(memberId) ?? null, { ...event, pass: event.pass }, { holdersHave: 0, now });
        if (card === null) continue;
        cards.set(memberId, card);
        const key: DeliveryKey = { subject: { type: 'member', memberId }, destination: 'partner' };
        put(memberId, wantedPlace(places.get(memberId) ?? null, { key, revision, lane: 'live', now }));
      }
    },
    due: (_destination, lane, limit) => TE.right(lane === 'live' ? firstOf(lying.values(), limit) : []),
    claim: (key, forMs) => async () => {
      const memberId = key.subject.type === 'member' ? key.subject.memberId : '';
      const [place, card, now] = [places.get(memberId), cards.get(memberId), Date.now()];
      const token = `claim-${++claims}`;
      const claimed = place === undefined ? null : claimedPlace(place, { token, now, until: now + forMs });
      if (claimed === null || card === undefined) return E.right(O.none);
      put(memberId, claimed);
      const claim: Claim = {
        delivery: deliveryOf(claimed),
        token,
        until: now + forMs,
        content: { type: 'card', card },
      };
      return E.right(O.some(claim));
    },
    settle:
      ({ delivery: { key }, token }, settlement) =>
      async () => {
        const memberId = key.subject.type === 'member' ? key.subject.memberId : '';
        const place = places.get(memberId);
        if (place?.token !== token) return E.right('Lost');
        put(memberId, settledPlace(place, settlement, Date.now()));
        return E.right('Settled');
      },
    ahead: () => TE.right([]),
    bringForward: () => TE.right(false),
    waiting: () => TE.right({ live: lying.size, bulk: 0, dead: 0, oldestSince: null }),
  };
};

const firstOf = <Item>(items: Iterable<Item>, limit: number): readonly Item[] => {
  const first: Item[] = [];
  for (const item of items) {
    if (first.length === limit) break;
    first.push(item);
  }
  return first;
};
