import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Item } from './item.ts';

type PartitionPage = { readonly items: readonly Item[]; readonly cursor: string | null };

type PartitionQuery = {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
  readonly partition: string;
  /** Only sort keys that begin so. */
  readonly prefix?: string;
};

/** A page of one partition of the ops table in the order of its sort key, strongly consistent. */
export const partitionPage = async (
  query: PartitionQuery,
  page: { readonly cursor: string | null; readonly limit?: number; readonly newestFirst?: boolean },
): Promise<PartitionPage> => {
  const found = await query.dynamodb.send(
    new QueryCommand({
      ...conditionsOf(query),
      ...(page.limit !== undefined && { Limit: page.limit }),
      ...(page.newestFirst === true && { ScanIndexForward: false }),
      ...(page.cursor !== null && { ExclusiveStartKey: { p: { S: query.partition }, s: { S: page.cursor } } }),
    }),
  );
  return { items: found.Items ?? [], cursor: found.LastEvaluatedKey?.s?.S ?? null };
};

/** All of it: for partitions that are small by their nature. */
export const wholePartition = async (query: PartitionQuery): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: PartitionPage = await partitionPage(query, { cursor });
    items.push(...page.items);
    if (page.cursor === null) return items;
    cursor = page.cursor;
  }
};

export const partitionCount = async (query: PartitionQuery): Promise<number> => {
  let count = 0;
  for (let start: QueryCommandInput['ExclusiveStartKey']; ; ) {
    const page = await query.dynamodb.send(
      new QueryCommand({
        ...conditionsOf(query),
        Select: 'COUNT',
        ...(start !== undefined && { ExclusiveStartKey: start }),
      }),
    );
    count += page.Count ?? 0;
    if (page.LastEvaluatedKey === undefined) return count;
    start = page.LastEvaluatedKey;
  }
};

const conditionsOf = ({ tableName, partition, prefix }: PartitionQuery) => ({
  TableName: tableName,
  ConsistentRead: true,
  KeyConditionExpression: prefix === undefined ? 'p = :p' : 'p = :p AND begins_with(s, :prefix)',
  ExpressionAttributeValues: { ':p': { S: partition }, ...(prefix !== undefined && { ':prefix': { S: prefix } }) },
});
