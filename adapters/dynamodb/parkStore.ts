import { ConditionalCheckFailedException, DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Parked, ParkReader, ParkStore, StoreCorrupt } from '#domain/index.ts';
import { batchGet } from './batch.ts';
import { toStoreUnavailable } from './client.ts';
import { corrupt } from './decoded.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { type Item, type ItemImage, number, numberIn, textIn } from './item.ts';
import { partitionPage } from './partition.ts';

/**
 * Stored format, version with care: parked members are one partition of the ops table.
 *
 *   p "parked"  s "<name@version> <member id>"   f format   asOf   reason   parkedAt   triedAt   attempts
 */
export const dynamoDbParkStore = (deps: DynamoDbTables): ParkStore & ParkReader => {
  const { dynamodb } = deps;
  const tableName = deps.tableName('ops');

  return {
    put: ({ memberId, ref, asOf, reason, triedAt }) =>
      TE.tryCatch(async () => {
        await dynamodb.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: keyOf({ memberId, ref }),
            UpdateExpression:
              'SET f = :f, asOf = :asOf, reason = :reason, triedAt = :at, parkedAt = if_not_exists(parkedAt, :at) ADD attempts :one',
            ExpressionAttributeValues: {
              ':f': number(FORMAT),
              ':asOf': number(asOf),
              ':reason': { S: reason },
              ':at': number(triedAt),
              ':one': number(1),
            },
          }),
        );
      }, toStoreUnavailable('park a member')),

    list: (cursor, limit) => async () => {
      const page = await TE.tryCatch(
        () => partitionPage({ dynamodb, tableName, partition: PARTITION }, { cursor, limit }),
        toStoreUnavailable('list parked members'),
      )();
      if (E.isLeft(page)) return page;
      const items = E.traverseArray(readParked)(page.right.items);
      return E.isLeft(items) ? items : E.right({ items: items.right, cursor: page.right.cursor });
    },

    drop: (parked) =>
      TE.tryCatch(async () => {
        const remove = new DeleteItemCommand({
          TableName: tableName,
          Key: keyOf(parked),
          ConditionExpression: 'triedAt = :at AND attempts = :attempts',
          ExpressionAttributeValues: { ':at': number(parked.triedAt), ':attempts': number(parked.attempts) },
        });
        await dynamodb.send(remove).catch((error: unknown) => {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        });
      }, toStoreUnavailable('drop a parked member')),

    ofMember: (memberId, refs) => async () => {
      const keys = refs.map((ref) => keyOf({ memberId, ref }));
      const found = await TE.tryCatch(
        () => batchGet(dynamodb, tableName, keys),
        toStoreUnavailable('read what is parked of a member'),
      )();
      if (E.isLeft(found)) return found;
      const bySortKey = new Map(found.right.map((item) => [item.s?.S, item]));
      return E.traverseArray(readParked)(
        keys.flatMap(({ s }) => {
          const item = bySortKey.get(s?.S);
          return item === undefined ? [] : [item];
        }),
      );
    },
  };
};

const PARTITION = 'parked';
const FORMAT = 1;

const keyOf = ({ memberId, ref }: Pick<Parked, 'memberId' | 'ref'>): Item => ({
  p: { S: PARTITION },
  s: { S: `${ref} ${memberId}` },
});

/** As put writes it. */
export const parkedItem = ({ memberId, ref, asOf, reason, parkedAt, triedAt, attempts }: Parked): Item => ({
  ...keyOf({ memberId, ref }),
  f: number(FORMAT),
  asOf: number(asOf),
  reason: { S: reason },
  parkedAt: number(parkedAt),
  triedAt: number(triedAt),
  attempts: number(attempts),
});

export const readParked = (item: ItemImage): E.Either<StoreCorrupt, Parked> => {
  const [ref, memberId] = (textIn(item, 's') ?? '').split(' ');
  const [asOf, parkedAt, triedAt, attempts] = [
    numberIn(item, 'asOf'),
    numberIn(item, 'parkedAt'),
    numberIn(item, 'triedAt'),
    numberIn(item, 'attempts'),
  ];
  const reason = textIn(item, 'reason');
  if (ref === undefined || memberId === undefined || asOf === undefined || reason === undefined)
    return E.left(corrupt('parked', 'expected a parked member'));
  if (parkedAt === undefined || triedAt === undefined || attempts === undefined)
    return E.left(corrupt('parked', 'expected a parked member'));
  if ((numberIn(item, 'f') ?? FORMAT + 1) > FORMAT)
    return E.left(corrupt('parked', `expected format ${FORMAT} or older`));
  return E.right({ memberId, ref, asOf, reason, parkedAt, triedAt, attempts });
};
