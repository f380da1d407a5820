import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { type KeyAttribute, physicalName, type TableDeclaration } from '../topology.ts';

/** Creates every declared table under the prefix and waits until all are active. A table that exists is left as it is, but for what goes by itself. */
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
  if (table.timeToLive !== undefined) await letExpire(dynamodb, tableName, table.timeToLive);
};

/** Asked for once: to enable it again is refused. */
const letExpire = async (dynamodb: DynamoDBClient, TableName: string, AttributeName: string): Promise<void> => {
  const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
  if (TimeToLiveDescription?.TimeToLiveStatus?.startsWith('ENABL') === true) return;
  const TimeToLiveSpecification = { Enabled: true, AttributeName };
  await dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
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
