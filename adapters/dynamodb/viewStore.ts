import { type DynamoDBClient, GetItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import {
  type EpochMs,
  type FoldedText,
  type Live,
  ownerOf,
  type Unstorable,
  unseen,
  type ViewStore,
} from '#domain/index.ts';
import { batchGet } from './batch.ts';
import { toStoreUnavailable } from './client.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { type Item, number } from './item.ts';
import {
  dueBuckets,
  FOLDED_ATTRIBUTES,
  foldedFromItem,
  LIVE_PREFIX,
  liveFromItem,
  liveItem,
  liveKey,
} from './liveItem.ts';
import { writeAll } from './write.ts';

/** LIVE items in DynamoDB: one GetItem and one conditional PutItem for each fold. */
export const dynamoDbViewStore = (deps: DynamoDbTables): ViewStore => {
  const { dynamodb } = deps;
  const tableName = deps.tableName('views');

  return {
    load: (memberId) => async () => {
      const got = await TE.tryCatch(
        () => dynamodb.send(new GetItemCommand({ TableName: tableName, Key: liveKey(memberId), ConsistentRead: true })),
        toStoreUnavailable('load LIVE'),
      )();
      if (E.isLeft(got)) return got;
      return got.right.Item === undefined ? E.right(unseen(memberId)) : liveFromItem(got.right.Item);
    },

    loadMany: (memberIds) => async () => {
      const got = await TE.tryCatch(
        () => batchGet(dynamodb, tableName, memberIds.map(liveKey), 'strong'),
        toStoreUnavailable('load LIVE of many'),
      )();
      if (E.isLeft(got)) return got;
      const byKey = new Map(got.right.map((item) => [item.p?.S, item]));
      const lives: Live[] = [];
      for (const memberId of memberIds) {
        const item = byKey.get(liveKey(memberId).p?.S);
        const live = item === undefined ? E.right(unseen(memberId)) : liveFromItem(item);
        if (E.isLeft(live)) return live;
        lives.push(live.right);
      }
      return E.right(lives);
    },

    loadFolded: (memberIds) => async () => {
      const got = await TE.tryCatch(
        () => batchGet(dynamodb, tableName, memberIds.map(liveKey), 'eventual', undefined, FOLDED_ATTRIBUTES),
        toStoreUnavailable('load what LIVE has folded'),
      )();
      if (E.isLeft(got)) return got;
      const byKey = new Map(got.right.map((item) => [item.p?.S, item]));
      const folded: FoldedText[] = [];
      for (const memberId of memberIds) {
        const item = byKey.get(liveKey(memberId).p?.S);
        const one = item === undefined ? E.right(NOTHING_FOLDED) : foldedFromItem(item);
        if (E.isLeft(one)) return one;
        folded.push(one.right);
      }
      return E.right(folded);
    },

    replace: (live) => async () => {
      const item = storable(live);
      if (E.isLeft(item)) return item;
      const replaced = await writeAll(dynamodb, `replace LIVE of ${live.memberId}`, [
        {
          Put: {
            TableName: tableName,
            Item: item.right,
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            ...(live.ver === 1
              ? { ConditionExpression: 'attribute_not_exists(p)' }
              : { ConditionExpression: 'ver = :ver', ExpressionAttributeValues: { ':ver': number(live.ver - 1) } }),
          },
        },
      ]);
      if (E.isRight(replaced)) return replaced;
      return E.left(replaced.left.type === 'ConditionsFailed' ? { type: 'ViewLostRace' } : replaced.left);
    },

    due: (until, limit) =>
      TE.tryCatch(async () => {
        const found = await Promise.all(dueBuckets.map((bucket) => dueIn(dynamodb, tableName, bucket, until, limit)));
        return found
          .flat()
          .sort((a, b) => a.due - b.due)
          .slice(0, limit)
          .map(({ memberId }) => memberId);
      }, toStoreUnavailable('read the due index')),

    scan: (cursor, limit, passOver) => async () => {
      const page = await TE.tryCatch(
        () =>
          dynamodb.send(
            new ScanCommand({
              TableName: tableName,
              ConsistentRead: true,
              Limit: limit,
              FilterExpression: 'begins_with(p, :live)',
              ExpressionAttributeValues: { ':live': { S: LIVE_PREFIX } },
              ...(cursor !== null && { ExclusiveStartKey: { p: { S: cursor } } }),
            }),
          ),
        toStoreUnavailable('scan LIVE'),
      )();
      if (E.isLeft(page)) return page;
      const lives: Live[] = [];
      for (const item of page.right.Items ?? []) {
        const live = liveFromItem(item);
        if (E.isRight(live)) lives.push(live.right);
        else if (passOver === undefined) return live;
        else passOver(live.left);
      }
      return E.right({ lives, cursor: page.right.LastEvaluatedKey?.p?.S ?? null });
    },
  };
};

const NOTHING_FOLDED: FoldedText = { ver: 0, asOf: 0, epoch: 1, parked: [], statesText: '{}' };

/** A projection's state may be anything, a circle or a BigInt among it. */
const storable = (live: Live): E.Either<Unstorable, Item> =>
  E.tryCatch(
    () => liveItem(live),
    () => ({ type: 'Unstorable', what: `LIVE of ${live.memberId}`, reason: 'a state is no JSON' }),
  );

const dueIn = async (dynamodb: DynamoDBClient, tableName: string, bucket: string, until: EpochMs, limit: number) => {
  const page = await dynamodb.send(
    new QueryCommand({
      TableName: tableName,
      IndexName: 'due',
      KeyConditionExpression: 'dueBucket = :bucket AND due <= :until',
      ExpressionAttributeValues: { ':bucket': { S: bucket }, ':until': number(until) },
      Limit: limit,
    }),
  );
  return (page.Items ?? []).map((item) => ({ memberId: ownerOf(item.p?.S ?? '').id, due: Number(item.due?.N) }));
};
