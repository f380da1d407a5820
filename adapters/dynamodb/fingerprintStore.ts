import { DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure, StoreUnavailable } from '#domain/index.ts';
import { toStoreUnavailable } from './client.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { fingerprintItem, fingerprintKey, readFingerprintItem, type TakenFingerprints } from './fingerprintItem.ts';

/** What to look for of members who are being forgotten, in the ops table. */
export type FingerprintStore = {
  readonly put: (taken: TakenFingerprints) => TE.TaskEither<StoreUnavailable, void>;
  /** null: none were taken, or it is over. Strongly consistent. */
  readonly load: (memberId: string) => TE.TaskEither<ReadFailure, TakenFingerprints | null>;
  readonly drop: (memberId: string) => TE.TaskEither<StoreUnavailable, void>;
};

export const dynamoDbFingerprintStore = ({ dynamodb, ...deps }: DynamoDbTables): FingerprintStore => {
  const TableName = deps.tableName('ops');
  return {
    put: (taken) =>
      TE.tryCatch(async () => {
        await dynamodb.send(new PutItemCommand({ TableName, Item: fingerprintItem(taken) }));
      }, toStoreUnavailable('keep fingerprints')),

    load: (memberId) => async () => {
      const get = new GetItemCommand({ TableName, Key: fingerprintKey(memberId), ConsistentRead: true });
      const found = await TE.tryCatch(() => dynamodb.send(get), toStoreUnavailable('read fingerprints'))();
      if (E.isLeft(found)) return found;
      return found.right.Item === undefined ? E.right(null) : readFingerprintItem(found.right.Item);
    },

    drop: (memberId) =>
      TE.tryCatch(async () => {
        await dynamodb.send(new DeleteItemCommand({ TableName, Key: fingerprintKey(memberId) }));
      }, toStoreUnavailable('drop fingerprints')),
  };
};
