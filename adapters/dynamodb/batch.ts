import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import type { Item } from './item.ts';
import { pause } from './write.ts';

/** DynamoDB API reference, BatchGetItem and BatchWriteItem. */
const MAX_GET = 100;
const MAX_WRITE = 25;
const MAX_ROUNDS = 8;

/** Eventually consistent unless asked otherwise. What DynamoDB did not get round to is asked for again. */
export const batchGet = async (
  dynamodb: DynamoDBClient,
  tableName: string,
  keys: readonly Item[],
  consistency: 'eventual' | 'strong' = 'eventual',
  abortSignal?: AbortSignal,
  attributes?: readonly string[],
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for (let at = 0; at < keys.length; at += MAX_GET) {
    let wanted = keys.slice(at, at + MAX_GET);
    for (let attempt = 1; wanted.length > 0; attempt++) {
      const request = {
        Keys: wanted,
        ...(consistency === 'strong' && { ConsistentRead: true }),
        ...(attributes !== undefined && onlyThose(attributes)),
      };
      const command = new BatchGetItemCommand({ RequestItems: { [tableName]: request } });
      const page = await dynamodb.send(command, abortSignal && { abortSignal });
      items.push(...(page.Responses?.[tableName] ?? []));
      wanted = page.UnprocessedKeys?.[tableName]?.Keys ?? [];
      if (wanted.length > 0 && attempt === MAX_ROUNDS) throw new Error('throttled');
      if (wanted.length > 0) await pause(attempt);
    }
  }
  return items;
};

/** By other names, as some words are reserved. */
const onlyThose = (attributes: readonly string[]) => ({
  ProjectionExpression: attributes.map((_, index) => `#${index}`).join(),
  ExpressionAttributeNames: Object.fromEntries(attributes.map((name, index) => [`#${index}`, name])),
});

/** Each write by itself, in no order. */
export const batchWrite = async (
  dynamodb: DynamoDBClient,
  tableName: string,
  requests: readonly WriteRequest[],
): Promise<void> => {
  for (let at = 0; at < requests.length; at += MAX_WRITE) {
    let wanted = requests.slice(at, at + MAX_WRITE);
    for (let attempt = 1; wanted.length > 0; attempt++) {
      const { UnprocessedItems } = await dynamodb.send(
        new BatchWriteItemCommand({ RequestItems: { [tableName]: wanted } }),
      );
      wanted = UnprocessedItems?.[tableName] ?? [];
      if (wanted.length > 0 && attempt === MAX_ROUNDS) throw new Error('throttled');
      if (wanted.length > 0) await pause(attempt);
    }
  }
};
