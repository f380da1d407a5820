import { type AttributeValue, DeleteItemCommand, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { EVENT } from '../dynamodb/acceptedItem.ts';
import { LIVE_PREFIX } from '../dynamodb/liveItem.ts';
import { unitsOf } from './scanned.ts';
import type { Search } from './search.ts';

type Stored = Readonly<Record<string, AttributeValue>>;

/** Of the table views: a state of a version that nobody folds any more, and so never let go. version: of MemberForgotten. */
export const isOldState = ({ p, m, asOf }: Stored, memberId: string, version: number): boolean =>
  p?.S !== undefined && !p.S.startsWith(LIVE_PREFIX) && m?.S === memberId && Number(asOf?.N) < version;

/** Of the table deliveries: an event of others that tells of the member. */
export const isEventAbout = (item: Stored, search: Search): boolean =>
  item.p?.S?.startsWith(EVENT) === true && unitsOf(item).some(search.names);

export const drop = async (dynamodb: DynamoDBClient, tableName: string, key: Stored): Promise<void> => {
  await dynamodb.send(new DeleteItemCommand({ TableName: tableName, Key: { ...key } }));
};

/** An event with its deliveries, which are in its partition. */
export const dropPartition = async (dynamodb: DynamoDBClient, tableName: string, p: AttributeValue): Promise<void> => {
  for (let start: Record<string, AttributeValue> | undefined; ; ) {
    const page = await dynamodb.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'p = :p',
        ExpressionAttributeValues: { ':p': p },
        ProjectionExpression: 'p, s',
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    for (const key of page.Items ?? []) await drop(dynamodb, tableName, key);
    start = page.LastEvaluatedKey;
    if (start === undefined) return;
  }
};
