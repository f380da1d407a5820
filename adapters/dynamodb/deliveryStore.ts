import { ConditionalCheckFailedException, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Clock, failureText } from '#domain/index.ts';
import type { AcceptedEvent, DeliveryStore, Lane, WaitingEvent } from '../middleware/deliveries.ts';
import { batchGet } from './batch.ts';
import { toStoreUnavailable } from './client.ts';
import { bucketsOf, deliveryItem, readDelivery } from './deliveryItem.ts';
import type { DynamoDbTables } from './eventStore.ts';
import type { Item } from './item.ts';

/** Senders give up after five seconds (EventBridge API destinations): before that they are told to come again. */
const ACCEPT_WITHIN_MS = 4_000;
const READ_WITHIN_MS = 2_000;

/** One conditional put an event: a write unit per KB, one for the index, no read. An answer that got lost is told as a duplicate. */
export const dynamoDbDeliveryStore = ({
  clock,
  onUnavailable = () => undefined,
  ...tables
}: DynamoDbTables & { readonly clock: Clock; readonly onUnavailable?: (reason: string) => void }): DeliveryStore => {
  const { dynamodb } = tables;
  const TableName = tables.tableName('deliveries');

  const put = async (event: AcceptedEvent, abortSignal: AbortSignal) => {
    const Item = deliveryItem(event, clock());
    try {
      const command = new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(p)' });
      await dynamodb.send(command, { abortSignal });
      return 'Accepted';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'Duplicate';
      onUnavailable(error instanceof Error ? error.name : 'unknown');
      return 'Unavailable';
    }
  };

  const keysIn = async (lane: Lane, limit?: number): Promise<readonly Item[]> => {
    const abortSignal = AbortSignal.timeout(READ_WITHIN_MS);
    const pages = bucketsOf(lane).map((bucket) =>
      dynamodb.send(
        new QueryCommand({
          ...{ TableName, IndexName: 'waiting' },
          KeyConditionExpression: '#b = :b',
          ExpressionAttributeNames: { '#b': 'bucket' },
          ExpressionAttributeValues: { ':b': { S: bucket } },
          ...(limit !== undefined && { Limit: limit }),
        }),
        { abortSignal },
      ),
    );
    return (await Promise.all(pages)).flatMap(({ Items }) => Items ?? []);
  };

  const read = async (lane: Lane, limit: number): Promise<readonly WaitingEvent[]> => {
    const keys = (await keysIn(lane, limit)).toSorted((a, b) => Number(a.due?.N) - Number(b.due?.N)).slice(0, limit);
    const found = await batchGet(
      dynamodb,
      TableName,
      keys.map(({ p = { S: '' }, s = { S: '' } }) => ({ p, s })),
    );
    const events = E.traverseArray(readDelivery)(found);
    if (E.isLeft(events)) throw new Error(failureText(events.left));
    return events.right.toSorted((a, b) => a.acceptedAt - b.acceptedAt);
  };

  return {
    accept: (events) => {
      const signal = AbortSignal.timeout(ACCEPT_WITHIN_MS);
      return Promise.all(events.map((event) => put(event, signal)));
    },
    waiting: () =>
      TE.tryCatch(async () => {
        const [live, bulk] = await Promise.all([keysIn('live'), keysIn('bulk')]);
        return { live: live.length, bulk: bulk.length };
      }, toStoreUnavailable('count what waits to be delivered')),
    oldest: (lane, limit) =>
      TE.tryCatch(() => read(lane, limit), toStoreUnavailable('read what waits to be delivered')),
  };
};
