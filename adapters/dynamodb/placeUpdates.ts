import type { TransactWriteItem, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { EpochMs } from '#domain/index.ts';
import type { DeliveryKey, Subject } from '../delivery/delivery.ts';
import type { Want } from '../delivery/intake.ts';
import { expiryAfter } from './acceptedItem.ts';
import { bucketOf, FORMAT, placeKey } from './deliveryItem.ts';
import { number } from './item.ts';
import { namesOf } from './write.ts';

/** wantedPlace, as DynamoDB says it, without looking. isNew: only where there is no delivery yet. */
export const wantUpdate = (
  TableName: string,
  subject: Subject,
  { destination, revision, lane }: Want,
  { now, isNew = false }: { readonly now: number; readonly isNew?: boolean },
): TransactWriteItem => {
  const key = { subject, destination };
  const bucket = lane === 'live' ? ':bucket' : 'if_not_exists(#held, :bucket)';
  const isOfEvent = subject.type === 'event';
  return {
    Update: {
      TableName,
      Key: placeKey(key),
      UpdateExpression: [
        'SET #f = :f, #wanted = :wanted, #updatedAt = :now, #since = if_not_exists(#since, :now)',
        `#due = if_not_exists(#notBefore, :now), #bucket = ${bucket}, #held = ${bucket}`,
        '#ver = if_not_exists(#ver, :zero) + :one',
        ...(isOfEvent ? ['#expiresAt = :expiresAt'] : []),
      ].join(', '),
      ExpressionAttributeNames: namesOf(
        ...['f', 'wanted', 'updatedAt', 'since', 'due', 'notBefore', 'bucket', 'held', 'ver'],
        ...(isOfEvent ? ['expiresAt'] : []),
      ),
      ExpressionAttributeValues: {
        ...{ ':f': number(FORMAT), ':wanted': number(revision), ':now': number(now), ':one': number(1) },
        ...{ ':zero': number(0), ':bucket': { S: bucketOf(key, lane) } },
        ...(isOfEvent && { ':expiresAt': number(expiryAfter(now)) }),
      },
      ...(isNew && { ConditionExpression: 'attribute_not_exists(p)' }),
    },
  };
};

/** claimedPlace, as DynamoDB says it. The dead lie in the same index, since when they are. */
export const claimUpdate = (
  TableName: string,
  key: DeliveryKey,
  { token, now, until }: { readonly token: string; readonly now: EpochMs; readonly until: EpochMs },
): UpdateItemCommandInput => ({
  TableName,
  Key: placeKey(key),
  UpdateExpression: 'SET #token = :token, #due = :until, #notBefore = :until, #ver = #ver + :one',
  ConditionExpression: '#due <= :now AND #bucket <> :dead',
  ExpressionAttributeNames: namesOf('token', 'due', 'notBefore', 'ver', 'bucket'),
  ExpressionAttributeValues: {
    ...{ ':token': { S: token }, ':now': number(now), ':until': number(until) },
    ...{ ':one': number(1), ':dead': { S: bucketOf(key, 'dead') } },
  },
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
});
