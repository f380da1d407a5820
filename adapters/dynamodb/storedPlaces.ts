import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { failureText, type ReadFailure, type StoreUnavailable } from '#domain/index.ts';
import type { DeliveryKey } from '../delivery/delivery.ts';
import type { Place } from '../delivery/place.ts';
import { toStoreUnavailable } from './client.ts';
import { placeItem, placeKey, readPlace, type StoredPlace } from './deliveryItem.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { type Item, number } from './item.ts';
import { writeAll } from './write.ts';

const MAX_RACES = 20;

/** Places read strongly consistently, and put back as a rule says where nobody was faster. */
export const storedPlaces = ({ dynamodb, ...tables }: DynamoDbTables) => {
  const tableName = tables.tableName('deliveries');

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

  return { itemAt, changePlace };
};

/** Who writes cannot say that what is there is unreadable; whoever reads it will. */
const unavailable = (failure: Parameters<typeof failureText>[0]): StoreUnavailable =>
  failure.type === 'StoreUnavailable'
    ? failure
    : { type: 'StoreUnavailable', operation: 'write a delivery', reason: failureText(failure) };
