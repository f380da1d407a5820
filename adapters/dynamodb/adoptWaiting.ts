import { QueryCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure, StoreUnavailable } from '#domain/index.ts';
import type { AcceptedEvent, Lane } from '../delivery/acceptedEvent.ts';
import type { DeliveryStore } from '../delivery/deliveryStore.ts';
import type { AcceptDeps } from './acceptEvents.ts';
import { eventKey, readEvent } from './acceptedItem.ts';
import { batchGet } from './batch.ts';
import { toStoreUnavailable } from './client.ts';
import type { Item } from './item.ts';
import { wantUpdate } from './placeUpdates.ts';
import { namesOf, updateItem, writeAll } from './write.ts';

export type AdoptDeps = AcceptDeps & Pick<DeliveryStore, 'accept'>;

const PAGE = 100;
const BUCKETS: readonly string[] = (['live', 'bulk'] satisfies readonly Lane[]).flatMap((lane) =>
  Array.from({ length: 4 }, (_, bucket) => `${lane}#${bucket}`),
);

/**
 * What waited before there were cards and deliveries lies in the index itself: taken in once more, then taken off. Killed in between, it is a duplicate the
 * next time. How many; once there are none it costs eight queries.
 */
export const adoptWaiting =
  (deps: AdoptDeps): TE.TaskEither<ReadFailure, number> =>
  async () => {
    let adopted = 0;
    for (const bucket of BUCKETS)
      for (;;) {
        const items = await waitingIn(deps, bucket)();
        if (E.isLeft(items)) return items;
        if (items.right.length === 0) break;
        const events = E.traverseArray(readEvent)(items.right);
        if (E.isLeft(events)) return events;
        const taken = await adopt(deps, events.right);
        if (E.isLeft(taken)) return taken;
        adopted += items.right.length;
      }
    return E.right(adopted);
  };

const waitingIn = (
  { dynamodb, tableName }: AdoptDeps,
  bucket: string,
): TE.TaskEither<StoreUnavailable, readonly Item[]> =>
  TE.tryCatch(async () => {
    const { Items = [] } = await dynamodb.send(
      new QueryCommand({
        ...{ TableName: tableName('deliveries'), IndexName: 'waiting', Limit: PAGE },
        KeyConditionExpression: '#bucket = :bucket',
        ExpressionAttributeNames: namesOf('bucket'),
        ExpressionAttributeValues: { ':bucket': { S: bucket } },
      }),
    );
    const keys = Items.map(({ p = { S: '' }, s = { S: '' } }) => ({ p, s }));
    // The index is late: what left it meanwhile has no bucket any more.
    const found = await batchGet(dynamodb, tableName('deliveries'), keys, 'strong');
    return found.filter((item) => item.bucket?.S === bucket);
  }, toStoreUnavailable('read what waited before'));

const adopt = async (deps: AdoptDeps, events: readonly AcceptedEvent[]): Promise<E.Either<StoreUnavailable, void>> => {
  const ofMembers = events.filter(({ pass }) => pass !== null);
  if ((await deps.accept(ofMembers)).includes('Unavailable')) return E.left(notNow);
  for (const event of events) {
    const left = await (event.pass === null ? adoptOther(deps, event) : takeOff(deps, event));
    if (E.isLeft(left)) return left;
  }
  return E.right(undefined);
};
const notNow: StoreUnavailable = { type: 'StoreUnavailable', operation: 'adopt what waited', reason: 'not accepted' };

const offTheIndex = ({ tableName }: AdoptDeps, event: AcceptedEvent) => ({
  TableName: tableName('deliveries'),
  Key: eventKey(event),
  UpdateExpression: 'REMOVE #bucket, #due',
  ConditionExpression: 'attribute_exists(#bucket)',
  ExpressionAttributeNames: namesOf('bucket', 'due'),
});

/** Gone already, or expired meanwhile: so much the better. */
const takeOff = async (deps: AdoptDeps, event: AcceptedEvent): Promise<E.Either<StoreUnavailable, void>> => {
  const left = await updateItem(deps.dynamodb, 'adopt what waited', offTheIndex(deps, event));
  return E.isLeft(left) && left.left.type === 'StoreUnavailable' ? E.left(left.left) : E.right(undefined);
};

/** Its item stays where it is, so its deliveries appear with its leaving the index. */
const adoptOther = async (deps: AdoptDeps, event: AcceptedEvent): Promise<E.Either<StoreUnavailable, void>> => {
  const { source, id, lane } = event;
  const wants = deps.route(event).map((destination) => ({ destination, revision: 1, lane }));
  const now = deps.clock();
  const written = await writeAll(deps.dynamodb, 'adopt what waited', [
    { Update: offTheIndex(deps, event) },
    ...wants.map((want) => wantUpdate(deps.tableName('deliveries'), { type: 'event', source, id }, want, { now })),
  ]);
  if (E.isRight(written) || written.left.type === 'ConditionsFailed') return E.right(undefined);
  return E.left(written.left.type === 'StoreUnavailable' ? written.left : notNow);
};
