import { type AttributeValue, CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { batchWrite } from '#adapters/dynamodb/batch.ts';
import { memberStream } from '#domain/index.ts';
import { benchMemberId, type HistoryOf } from './history.ts';
import { inFlight } from './server.ts';

const AT_ONCE = 8;

/**
 * The same events as event stores on DynamoDB commonly keep them, each an item of its own with its details as Maps: the layout of Castore's adapter
 * (aggregateId, version, type, timestamp, payload, metadata). Personal facts are clear there, and no index is written.
 */
export const writeOneItemPerEvent = async (
  dynamodb: DynamoDBClient,
  tableName: string,
  members: number,
  historyOf: HistoryOf,
  recordedAt: number,
): Promise<void> => {
  await dynamodb.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'aggregateId', AttributeType: 'S' },
        { AttributeName: 'version', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'aggregateId', KeyType: 'HASH' },
        { AttributeName: 'version', KeyType: 'RANGE' },
      ],
    }),
  );
  const timestamp = new Date(recordedAt).toISOString();
  const numbers = Array.from({ length: members }, (_, member) => member);
  await inFlight(numbers, AT_ONCE, async (member) => {
    const requests = historyOf(member)
      .flat()
      .map(({ type, ...payload }, index) => ({
        PutRequest: {
          Item: {
            aggregateId: { S: memberStream(benchMemberId(member)) },
            version: { N: String(index + 1) },
            type: { S: type },
            timestamp: { S: timestamp },
            payload: attributeOf(payload),
            metadata: attributeOf({ origin: { type: 'file', file: 'bench', offset: 0 }, lane: 'bulk' }),
          },
        },
      }));
    await batchWrite(dynamodb, tableName, requests);
  });
};

const attributeOf = (value: unknown): AttributeValue => {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (typeof value !== 'object' || value === null) return { NULL: true };
  return { M: Object.fromEntries(Object.entries(value).map(([name, part]) => [name, attributeOf(part)])) };
};
