import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { StaleEntry, StaleStore } from '#domain/index.ts';
import { toStoreUnavailable } from './client.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { type Item, number, numberIn } from './item.ts';
import { partitionCount, partitionPage, wholePartition } from './partition.ts';
import {
  gapPartition,
  readReReadItem,
  readStaleItem,
  reReadItem,
  reReadPartition,
  staleItem,
  staleItemKey,
  stalePartition,
} from './staleItem.ts';
import { writeAll } from './write.ts';

/** What is stale, in the ops table. Entries about records are written by the record store, with their records. */
export const dynamoDbStaleStore = (deps: DynamoDbTables): StaleStore => {
  const { dynamodb } = deps;
  const tableName = deps.tableName('ops');
  const stale = { dynamodb, tableName, partition: stalePartition };
  const entriesUnder = (prefix: string) => wholePartition({ ...stale, prefix });

  return {
    openObject: (object, since) => async () => {
      const told = await TE.tryCatch(() => latestGap(deps, object), toStoreUnavailable('read the latest gap'))();
      if (E.isLeft(told)) return told;
      if (told.right !== null && told.right >= since) return E.right(undefined);
      const entry: StaleEntry = { scope: 'object', object, id: null, owner: null, since };
      const written = await writeAll(dynamodb, 'remember a gap', [
        { Put: { TableName: tableName, Item: { ...gapKey(object), since: number(since) }, ...unlessLater(since) } },
        { Put: { TableName: tableName, Item: staleItem(entry) } },
      ]);
      // A later gap was told meanwhile: it speaks for this one.
      if (E.isRight(written) || written.left.type === 'ConditionsFailed') return E.right(undefined);
      const { left } = written;
      return E.left(
        left.type === 'StoreUnavailable'
          ? left
          : { type: 'StoreUnavailable', operation: left.what, reason: left.reason },
      );
    },

    close: (entry) =>
      TE.tryCatch(async () => {
        const remove = new DeleteItemCommand({
          TableName: tableName,
          Key: staleItemKey(entry),
          ConditionExpression: 'attribute_not_exists(p) OR since <= :since',
          ExpressionAttributeValues: { ':since': number(entry.since) },
        });
        await dynamodb.send(remove).catch((error: unknown) => {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        });
      }, toStoreUnavailable('close what was stale')),

    ofMember: (memberId) => async () => {
      const found = await TE.tryCatch(
        async () => (await Promise.all([entriesUnder('*/'), entriesUnder(`${memberId}/`)])).flat(),
        toStoreUnavailable('read what is stale'),
      )();
      return E.isLeft(found) ? found : E.traverseArray(readStaleItem)(found.right);
    },

    list: (cursor, limit) => async () => {
      const page = await TE.tryCatch(
        () => partitionPage(stale, { cursor, limit }),
        toStoreUnavailable('list what is stale'),
      )();
      if (E.isLeft(page)) return page;
      const entries = E.traverseArray(readStaleItem)(page.right.items);
      return E.isLeft(entries) ? entries : E.right({ entries: entries.right, cursor: page.right.cursor });
    },

    count: () => TE.tryCatch(() => partitionCount(stale), toStoreUnavailable('count what is stale')),

    requests: () => async () => {
      const found = await TE.tryCatch(
        () => wholePartition({ dynamodb, tableName, partition: reReadPartition }),
        toStoreUnavailable('read the re-reads'),
      )();
      return E.isLeft(found) ? found : E.traverseArray(readReReadItem)(found.right);
    },

    remember: (request) =>
      TE.tryCatch(async () => {
        await dynamodb.send(new PutItemCommand({ TableName: tableName, Item: reReadItem(request) }));
      }, toStoreUnavailable('remember a re-read')),
  };
};

const gapKey = (object: string): Item => ({ p: { S: gapPartition }, s: { S: object } });

const latestGap = async ({ dynamodb, tableName }: DynamoDbTables, object: string): Promise<number | null> => {
  const got = await dynamodb.send(
    new GetItemCommand({ TableName: tableName('ops'), Key: gapKey(object), ConsistentRead: true }),
  );
  return got.Item === undefined ? null : (numberIn(got.Item, 'since') ?? null);
};

const unlessLater = (since: number) => ({
  ConditionExpression: 'attribute_not_exists(p) OR since < :since',
  ExpressionAttributeValues: { ':since': number(since) },
});
