import { DeleteItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as O from 'fp-ts/lib/Option.js';
import { expect, test } from 'vitest';
import { adoptWaiting } from '#adapters/dynamodb/adoptWaiting.ts';
import { dynamoDbBudget, dynamoDbOnce } from '#adapters/dynamodb/budget.ts';
import { carriedRevisions } from '#adapters/dynamodb/carriedRevisions.ts';
import { placeKey } from '#adapters/dynamodb/deliveryItem.ts';
import { dynamoDbDeliveryStore } from '#adapters/dynamodb/deliveryStore.ts';
import { dynamoDbRegistrations } from '#adapters/dynamodb/registrations.ts';
import { eventOf, foreignOf, keyOf } from '#test/contract/deliveryStore.ts';
import { at, got, memberId, refused } from '#test/contract/given.ts';
import { freshTables } from '#test/support/dynamodb.ts';
import { failTimes, loseAnswer } from '#test/support/faults.ts';
import { releasedItem } from '#test/support/releasedDelivery.ts';

const apple = keyOf('apple');
const delivered = { verdict: { type: 'Delivered' }, revision: 1, steps: [], progress: null } as const;

const open = async () => {
  const database = await freshTables();
  const clock = { now: at };
  const deps = {
    ...{ ...database, clock: () => clock.now },
    route: ({ pass }: { readonly pass: unknown }) => (pass === null ? ['shop'] : ['apple', 'google']),
  };
  const put = (Item: PutItemCommand['input']['Item']) =>
    database.dynamodb.send(new PutItemCommand({ TableName: database.tableName('deliveries'), Item }));
  const indexed = async (bucket: string) => {
    const query = new QueryCommand({
      ...{ TableName: database.tableName('deliveries'), IndexName: 'waiting' },
      ...{ KeyConditionExpression: '#b = :b', ExpressionAttributeNames: { '#b': 'bucket' } },
      ExpressionAttributeValues: { ':b': { S: bucket } },
    });
    return (await database.dynamodb.send(query)).Items ?? [];
  };
  return { database, clock, deps, store: dynamoDbDeliveryStore(deps), put, indexed };
};

test('what waited before there were cards is taken over once, and leaves the index', async () => {
  const { deps, store, put, indexed } = await open();
  const content = JSON.stringify({ data: { data: { changed: ['spend'] } } });
  const waited = [eventOf(1), eventOf(3, { content }), eventOf(2), eventOf(1, { memberId: 'm-2', lane: 'bulk' })];
  for (const event of [...waited, foreignOf('o-1')]) await put(releasedItem(event, at - 5));
  await store.accept([eventOf(9, { memberId: 'm-2' })]);
  expect(await got(adoptWaiting({ ...deps, ...store }))).toBe(5);
  expect(await got(store.due('apple', 'live', 9))).toHaveLength(2);
  expect(await got(store.card(memberId))).toMatchObject(O.some({ revision: 3, changed: ['spend'] }));
  expect(await got(store.card('m-2'))).toMatchObject(O.some({ revision: 9 }));
  expect(await got(store.due('shop', 'live', 9))).toHaveLength(1);
  for (const bucket of [0, 1, 2, 3])
    for (const lane of ['live', 'bulk']) expect(await indexed(`${lane}#${bucket}`)).toEqual([]);
  expect(await store.accept([foreignOf('o-1')])).toEqual(['Duplicate']);
  expect(await got(adoptWaiting({ ...deps, ...store }))).toBe(0);
});

test.each(['UpdateItem', 'PutItem'])(
  'an answer that gets lost on %s is no lost claim and no lost settlement',
  async (command) => {
    const { database, store } = await open();
    await store.accept([eventOf(1)]);
    loseAnswer(database.dynamodb, command);
    const claimed = await got(store.claim(apple, 1_000));
    if (O.isNone(claimed)) return expect.unreachable('the claim is ours');
    expect(await got(store.settle(claimed.value, delivered))).toBe('Settled');
    expect(await got(store.due('apple', 'live', 1))).toEqual([]);
  },
);

test('an answer that gets lost while events are taken in is told as accepted', async () => {
  const { database, store } = await open();
  loseAnswer(database.dynamodb, 'TransactWriteItems');
  expect(await store.accept([eventOf(1)])).toEqual(['Accepted']);
  expect(await store.accept([eventOf(1)])).toEqual(['Duplicate']);
});

test('what cannot be stored is told as unavailable, all else is accepted', async () => {
  const { database, deps } = await open();
  const reasons: string[] = [];
  const store = dynamoDbDeliveryStore({ ...deps, onUnavailable: (reason) => reasons.push(reason) });
  failTimes(database.dynamodb, 'TransactWriteItems', 1, () => new Error('away'));
  const answers = await store.accept([eventOf(1), foreignOf('a')]);
  expect(answers.toSorted((a, b) => a.localeCompare(b))).toEqual(['Accepted', 'Unavailable']);
  expect(reasons).toHaveLength(1);
  failTimes(database.dynamodb, 'BatchGetItem', 1, () => new Error('away'));
  expect(await store.accept([eventOf(2)])).toEqual(['Unavailable']);
});

test('a claim is settled without a read; one that something crossed is looked at again', async () => {
  const { database, store } = await open();
  await store.accept([eventOf(1)]);
  const claimed = await got(store.claim(apple, 1_000));
  if (O.isNone(claimed)) return expect.unreachable('there is something to claim');
  await store.accept([eventOf(2)]);
  await got(store.nudge(apple, at + 5));
  failTimes(database.dynamodb, 'GetItem', 1, () => new Error('no read is needed'));
  expect(await got(store.settle(claimed.value, delivered))).toBe('Settled');
  expect(await got(store.ofMember(memberId))).toMatchObject([{ state: 'waiting', due: at, done: 1 }, {}]);
});

test('a claim whose card could not be read for a moment is given back: nobody waits until it is over', async () => {
  const { database, store, clock } = await open();
  await store.accept([eventOf(1)]);
  failTimes(database.dynamodb, 'GetItem', 1, () => new Error('away'));
  expect(await refused(store.claim(apple, 200_000))).toMatchObject({ type: 'StoreUnavailable' });
  clock.now += 1_000;
  expect(await got(store.claim(apple, 200_000))).toMatchObject(O.some({ delivery: { failures: 0, since: at } }));
});

test('a claim that came another way than from this process settles all the same', async () => {
  const { store } = await open();
  await store.accept([eventOf(1)]);
  const claimed = await got(store.claim(apple, 1_000));
  if (O.isNone(claimed)) return expect.unreachable('there is something to claim');
  expect(await got(store.settle(structuredClone(claimed.value), delivered))).toBe('Settled');
});

test('a delivery whose event has expired is given up; one whose card is gone is corrupt', async () => {
  const { database, store } = await open();
  await store.accept([eventOf(1), foreignOf('o-1')]);
  const [key = apple] = await got(store.due('shop', 'live', 1));
  const TableName = database.tableName('deliveries');
  for (const Key of [
    { p: { S: 'event#o-1' }, s: { S: 'shop' } },
    { p: { S: `member#${memberId}` }, s: { S: 'card' } },
  ])
    await database.dynamodb.send(new DeleteItemCommand({ TableName, Key }));
  expect(await got(store.claim(key, 1_000))).toEqual(O.none);
  expect(await got(store.list('shop', 'dead', { limit: 9, next: null }))).toMatchObject({
    deliveries: [{ state: 'dead', reason: 'its event has expired' }],
  });
  expect(await refused(store.claim(apple, 1_000))).toMatchObject({ type: 'StoreCorrupt', where: 'delivery' });
});

test('what a newer version wrote is not understood, and said to be so, without its values', async () => {
  const { database, store } = await open();
  await store.accept([eventOf(1)]);
  const TableName = database.tableName('deliveries');
  const newer = (Key: PutItemCommand['input']['Item']) =>
    database.dynamodb.send(
      new UpdateItemCommand({
        ...{ TableName, Key, UpdateExpression: 'SET f = :f', ExpressionAttributeValues: { ':f': { N: '2' } } },
      }),
    );
  await newer(placeKey(apple));
  const corrupt = { type: 'StoreCorrupt', reason: 'expected format 1 or older' };
  expect(await refused(store.ofMember(memberId))).toEqual({ ...corrupt, where: 'delivery' });
  expect(await refused(store.list('apple', 'waiting', { limit: 9, next: null }))).toMatchObject(corrupt);
  expect(await refused(store.claim(apple, 1_000))).toMatchObject(corrupt);
  expect(await store.accept([eventOf(2)])).toEqual(['Unavailable']);
  await newer({ p: { S: `member#${memberId}` }, s: { S: 'card' } });
  expect(await refused(store.card(memberId))).toEqual({ ...corrupt, where: 'card' });
});

test('a place in a list that cannot be read begins anew', async () => {
  const { store } = await open();
  await store.accept([eventOf(1)]);
  for (const next of ['x', Buffer.from('{"bucket":-1,"after":null}').toString('base64url')])
    expect((await got(store.list('apple', 'waiting', { limit: 9, next }))).deliveries).toHaveLength(1);
});

test('an answer that gets lost takes no places twice, and says a name as the first', async () => {
  const { database, deps } = await open();
  const budget = dynamoDbBudget(deps);
  loseAnswer(database.dynamodb, 'PutItem');
  expect(await got(budget.take('apple', { perSecond: 1, burst: 0 }, 1))).toEqual([at]);
  expect(await got(budget.take('apple', { perSecond: 1, burst: 0 }, 1))).toEqual([at + 1_000]);
  const other = await open();
  loseAnswer(other.database.dynamodb, 'PutItem');
  expect(await got(dynamoDbOnce(other.deps)('a', 5))).toBe(true);
});

test('two devices that register at once are both there, and a pass registered twice at once is known once', async () => {
  const { deps } = await open();
  const { register, ofMember } = dynamoDbRegistrations(deps);
  const of = (deviceId: string) => ({ deviceId, memberId, pushToken: 't' });
  const answers = await Promise.all(['a', 'b', 'a'].map((deviceId) => got(register(of(deviceId)))));
  expect(answers.toSorted((a, b) => a.localeCompare(b))).toEqual(['Known', 'Registered', 'Registered']);
  expect(await got(ofMember(memberId))).toHaveLength(2);
});

test('what the middleware took in of whom is told; nothing, where it never took in anything', async () => {
  const { database, store } = await open();
  expect(await got(carriedRevisions(database)([memberId]))).toBeNull();
  await store.accept([eventOf(7), foreignOf('a')]);
  const carried = carriedRevisions(database);
  expect(await got(carried([memberId, 'nobody']))).toEqual(new Map([[memberId, 7]]));
  await store.accept([eventOf(8)]);
  expect(await got(carried([memberId]))).toEqual(new Map([[memberId, 8]]));
});
