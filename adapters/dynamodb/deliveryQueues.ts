import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import type { Clock, EpochMs } from '#domain/index.ts';
import type { DeliveryKey } from '../delivery/delivery.ts';
import type { DeliveryStore } from '../delivery/deliveryStore.ts';
import { aheadFrom } from '../delivery/fromAhead.ts';
import { deliveryOf, type Queue } from '../delivery/place.ts';
import { batchGet } from './batch.ts';
import { toStoreUnavailable } from './client.ts';
import { decodedJson } from './decoded.ts';
import { bucketsOf, placeKey, readPlace, readPlaceKey } from './deliveryItem.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { type Item, number, numberIn, textIn } from './item.ts';

type Queues = Pick<DeliveryStore, 'due' | 'ahead' | 'list' | 'waiting'>;

/** Whoever looks at the health does not wait for long. */
const WITHIN_MS = 2_000;
/** How many of each bucket are asked since when they wait. */
const SAMPLE = 10;

/** What the index `waiting` tells: keys alone, a little late. The items say how it is. */
export const deliveryQueues = (deps: DynamoDbTables & { readonly clock: Clock }): Queues => {
  const { dynamodb, clock } = deps;
  const tableName = deps.tableName('deliveries');

  const query = (bucket: string, some: Partial<QueryCommandInput>, until: EpochMs | null = null) =>
    dynamodb.send(
      new QueryCommand({
        ...{ TableName: tableName, IndexName: 'waiting' },
        KeyConditionExpression: until === null ? '#bucket = :bucket' : '#bucket = :bucket AND due <= :until',
        ExpressionAttributeNames: { '#bucket': 'bucket' },
        ExpressionAttributeValues: { ':bucket': { S: bucket }, ...(until !== null && { ':until': number(until) }) },
        ...some,
      }),
      { abortSignal: AbortSignal.timeout(WITHIN_MS) },
    );

  /** Of each bucket the first, the longest due of all before the others. */
  const firstOf = async (
    buckets: readonly string[],
    limit: number,
    until: EpochMs | null,
  ): Promise<readonly Item[]> => {
    const pages = await Promise.all(buckets.map((bucket) => query(bucket, { Limit: limit }, until)));
    return pages.flatMap(({ Items }) => Items ?? []).toSorted((a, b) => Number(a.due?.N) - Number(b.due?.N));
  };
  const countOf = async (buckets: readonly string[]): Promise<number> => {
    const pages = await Promise.all(buckets.map((bucket) => query(bucket, { Select: 'COUNT' })));
    return pages.reduce((sum, { Count }) => sum + (Count ?? 0), 0);
  };
  const oldestIn = async (buckets: readonly string[]): Promise<EpochMs | null> => {
    const keys = (await firstOf(buckets, SAMPLE, null)).map(keyIn);
    const since = (await batchGet(dynamodb, tableName, keys)).flatMap((item) => numberIn(item, 'since') ?? []);
    return since.length === 0 ? null : Math.min(...since);
  };

  return {
    due: (destination, lane, limit) =>
      TE.tryCatch(async () => {
        const queues: readonly Queue[] = lane === 'live' ? ['live'] : ['bulk', 'confirming'];
        const found = await firstOf(
          queues.flatMap((queue) => bucketsOf(destination, queue)),
          limit,
          clock(),
        );
        return keysOf(found).slice(0, limit);
      }, toStoreUnavailable('read what is due')),

    ahead: (destination, limit) =>
      TE.tryCatch(async () => {
        const now = clock();
        const pages = await Promise.all(
          (['live', 'bulk', 'confirming'] as const).flatMap((queue) =>
            bucketsOf(destination, queue).map((bucket) =>
              query(bucket, { ...dueAfter(bucket, aheadFrom(queue, now)), Limit: limit, ScanIndexForward: false }),
            ),
          ),
        );
        const keys = pages.flatMap(({ Items }) => Items ?? []).map(keyIn);
        const items = keys.length === 0 ? [] : await batchGet(dynamodb, tableName, keys, 'strong');
        // What cannot be read is found, and told, where it is claimed.
        const places = items.flatMap((item) => {
          const read = readPlace(item);
          return E.isRight(read) ? [read.right] : [];
        });
        return places
          .filter(({ place }) => place.queue !== null && place.queue !== 'dead')
          .map(({ place }) => deliveryOf(place))
          .filter(({ due, state, lane }) => (due ?? 0) > aheadFrom(state === 'confirming' ? state : lane, now))
          .toSorted((a, b) => (b.due ?? 0) - (a.due ?? 0));
      }, toStoreUnavailable('look for what a clock put off')),

    waiting: (destination) =>
      TE.tryCatch(async () => {
        const [lanes, dead] = [['live', 'bulk'] as const, bucketsOf(destination, 'dead')];
        const [live = [], bulk = []] = lanes.map((lane) => bucketsOf(destination, lane));
        const counts = await Promise.all([live, bulk, dead].map(countOf));
        const [ofLive = 0, ofBulk = 0, ofDead = 0] = counts;
        const oldestSince = ofLive + ofBulk === 0 ? null : await oldestIn([...live, ...bulk]);
        return { live: ofLive, bulk: ofBulk, dead: ofDead, oldestSince };
      }, toStoreUnavailable('count what waits to be delivered')),

    list: (destination, state, { limit, next }) => {
      const queues: readonly Queue[] = state === 'waiting' ? ['live', 'bulk'] : [state];
      const buckets = queues.flatMap((queue) => bucketsOf(destination, queue));
      return async () => {
        const read = await TE.tryCatch(async () => {
          const keys: Item[] = [];
          let at = readCursor(next);
          while (at.bucket < buckets.length && keys.length < limit) {
            const page = await query(buckets[at.bucket] ?? '', {
              Limit: limit - keys.length,
              ...(at.after !== null && { ExclusiveStartKey: startAfter(buckets[at.bucket] ?? '', at.after) }),
            });
            keys.push(...(page.Items ?? []).map(keyIn));
            const last = page.LastEvaluatedKey;
            at = last === undefined ? { bucket: at.bucket + 1, after: null } : { ...at, after: afterOf(last) };
          }
          const items = await batchGet(dynamodb, tableName, keys, 'strong');
          return { items, next: at.bucket < buckets.length ? cursorText(at) : null };
        }, toStoreUnavailable('list deliveries'))();
        if (E.isLeft(read)) return read;
        const places = E.traverseArray(readPlace)(read.right.items);
        if (E.isLeft(places)) return places;
        const deliveries = places.right.map(({ place }) => deliveryOf(place)).filter((one) => one.state === state);
        return E.right({ deliveries, next: read.right.next });
      };
    },
  };
};

