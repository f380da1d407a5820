import { randomUUID } from 'node:crypto';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { failureText, type ReadFailure, type StoreUnavailable } from '#domain/index.ts';
import type { AcceptedEvent } from '../delivery/acceptedEvent.ts';
import type { Card } from '../delivery/card.ts';
import type { Claim, Content, DeliveryKey, Subject } from '../delivery/delivery.ts';
import type { DeliveryStore } from '../delivery/deliveryStore.ts';
import { deliveryOf, nudgedPlace, type Place, redrivenPlace, settledPlace } from '../delivery/place.ts';
import { type AcceptDeps, acceptEvents, namesOf } from './acceptEvents.ts';
import { readEvent } from './acceptedItem.ts';
import { batchGet } from './batch.ts';
import { cardKey, readCard } from './cardItem.ts';
import { toStoreUnavailable } from './client.ts';
import { bucketOf, placeItem, placeKey, readPlace, type StoredPlace, subjectKey, TO } from './deliveryItem.ts';
import { deliveryQueues } from './deliveryQueues.ts';
import { type Item, number, textIn } from './item.ts';
import { wholePartition } from './partition.ts';
import { updateItem, writeAll } from './write.ts';

const MAX_RACES = 20;

/**
 * Cards and deliveries in the table `deliveries`. What accept does to a delivery and what a claim does are one update each, the rest is the pure rule, put
 * where the item is as it was read: a claim that nothing crossed is settled without a read.
 */
