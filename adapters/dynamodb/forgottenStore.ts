import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ForgottenStore } from '#domain/index.ts';
import { batchGet } from './batch.ts';
import { toStoreUnavailable } from './client.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { FORMAT, forgottenKey, forgottenPartition, readForgottenItem } from './forgottenItem.ts';
import { number, textIn } from './item.ts';
import { wholePartition } from './partition.ts';

/** Who asked to be forgotten, in the ops table. */
export const dynamoDbForgottenStore = ({ dynamodb, ...deps }: DynamoDbTables): ForgottenStore => {
  const tableName = deps.tableName('ops');
  return {
    ask: (memberId, askedAt) =>
      TE.tryCatch(async () => {
        const update = new UpdateItemCommand({
          TableName: tableName,
          Key: forgottenKey(memberId),
          UpdateExpression: 'SET f = :f, #at = if_not_exists(#at, :at) REMOVE settled',
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: { ':f': number(FORMAT), ':at': number(askedAt) },
        });
        await dynamodb.send(update);
      }, toStoreUnavailable('remember who is to be forgotten')),

    among: (ids) =>
      TE.tryCatch(async () => {
        const keys = [...new Set(ids)].map(forgottenKey);
        const items = await batchGet(dynamodb, tableName, keys, 'strong');
        return new Set(items.flatMap((item) => textIn(item, 's') ?? []));
      }, toStoreUnavailable('ask who is forgotten')),

    settle: (memberId) =>
      TE.tryCatch(async () => {
        const update = new UpdateItemCommand({
          TableName: tableName,
          Key: forgottenKey(memberId),
          UpdateExpression: 'SET settled = :yes',
          ConditionExpression: 'attribute_exists(p)',
          ExpressionAttributeValues: { ':yes': { S: '1' } },
        });
        await dynamodb.send(update).catch(unlessRefused);
      }, toStoreUnavailable('settle who was forgotten')),

    list: () => async () => {
      const found = await TE.tryCatch(
        () => wholePartition({ dynamodb, tableName, partition: forgottenPartition }),
        toStoreUnavailable('list who is forgotten'),
      )();
      return E.isLeft(found) ? found : E.traverseArray(readForgottenItem)(found.right);
    },
  };
};

/** It is as it should be. */
const unlessRefused = (error: unknown): void => {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
};
