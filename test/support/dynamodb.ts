import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { inject } from 'vitest';
import { createTables } from '#adapters/dynamodb/createTables.ts';
import { physicalName, type TableDeclaration, topology } from '#adapters/topology.ts';
import './globalSetup.ts';

export type TestDynamoDb = {
  readonly endpoint: string;
  readonly dynamodb: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  /** Unique to this call, so that tests may run side by side. */
  readonly prefix: string;
  readonly tableName: (name: string) => string;
};

/** The topology's tables (and any others named), empty, under a prefix of their own. */
export const freshTables = async (others: Readonly<Record<string, TableDeclaration>> = {}): Promise<TestDynamoDb> => {
  const endpoint = inject('dynamodbEndpoint');
  const settings = testSettings({ endpoint });
  const dynamodb = new DynamoDBClient(settings);
  const prefix = `test-${randomUUID().slice(0, 13)}`;
  await createTables({ dynamodb })(
    prefix,
    Object.fromEntries(Object.entries({ ...topology.tables, ...others }).map(forEver)),
  );
  return {
    endpoint,
    dynamodb,
    streams: new DynamoDBStreamsClient(settings),
    prefix,
    tableName: (name) => physicalName(prefix, name),
  };
};

/** Tests have clocks of their own: what is over by the real one stays all the same. */
const forEver = ([name, table]: [string, TableDeclaration]): [string, TableDeclaration] => {
  const { timeToLive: _, ...kept } = table;
  return [name, kept];
};

/** Of another client of the same API. */
export const testSettings = ({ endpoint }: Pick<TestDynamoDb, 'endpoint'>) => ({
  ...{ endpoint, region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } },
});
