import { DeleteItemCommand, GetItemCommand, QueryCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { KeyStore, QuarantineItem, QuarantineStore } from '#domain/index.ts';
import { batchWrite } from './batch.ts';
import { toStoreUnavailable } from './client.ts';
import type { DynamoDbTables } from './eventStore.ts';
import {
  quarantineItem,
  quarantineKey,
  quarantineKeyId,
  quarantinePartition,
  readQuarantineItem,
} from './quarantineItem.ts';

/** Quarantine in the ops table. Content is sealed and only read one item at a time. */
export const dynamoDbQuarantineStore = (
  deps: DynamoDbTables & { readonly keys: Pick<KeyStore, 'obtain'> },
): QuarantineStore => {
  const { dynamodb } = deps;
  const tableName = deps.tableName('ops');
  const key = TE.map((keys: ReadonlyMap<string, Uint8Array | null>) => keys.get(quarantineKeyId) ?? null)(
    deps.keys.obtain([quarantineKeyId]),
  );
  const partition = {
    TableName: tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'p = :p',
    ExpressionAttributeValues: { ':p': { S: quarantinePartition } },
  };

  return {
    put: (items) => async () => {
      const obtained = items.some(({ content }) => content !== null) ? await key() : E.right(null);
      if (E.isLeft(obtained)) return obtained;
      const byId = new Map(items.map((item) => [item.id, quarantineItem(item, obtained.right)]));
      const requests = [...byId.values()].map((Item): WriteRequest => ({ PutRequest: { Item } }));
      return TE.tryCatch(() => batchWrite(dynamodb, tableName, requests), toStoreUnavailable('quarantine'))();
    },

    list: (cursor, limit) => async () => {
      const page = await TE.tryCatch(
        () =>
          dynamodb.send(
            new QueryCommand({
              ...partition,
              Limit: limit,
              ...(cursor !== null && { ExclusiveStartKey: quarantineKey(cursor) }),
            }),
          ),
        toStoreUnavailable('list quarantine'),
      )();
      if (E.isLeft(page)) return page;
      const items: QuarantineItem[] = [];
      for (const item of page.right.Items ?? []) {
        const read = readQuarantineItem(item, undefined);
        if (E.isLeft(read)) return read;
        items.push(read.right);
      }
      return E.right({ items, cursor: page.right.LastEvaluatedKey?.s?.S ?? null });
    },

    count: () =>
      TE.tryCatch(async () => {
        let count = 0;
        let start: Record<string, { S: string }> | undefined;
        do {
          const page = await dynamodb.send(
            new QueryCommand({
              ...partition,
              Select: 'COUNT',
              ...(start !== undefined && { ExclusiveStartKey: start }),
            }),
          );
          count += page.Count ?? 0;
          const last = page.LastEvaluatedKey?.s?.S;
          start = last === undefined ? undefined : { p: { S: quarantinePartition }, s: { S: last } };
        } while (start !== undefined);
        return count;
      }, toStoreUnavailable('count quarantine')),

    get: (id) => async () => {
      const got = await TE.tryCatch(
        () => dynamodb.send(new GetItemCommand({ TableName: tableName, Key: quarantineKey(id), ConsistentRead: true })),
        toStoreUnavailable('read quarantine'),
      )();
      if (E.isLeft(got)) return got;
      if (got.right.Item === undefined) return E.right(O.none);
      const obtained = await key();
      if (E.isLeft(obtained)) return obtained;
      const read = readQuarantineItem(got.right.Item, obtained.right);
      return E.isLeft(read) ? read : E.right(O.some(read.right));
    },

    drop: (id) =>
      TE.tryCatch(async () => {
        await dynamodb.send(new DeleteItemCommand({ TableName: tableName, Key: quarantineKey(id) }));
      }, toStoreUnavailable('drop from quarantine')),
  };
};