export const dynamoDbDeliveryStore = (deps: AcceptDeps): DeliveryStore => {
  const { dynamodb, clock } = deps;
  const tableName = deps.tableName('deliveries');
  const claimed = new WeakMap<Claim, StoredPlace>();

  const itemAt = (key: Item): TE.TaskEither<StoreUnavailable, Item | null> =>
    TE.tryCatch(async () => {
      const get = new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true });
      return (await dynamodb.send(get)).Item ?? null;
    }, toStoreUnavailable('read a delivery'));

  const placeAt =
    (key: DeliveryKey): TE.TaskEither<ReadFailure, StoredPlace | null> =>
    async () => {
      const item = await itemAt(placeKey(key))();
      if (E.isLeft(item)) return item;
      return item.right === null ? E.right(null) : readPlace(item.right);
    };

  const contentOf = async (subject: Subject): Promise<E.Either<ReadFailure, Content | null>> => {
    const item = await itemAt(subjectKey(subject))();
    if (E.isLeft(item)) return item;
    if (item.right === null) return E.right(null);
    return subject.type === 'member'
      ? E.map((card: Card): Content => ({ type: 'card', card }))(readCard(item.right))
      : E.map((event: AcceptedEvent): Content => ({ type: 'event', event }))(readEvent(item.right));
  };

  /** change null: nothing is to be done, and false is the answer. Looked at again as often as somebody else was faster. */
  const changePlace = async (
    key: DeliveryKey,
    first: StoredPlace | null,
    change: (place: Place) => Place | null,
  ): Promise<E.Either<StoreUnavailable, boolean>> => {
    let stored: E.Either<ReadFailure, StoredPlace | null> = first === null ? await placeAt(key)() : E.right(first);
    for (let race = 0; race < MAX_RACES; race++) {
      if (E.isLeft(stored)) return E.left(unavailable(stored.left));
      const before: StoredPlace | null = stored.right;
      const after = before === null ? null : change(before.place);
      if (before === null || after === null) return E.right(false);
      const { ver, expiresAt } = before;
      const written = await writeAll(dynamodb, 'write a delivery', [
        {
          Put: {
            TableName: tableName,
            Item: placeItem({ place: after, ver: ver + 1, expiresAt }),
            ConditionExpression: 'ver = :ver',
            ExpressionAttributeValues: { ':ver': number(ver) },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
      ]);
      if (E.isRight(written)) return E.right(true);
      if (written.left.type !== 'ConditionsFailed') return E.left(unavailable(written.left));
      const [found = null] = written.left.found;
      stored = found === null ? await placeAt(key)() : readPlace(found);
    }
    return E.left({ type: 'StoreUnavailable', operation: 'write a delivery', reason: 'others were faster each time' });
  };

  const take = async (key: DeliveryKey, token: string, forMs: number) => {
    const now = clock();
    return updateItem(dynamodb, 'claim a delivery', {
      TableName: tableName,
      Key: placeKey(key),
      UpdateExpression: 'SET #token = :token, #due = :until, #notBefore = :until, #ver = #ver + :one',
      // The dead lie in the same index, since when they are.
      ConditionExpression: '#due <= :now AND #bucket <> :dead',
      ExpressionAttributeNames: namesOf('token', 'due', 'notBefore', 'ver', 'bucket'),
      ExpressionAttributeValues: {
        ...{ ':token': { S: token }, ':now': number(now), ':until': number(now + forMs) },
        ...{ ':one': number(1), ':dead': { S: bucketOf(key, 'dead') } },
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  };

  const claim = async (key: DeliveryKey, forMs: number): Promise<E.Either<ReadFailure, O.Option<Claim>>> => {
    const token = randomUUID();
    const taken = await take(key, token, forMs);
    if (E.isLeft(taken) && taken.left.type === 'StoreUnavailable') return E.left(taken.left);
    const item = E.isRight(taken) ? taken.right : taken.left.type === 'ConditionsFailed' ? taken.left.found[0] : null;
    // An answer that was lost, asked for again, finds itself.
    if (item == null || textIn(item, 'token') !== token) return E.right(O.none);
    const stored = readPlace(item);
    if (E.isLeft(stored)) return stored;
    const content = await contentOf(key.subject);
    if (E.isLeft(content)) return content;
    const { place } = stored.right;
    const claimOf = (of: Content): Claim => {
      const made = { delivery: deliveryOf(place), token, until: place.due ?? clock(), content: of };
      claimed.set(made, stored.right);
      return made;
    };
    if (content.right !== null) return E.right(O.some(claimOf(content.right)));
    if (key.subject.type === 'member')
      return E.left({ type: 'StoreCorrupt', where: 'delivery', reason: 'expected a card' });
    const isExpired = { verdict: { type: 'Dead', reason: 'its event has expired' }, revision: place.wanted } as const;
    const { steps, progress } = place;
    const given = await changePlace(key, stored.right, (now) =>
      now.token === token ? settledPlace(now, { ...isExpired, steps, progress }, clock()) : null,
    );
    return E.isLeft(given) ? given : E.right(O.none);
  };

  return {
    ...deliveryQueues(deps),
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

    redrive: (key, isWhole) => () => changePlace(key, null, (place) => redrivenPlace(place, { isWhole, now: clock() })),

    card: (memberId) => async () => {
      const item = await itemAt(cardKey(memberId))();
      if (E.isLeft(item)) return item;
      return item.right === null ? E.right(O.none) : E.map((card: Card) => O.some(card))(readCard(item.right));
    },

    cards: (memberIds) => async () => {
      const items = await TE.tryCatch(
        () => batchGet(dynamodb, tableName, [...new Set(memberIds)].map(cardKey), 'strong'),
        toStoreUnavailable('read cards'),
      )();
      return E.isLeft(items) ? items : E.traverseArray(readCard)(items.right);
    },

    ofMember: (memberId) => async () => {
      const items = await TE.tryCatch(
        () => wholePartition({ dynamodb, tableName, partition: cardKey(memberId).p?.S ?? '', prefix: TO }),
        toStoreUnavailable('read the deliveries of a member'),
      )();
      if (E.isLeft(items)) return items;
      return E.map((places: readonly StoredPlace[]) => places.map(({ place }) => deliveryOf(place)))(
        E.traverseArray(readPlace)(items.right),
      );
    },
  };
};

/** Who writes cannot say that what is there is unreadable; whoever reads it will. */
const unavailable = (failure: Parameters<typeof failureText>[0]): StoreUnavailable =>
  failure.type === 'StoreUnavailable'
    ? failure
    : { type: 'StoreUnavailable', operation: 'write a delivery', reason: failureText(failure) };
