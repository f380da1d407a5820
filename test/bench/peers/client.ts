import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Connections kept open, and without the SDK's logger, which copies every answer for nobody. */
export const connectClient = (endpoint: string): DynamoDBClient => {
  const client = new DynamoDBClient({
    ...{ endpoint, region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } },
    requestHandler: { httpAgent: { keepAlive: true, maxSockets: 64 } },
  });
  client.middlewareStack.remove('loggerMiddleware');
  return client;
};

type Key = { readonly hash: string; readonly range: string; readonly rangeType: 'S' | 'N' };
type Index = Key & { readonly name: string; readonly projection: 'ALL' | 'KEYS_ONLY' };

export const createTable = async (client: DynamoDBClient, name: string, key: Key, index: Index): Promise<void> => {
  const types = new Map(
    [key, index].flatMap(
      ({ hash, range, rangeType }) =>
        [
          [hash, 'S'],
          [range, rangeType],
        ] as const,
    ),
  );
  const table: CreateTableCommandInput = {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: schemaOf(key),
    GlobalSecondaryIndexes: [
      { IndexName: index.name, KeySchema: schemaOf(index), Projection: { ProjectionType: index.projection } },
    ],
  };
  await client.send(new CreateTableCommand(table));
};

const schemaOf = ({ hash, range }: Key) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  { AttributeName: range, KeyType: 'RANGE' as const },
];
