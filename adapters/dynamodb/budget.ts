import { createHash, randomUUID } from 'node:crypto';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Clock, failureText, type ReadFailure, type StoreCorrupt, type StoreUnavailable } from '#domain/index.ts';
import type { Budget, Once } from '../delivery/budget.ts';
import { leftBehind, nextSlots, slotsAnew } from '../delivery/pacing.ts';
import { toStoreUnavailable } from './client.ts';
import { corrupt } from './decoded.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { type Item, type ItemImage, number, numberIn } from './item.ts';
import { namesOf, writeAll } from './write.ts';

type Deps = DynamoDbTables & { readonly clock: Clock };

/**
 * Stored format, version with care: items of the deliveries table.
 *
 *   p "budget#<credential>"        s "slots"   f format   free  ms, with fractions   by: which write it was
 *   p "once#<hash of the name>"    s "once"    f format   until ms                   by   expiresAt seconds
 */
const FORMAT = 1;
const MAX_RACES = 30;

const slotsKey = (credential: string): Item => ({ p: { S: `budget#${credential}` }, s: { S: 'slots' } });
export const slotsItem = ({ credential, free, by }: { credential: string; free: number; by: string }): Item => ({
  ...{ ...slotsKey(credential), f: number(FORMAT) },
  ...{ free: number(free), by: { S: by } },
});

/** When the next place is free. */
export const readSlots = (item: ItemImage): E.Either<StoreCorrupt, number> => {
  const free = numberIn(item, 'free');
  if ((numberIn(item, 'f') ?? FORMAT + 1) > FORMAT || free === undefined)
    return E.left(corrupt('budget', `expected when a place is free, format ${FORMAT} or older`));
  return E.right(free);
};

/**
 * One write for each time that places are taken: what stands there is known from the last time or, where another process was faster, told by the refusal. What lies
 * too far off is read, and left as it is until nobody moves it on.
 */
export const dynamoDbBudget = ({
  dynamodb,
  clock,
  elapsedMs = () => performance.now(),
  ...tables
}: Deps & { readonly elapsedMs?: () => number }): Budget => {
  const TableName = tables.tableName('deliveries');
  const known = new Map<string, number>();
  const isLeftBehind = leftBehind(elapsedMs);

  const freeAt =
    (credential: string): TE.TaskEither<ReadFailure, number | null> =>
    async () => {
      const got = await TE.tryCatch(
        () => dynamodb.send(new GetItemCommand({ TableName, Key: slotsKey(credential), ConsistentRead: true })),
        toStoreUnavailable('read a budget'),
      )();
      if (E.isLeft(got)) return got;
      return got.right.Item === undefined ? E.right(null) : readSlots(got.right.Item);
    };

  return {
    take: (credential, pace, places) => async () => {
      let free: E.Either<ReadFailure, number | null> = E.right(known.get(credential) ?? null);
      let isCurrent = false;
      for (let race = 0; race < MAX_RACES; race++) {
        if (E.isLeft(free)) return E.left(unavailable(free.left));
        const wanted = { places, now: clock() };
        const near = nextSlots(free.right, pace, wanted);
        if (near === null && !isCurrent) {
          [free, isCurrent] = [await freeAt(credential)(), true];
          continue;
        }
        if (near === null && free.right !== null && !isLeftBehind(credential, free.right, pace)) return E.right([]);
        const slots = near ?? slotsAnew(pace, wanted);
        const written = await writeAll(dynamodb, 'take from a budget', [
          {
            Put: {
              TableName,
              Item: slotsItem({ credential, free: slots.free, by: randomUUID() }),
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
              ...(free.right === null
                ? { ConditionExpression: 'attribute_not_exists(p)' }
                : {
                    ConditionExpression: '#free = :free',
                    ExpressionAttributeNames: namesOf('free'),
                    ExpressionAttributeValues: { ':free': number(free.right) },
                  }),
            },
          },
        ]);
        if (E.isRight(written)) {
          known.set(credential, slots.free);
          return E.right(slots.places);
        }
        if (written.left.type !== 'ConditionsFailed') return E.left(unavailable(written.left));
        const [found = null] = written.left.found;
        free = found === null ? await freeAt(credential)() : readSlots(found);
        isCurrent = true;
      }
      return E.left({
        type: 'StoreUnavailable',
        operation: 'take from a budget',
        reason: 'others were faster each time',
      });
    },
  };
};

/** A put where the name is not there, or its time is over: DynamoDB removes it some days later. Only a hash of the name is kept. */
export const dynamoDbOnce =
  ({ dynamodb, clock, ...tables }: Deps): Once =>
  (name, forMs) =>
  async () => {
    const now = clock();
    const written = await writeAll(dynamodb, 'remember a name', [
      {
        Put: {
          TableName: tables.tableName('deliveries'),
          Item: {
            p: { S: `once#${createHash('sha256').update(name).digest('base64url')}` },
            ...{ s: { S: 'once' }, f: number(FORMAT), by: { S: randomUUID() } },
            ...{ until: number(now + forMs), expiresAt: number(Math.ceil((now + forMs) / 1_000)) },
          },
          ConditionExpression: 'attribute_not_exists(p) OR #until <= :now',
          ExpressionAttributeNames: namesOf('until'),
          ExpressionAttributeValues: { ':now': number(now) },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ]);
    if (E.isRight(written)) return E.right(true);
    return written.left.type === 'ConditionsFailed' ? E.right(false) : E.left(unavailable(written.left));
  };

const unavailable = (failure: Parameters<typeof failureText>[0]): StoreUnavailable =>
  failure.type === 'StoreUnavailable'
    ? failure
    : { type: 'StoreUnavailable', operation: 'write a budget', reason: failureText(failure) };