const dueAfter = (bucket: string, due: EpochMs): Partial<QueryCommandInput> => ({
  KeyConditionExpression: '#bucket = :bucket AND due > :after',
  ExpressionAttributeValues: { ':bucket': { S: bucket }, ':after': number(due) },
});

const keyIn = ({ p = { S: '' }, s = { S: '' } }: Item): Item => ({ p, s });

/** What moved between two queries may have been seen in both. */
const keysOf = (items: readonly Item[]): readonly DeliveryKey[] => {
  const keys = items.flatMap((item) => readPlaceKey(item) ?? []);
  return [...new Map(keys.map((key) => [JSON.stringify(placeKey(key)), key])).values()];
};

const After = t.tuple([t.string, t.string, t.number]);
type After = t.TypeOf<typeof After>;
const Cursor = t.type({ bucket: t.number, after: t.union([After, t.null]) });
type Cursor = t.TypeOf<typeof Cursor>;

const cursorText = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');
/** What cannot be read begins anew. */
const readCursor = (text: string | null): Cursor => {
  const cursor = decodedJson(Cursor, Buffer.from(text ?? '', 'base64url').toString());
  return E.isRight(cursor) && cursor.right.bucket >= 0 ? cursor.right : { bucket: 0, after: null };
};
const afterOf = (item: Item): After => [textIn(item, 'p') ?? '', textIn(item, 's') ?? '', numberIn(item, 'due') ?? 0];
const startAfter = (bucket: string, [p, s, due]: After): Item => ({
  ...{ bucket: { S: bucket }, due: number(due) },
  ...{ p: { S: p }, s: { S: s } },
});
