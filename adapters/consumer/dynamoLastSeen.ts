import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { LastSeen, Place } from './lastSeen.ts';

export type DynamoLastSeenOptions = {
  readonly dynamodb: DynamoDBClient;
  /** Partition key `p` (string), no sort key; time to live, if wanted, on `expires`. */
  readonly tableName: string;
  /** Several consumers may share a table. */
  readonly consumer: string;
  /** Longer than an effect ever takes, a Lambda's timeout for instance: an effect that outlives it may overlap with a newer one. */
  readonly leaseMs?: number;
  readonly now?: () => number;
};

/**
 * Marks in a table, one item a key: `m` the mark, `holder` and `until` who applies something now. Two writes an event, one for an event
 * that was seen. A holder that died blocks its key for the rest of the lease. Both writes may be repeated, so lost answers do no harm.
 */
export const dynamoLastSeen = (options: DynamoLastSeenOptions): LastSeen => {
  const { dynamodb, tableName, consumer, leaseMs = 60_000, now = Date.now } = options;
  const update = async (place: Place, change: Change): Promise<Marked | null> => {
    try {
      const { expression, condition, values } = change;
      await dynamodb.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: { p: { S: `${consumer}#${place.key}` } },
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: values,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return null;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { mark: Number(error.Item?.m?.N ?? 0) };
    }
  };
  return {
    begin: async (place) => {
      const holder = { S: randomUUID() };
      const taken = await update(place, {
        expression: 'SET holder = :holder, #until = :until',
        condition:
          '(attribute_not_exists(m) OR m < :mark) AND (attribute_not_exists(#until) OR NOT #until BETWEEN :now AND :longest OR holder = :holder)',
        values: {
          ...{ ':holder': holder, ':until': n(now() + leaseMs), ':now': n(now()), ':mark': n(place.mark) },
          ':longest': n(now() + Math.max(leaseMs, LONGEST_LEASE_MS)),
        },
      });
      if (taken !== null) return { type: taken.mark >= place.mark ? 'Seen' : 'Busy' };
      return {
        type: 'Go',
        done: async () => {
          const expires = n(Math.ceil(now() / 1000) + MEMORY_SECONDS);
          const lost = await update(place, {
            expression: `SET m = :mark${place.forgettable ? ', expires = :expires' : ''} REMOVE holder, #until`,
            condition: 'holder = :holder',
            values: { ':holder': holder, ':mark': n(place.mark), ...(place.forgettable && { ':expires': expires }) },
          });
          if (lost !== null && lost.mark < place.mark) throw new Error('the effect took longer than its lease');
        },
        undone: async () => {
          await update(place, {
            expression: 'REMOVE holder, #until',
            condition: 'holder = :holder',
            values: { ':holder': holder },
          });
        },
      };
    },
  };
};

type Marked = { readonly mark: number };
type Change = {
  readonly expression: string;
  readonly condition: string;
  readonly values: Record<string, { readonly S: string } | { readonly N: string }>;
};

const n = (value: number) => ({ N: String(value) });

/** No function of Lambda runs for longer. A lease that ends later was given by a clock that was ahead. */
const LONGEST_LEASE_MS = 15 * 60_000;

/** EventBridge retries for a day, SQS keeps a message for 14 days at most. */
const MEMORY_SECONDS = 16 * 86_400;
