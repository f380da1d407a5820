import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Card } from '../delivery/card.ts';
import type { DeliveryStore } from '../delivery/deliveryStore.ts';
import { deliveryOf } from '../delivery/place.ts';
import { cardKey, readCard } from './cardItem.ts';
import { toStoreUnavailable } from './client.ts';
import { readPlace, type StoredPlace, TO } from './deliveryItem.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { wholePartition } from './partition.ts';

/** What is to be delivered of a member, and how far it is: strongly consistent. By itself, so that who only looks carries nothing else along. */
export const deliveriesOfMember = ({
  dynamodb,
  ...tables
}: DynamoDbTables): Pick<DeliveryStore, 'card' | 'ofMember'> => {
  const tableName = tables.tableName('deliveries');
  return {
    card: (memberId) => async () => {
      const get = new GetItemCommand({ TableName: tableName, Key: cardKey(memberId), ConsistentRead: true });
      const found = await TE.tryCatch(() => dynamodb.send(get), toStoreUnavailable('read a card'))();
      if (E.isLeft(found)) return found;
      const { Item: item } = found.right;
      return item === undefined ? E.right(O.none) : E.map((card: Card) => O.some(card))(readCard(item));
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
