import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { emptyProjectCache, registry, type WhatIfDeps } from '#domain/index.ts';
import { dynamoDbCatalogStore } from '../dynamodb/catalogStore.ts';
import { connectDynamoDb } from '../dynamodb/client.ts';
import { dynamoDbEventStore } from '../dynamodb/eventStore.ts';
import { dynamoDbReleaseStore } from '../dynamodb/releaseStore.ts';
import { dynamoDbViewStore } from '../dynamodb/viewStore.ts';
import type { RuntimeStatus } from '../http/answers/status.ts';
import { readOnlyFileKeys } from '../keys/fileKeys.ts';
import { physicalName, type TableName } from '../topology.ts';
import { type Client, CommandFailed } from './client.ts';

export type OpenStore = {
  readonly deps: WhatIfDeps & { readonly events: ReturnType<typeof dynamoDbEventStore> };
  readonly close: () => void;
};

/** The store of a running billfold on this machine, to read: its DynamoDB API and its key file. */
export const openStore = async (client: Client): Promise<OpenStore> => {
  const { store } = (await client.get('/api/status')) as RuntimeStatus;
  const { dynamodb } = connectDynamoDb({
    endpoint: store.dynamodbEndpoint,
    region: process.env.AWS_REGION ?? 'local',
    ...(process.env.AWS_ACCESS_KEY_ID === undefined && {
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  });
  const tables = { dynamodb, tableName: (table: TableName) => physicalName(store.prefix, table) };
  const keys = readOnlyFileKeys(join(store.dataDir, 'keys.jsonl'));
  const release = await dynamoDbReleaseStore(tables).load()();
  if (E.isLeft(release)) throw new CommandFailed(`The store at ${store.dynamodbEndpoint} cannot be read from here.`);
  return {
    deps: {
      events: dynamoDbEventStore({ ...tables, keys }),
      views: dynamoDbViewStore(tables),
      catalog: dynamoDbCatalogStore(tables),
      registry,
      cache: { ...emptyProjectCache(), release: release.right },
      clock: Date.now,
      timeZone: store.timeZone,
    },
    close: () => dynamodb.destroy(),
  };
};
