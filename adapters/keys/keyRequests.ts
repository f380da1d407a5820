import { type AttributeValue, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { StoreUnavailable } from '#domain/index.ts';
import { toStoreUnavailable } from '../dynamodb/client.ts';
import type { DynamoDbTables } from '../dynamodb/eventStore.ts';
import type { Item, ItemImage } from '../dynamodb/item.ts';
import { pause, writeAll } from '../dynamodb/write.ts';

type Answer<A> = Promise<E.Either<StoreUnavailable, A>>;

/** Strongly consistent; null: nothing is there. */
export const getKeyItem = ({ dynamodb, tableName }: DynamoDbTables, place: AttributeValue): Answer<ItemImage | null> =>
  TE.tryCatch(async () => {
    const request = { TableName: tableName('keys'), Key: { p: place }, ConsistentRead: true };
    return (await dynamodb.send(new GetItemCommand(request))).Item ?? null;
  }, toStoreUnavailable('read key'))();

const MAX_ATTEMPTS = 5;
const CREATE = 'create key';
const DESTROY = 'destroy key';

/** Stores the item where there is none. Otherwise gives what is there, which stays: whoever was first has made the key. */
export const putNewKeyItem = async (
  tables: DynamoDbTables,
  item: Item & { readonly p: AttributeValue },
): Answer<'stored' | ItemImage> => {
  const put = {
    TableName: tables.tableName('keys'),
    Item: item,
    ConditionExpression: 'attribute_not_exists(p)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  for (let attempt = 1; ; attempt++) {
    const written = await writeAll(tables.dynamodb, CREATE, [{ Put: put }]);
    if (E.isRight(written)) return E.right('stored');
    if (written.left.type === 'StoreUnavailable') return E.left(written.left);
    if (written.left.type === 'Unstorable') return unavailable(CREATE, written.left.reason);
    const [told] = written.left.found;
    if (told != null) return E.right(told);
    // A refusal that was sent again does not always tell what is there.
    const found = await getKeyItem(tables, item.p);
    if (E.isLeft(found)) return found;
    if (found.right !== null) return E.right(found.right);
    if (attempt === MAX_ATTEMPTS) return unavailable(CREATE, 'refused, though nothing is there');
    await pause(attempt);
  }
};

/** Stores the item whatever is there: a tombstone. */
export const putTombstone = async ({ dynamodb, tableName }: DynamoDbTables, item: Item): Answer<void> => {
  const written = await writeAll(dynamodb, DESTROY, [{ Put: { TableName: tableName('keys'), Item: item } }]);
  if (E.isRight(written)) return written;
  return written.left.type === 'StoreUnavailable' ? E.left(written.left) : unavailable(DESTROY, written.left.type);
};

const unavailable = (operation: string, reason: string): E.Either<StoreUnavailable, never> =>
  E.left({ type: 'StoreUnavailable', operation, reason });
