import { randomUUID } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { EpochMs, ReadFailure } from '#domain/index.ts';
import type { AcceptedEvent } from '../delivery/acceptedEvent.ts';
import type { Card } from '../delivery/card.ts';
import type { Claim, Content, DeliveryKey, Subject, Verdict } from '../delivery/delivery.ts';
import type { DeliveryStore } from '../delivery/deliveryStore.ts';
import { broughtForward, deliveryOf, nudgedPlace, redrivenPlace, settledPlace } from '../delivery/place.ts';
import { type AcceptDeps, acceptEvents } from './acceptEvents.ts';
import { readEvent } from './acceptedItem.ts';
import { batchGet } from './batch.ts';
import { cardKey, readCard } from './cardItem.ts';
import { toStoreUnavailable } from './client.ts';
import { deliveriesOfMember } from './deliveriesOfMember.ts';
import { readPlace, type StoredPlace, subjectKey } from './deliveryItem.ts';
import { deliveryQueues } from './deliveryQueues.ts';
import { textIn } from './item.ts';
import { claimUpdate } from './placeUpdates.ts';
import { storedPlaces } from './storedPlaces.ts';
import { updateItem } from './write.ts';

/**
 * Cards and deliveries in the table `deliveries`. What accept does to a delivery and what a claim does are one update each, the rest is the pure rule, put
 * where the item is as it was read: a claim that nothing crossed is settled without a read.
 */
export const dynamoDbDeliveryStore = (deps: AcceptDeps): DeliveryStore => {
  const { dynamodb, clock } = deps;
  const tableName = deps.tableName('deliveries');
  const { itemAt, changePlace } = storedPlaces(deps);
  const claimed = new WeakMap<Claim, StoredPlace>();

  const contentOf = async (subject: Subject): Promise<E.Either<ReadFailure, Content | null>> => {
    const item = await itemAt(subjectKey(subject))();
    if (E.isLeft(item)) return item;
    if (item.right === null) return E.right(null);
    return subject.type === 'member'
      ? E.map((card: Card): Content => ({ type: 'card', card }))(readCard(item.right))
      : E.map((event: AcceptedEvent): Content => ({ type: 'event', event }))(readEvent(item.right));
  };

  const claim = async (key: DeliveryKey, forMs: number): Promise<E.Either<ReadFailure, O.Option<Claim>>> => {
    const token = randomUUID();
    const now = clock();
    const update = claimUpdate(tableName, key, { token, now, until: now + forMs });
    const taken = await updateItem(dynamodb, 'claim a delivery', update);
    if (E.isLeft(taken) && taken.left.type === 'StoreUnavailable') return E.left(taken.left);
    const item = E.isRight(taken) ? taken.right : taken.left.type === 'ConditionsFailed' ? taken.left.found[0] : null;
    // An answer that was lost, asked for again, finds itself.
    if (item == null || textIn(item, 'token') !== token) return E.right(O.none);
    const stored = readPlace(item);
    if (E.isLeft(stored)) return stored;
    const content = await contentOf(key.subject);
    const { place } = stored.right;
    const endClaim = (verdict: Verdict) => {
      const { wanted: revision, steps, progress } = place;
      return changePlace(key, stored.right, (known) =>
        known.token === token ? settledPlace(known, { verdict, revision, steps, progress }, clock()) : null,
      );
    };
    if (E.isLeft(content)) {
      // Or nobody would look at it before the claim is over, which is minutes.
      if (content.left.type === 'StoreUnavailable') await endClaim(givenBack(clock()));
      return content;
    }
    const claimOf = (of: Content): Claim => {
      const made = { delivery: deliveryOf(place), token, until: place.due ?? clock(), content: of };
      claimed.set(made, stored.right);
      return made;
    };
    if (content.right !== null) return E.right(O.some(claimOf(content.right)));
    if (key.subject.type === 'member')
      return E.left({ type: 'StoreCorrupt', where: 'delivery', reason: 'expected a card' });
    const given = await endClaim({ type: 'Dead', reason: 'its event has expired' });
    return E.isLeft(given) ? given : E.right(O.none);
  };

  return {
    ...deliveryQueues(deps),
    ...deliveriesOfMember(deps),
    accept: acceptEvents(deps),
    claim: (key, forMs) => () => claim(key, forMs),

    settle: (claim, settlement) => async () => {
      const { delivery, token } = claim;
      let isKnown = false;
      const settled = await changePlace(delivery.key, claimed.get(claim) ?? null, (place) => {
        isKnown = place.settled === token;
        return place.token === token ? settledPlace(place, settlement, clock()) : null;
      });
      return E.map((isOurs: boolean): 'Settled' | 'Lost' => (isOurs || isKnown ? 'Settled' : 'Lost'))(settled);
    },

    nudge: (key, at) => async () =>
      E.map((_: boolean) => undefined)(
        await changePlace(key, null, (place) => {
          const nudged = nudgedPlace(place, at);
          return nudged === place ? null : nudged;
        }),
      ),

    bringForward: (key, due) => () =>
      changePlace(key, null, (place) =>
        place.due === due && place.queue !== 'dead' ? broughtForward(place, clock()) : null,
      ),

    redrive: (key, isWhole) => () => changePlace(key, null, (place) => redrivenPlace(place, { isWhole, now: clock() })),

    cards: (memberIds) => async () => {
      const items = await TE.tryCatch(
        () => batchGet(dynamodb, tableName, [...new Set(memberIds)].map(cardKey), 'strong'),
        toStoreUnavailable('read cards'),
      )();
      return E.isLeft(items) ? items : E.traverseArray(readCard)(items.right);
    },
  };
};

const givenBack = (now: EpochMs): Verdict => ({
  ...{ type: 'Later', at: now + 1_000, reason: 'could not be read', isFailure: false },
});
