import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { type KeyAttribute, physicalName, type TableDeclaration } from '../topology.ts';

/** Creates every declared table under the prefix and waits until all are active. A table that exists is left as it is. */
export const createTables =
  ({ dynamodb }: { readonly dynamodb: DynamoDBClient }) =>
  async (prefix: string, tables: Readonly<Record<string, TableDeclaration>>): Promise<void> => {
    await Promise.all(
      Object.entries(tables).map(([name, table]) => createTable(dynamodb, physicalName(prefix, name), table)),
    );
  };

const createTable = async (dynamodb: DynamoDBClient, tableName: string, table: TableDeclaration): Promise<void> => {
  try {
    await dynamodb.send(new CreateTableCommand(toCreateTable(tableName, table)));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ResourceInUseException') throw error;
  }
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 60, minDelay: 1, maxDelay: 2 }, { TableName: tableName });
};

const toCreateTable = (tableName: string, table: TableDeclaration): CreateTableCommandInput => {
  const keys = [table, ...table.indexes].flatMap(({ partitionKey, sortKey }) =>
    sortKey === null ? [partitionKey] : [partitionKey, sortKey],
  );
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      ...new Map(keys.map(({ name, type }) => [name, { AttributeName: name, AttributeType: type }])).values(),
    ],
    KeySchema: toKeySchema(table),
    ...(table.indexes.length > 0 && {
      GlobalSecondaryIndexes: table.indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: toKeySchema(index),
        Projection: { ProjectionType: index.projection },
      })),
    }),
    ...(table.stream !== null && { StreamSpecification: { StreamEnabled: true, StreamViewType: table.stream } }),
  };
};

const toKeySchema = (keys: { readonly partitionKey: KeyAttribute; readonly sortKey: KeyAttribute | null }) => [
  { AttributeName: keys.partitionKey.name, KeyType: 'HASH' as const },
  ...(keys.sortKey === null ? [] : [{ AttributeName: keys.sortKey.name, KeyType: 'RANGE' as const }]),
];
