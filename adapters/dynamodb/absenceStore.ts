import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { AbsenceStore } from '#domain/index.ts';
import { absenceItem, absenceKey, missItem, missKey, missPartition, readAbsence, readMiss } from './absenceItem.ts';
import { batchGet, batchWrite } from './batch.ts';
import { toStoreUnavailable } from './client.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { number } from './item.ts';
import { partitionPage } from './partition.ts';
import { writeAll } from './write.ts';

/** Where deletion by absence is, and what was missed once: in the ops table. */
export const dynamoDbAbsenceStore = (deps: DynamoDbTables): AbsenceStore => {
  const { dynamodb } = deps;
  const tableName = deps.tableName('ops');

  return {
    load: (object) => async () => {
      const got = await TE.tryCatch(
        () =>
          dynamodb.send(new GetItemCommand({ TableName: tableName, Key: absenceKey(object), ConsistentRead: true })),
        toStoreUnavailable('load an absence job'),
      )();
      if (E.isLeft(got)) return got;
      return got.right.Item === undefined ? E.right(null) : readAbsence(got.right.Item);
    },

    save: (job) => async () => {
      const written = await writeAll(dynamodb, 'save an absence job', [
        {
          Put: {
            TableName: tableName,
            Item: absenceItem(job),
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            ...(job.ver === 1
              ? { ConditionExpression: 'attribute_not_exists(p)' }
              : { ConditionExpression: 'ver = :ver', ExpressionAttributeValues: { ':ver': number(job.ver - 1) } }),
          },
        },
      ]);
      if (E.isRight(written)) return written;
      const { left } = written;
      if (left.type === 'ConditionsFailed') return E.left({ type: 'AbsenceLostRace' });
      return E.left({ type: 'StoreUnavailable', operation: 'save an absence job', reason: left.reason });
    },

    missesOf: (object, ids) => async () => {
      const found = await TE.tryCatch(
        () =>
          batchGet(
            dynamodb,
            tableName,
            ids.map((id) => missKey(object, id)),
            'strong',
          ),
        toStoreUnavailable('read misses'),
      )();
      return E.isLeft(found) ? found : E.traverseArray(readMiss)(found.right);
    },

    remember: (object, misses) => {
      const requests = misses.map((miss) => ({ PutRequest: { Item: missItem(object, miss) } }));
      return TE.tryCatch(() => batchWrite(dynamodb, tableName, requests), toStoreUnavailable('remember misses'));
    },

    forget: (object, ids) => {
      const requests = ids.map((id) => ({ DeleteRequest: { Key: missKey(object, id) } }));
      return TE.tryCatch(() => batchWrite(dynamodb, tableName, requests), toStoreUnavailable('forget misses'));
    },

    misses: (object, cursor, limit) => async () => {
      const page = await TE.tryCatch(
        () => partitionPage({ dynamodb, tableName, partition: missPartition(object) }, { cursor, limit }),
        toStoreUnavailable('list misses'),
      )();
      if (E.isLeft(page)) return page;
      const misses = E.traverseArray(readMiss)(page.right.items);
      return E.isLeft(misses) ? misses : E.right({ misses: misses.right, cursor: page.right.cursor });
    },
  };
};
