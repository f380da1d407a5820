import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Publications } from '#domain/index.ts';
import { batchGet } from './batch.ts';
import { cardKey, MEMBER } from './cardItem.ts';
import { toStoreUnavailable } from './client.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { numberIn, textIn } from './item.ts';

/**
 * What the middleware took in, by the cards that it keeps: half a read unit a member. null: it has none at all, so nobody relays to it. How many there are
 * DynamoDB tells some hours late: then this knows nothing for as long.
 */
export const carriedRevisions = ({ dynamodb, tableName }: DynamoDbTables): Publications['revisions'] => {
  const table = tableName('deliveries');
  let isRelayedTo: boolean | null = null;
  const hasCards = async (): Promise<boolean> =>
    ((await dynamodb.send(new DescribeTableCommand({ TableName: table }))).Table?.ItemCount ?? 0) > 0;
  return (memberIds) =>
    TE.tryCatch(async () => {
      isRelayedTo ??= await hasCards();
      if (!isRelayedTo) return null;
      const cards = await batchGet(dynamodb, table, memberIds.map(cardKey), 'eventual', undefined, ['p', 'r']);
      return new Map(cards.map((card) => [(textIn(card, 'p') ?? '').slice(MEMBER.length), numberIn(card, 'r') ?? 0]));
    }, toStoreUnavailable('read what was carried'));
};
