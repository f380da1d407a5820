import { inflateRawSync } from 'node:zlib';
import { DeleteItemCommand, PutItemCommand, ScanCommand, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { commitFromItem } from '#adapters/dynamodb/eventItem.ts';
import { type Item, itemBytes } from '#adapters/dynamodb/item.ts';
import { type DomainEvent, emptyHead, memberStream } from '#domain/index.ts';
import { appendOf, at, bought, enrolled, got, refused, renamed, stream } from '#test/contract/given.ts';
import { freshStores, type TestStores } from '#test/support/dynamodbStores.ts';
import { failTimes, loseAnswer } from '#test/support/faults.ts';

const open = () => freshStores(() => at);

const itemsOf = async ({ database }: TestStores): Promise<readonly Item[]> =>
  (await database.dynamodb.send(new ScanCommand({ TableName: database.tableName('events') }))).Items ?? [];

/** Puts a changed copy of the stream's first item in its place. */
const tamper = async (stores: TestStores, change: (item: Item) => Item): Promise<void> => {
  const [item] = await itemsOf(stores);
  const { dynamodb, tableName } = stores.database;
  await dynamodb.send(new PutItemCommand({ TableName: tableName('events'), Item: change(item!) }));
};

test('a hole in a stream fails closed, wherever it is', async () => {
  const stores = await open();
  let head = emptyHead(stream);
  for (const id of ['1', '2', '3', '4']) head = await got(stores.events.append(appendOf([bought(id)], head)));
  const { dynamodb, tableName } = stores.database;
  const remove = (version: number) =>
    dynamodb.send(
      new DeleteItemCommand({ TableName: tableName('events'), Key: { p: { S: stream }, v: { N: String(version) } } }),
    );

  await remove(3);
  for (const range of [{}, { from: 2 }, { from: 3 }, { to: 4 }])
    expect(await refused(stores.events.load(stream, range))).toMatchObject({
      type: 'StoreCorrupt',
      where: `${stream}@3`,
    });
  expect((await refused(stores.events.loadBackward(stream, 3))).type).toBe('StoreCorrupt');
  expect(await got(stores.events.load(stream, { from: 4 }))).toHaveLength(1);

  await remove(1);
  expect(await refused(stores.events.load(stream))).toMatchObject({ where: `${stream}@1` });
  expect((await refused(stores.events.loadBackward(stream, 10))).type).toBe('StoreCorrupt');
});

test('personal facts are nowhere in what is stored, and there again when loaded', async () => {
  const stores = await open();
  const events = [
    enrolled('Canary'),
    renamed('Canary', 'Canary2'),
    ...Array.from({ length: 40 }, (_, i) => bought(`${i}`)),
  ];
  await got(stores.events.append(appendOf(events)));
  const [item] = await itemsOf(stores);
  expect(item?.z?.B).toBeDefined();
  const raw = Buffer.from(JSON.stringify(item));
  for (const bytes of [raw, inflateRawSync(item!.z!.B!), Buffer.from(item!.s!.B!)])
    for (const word of ['Canary', 'Roth']) expect(bytes.includes(word)).toBe(false);
  expect((await got(stores.events.load(stream)))[0]?.events).toEqual(events);
});

test.each([1, 200, 400])('an append of %i events is one request, and a write unit for each KB begun', async (count) => {
  const stores = await open();
  const events = Array.from({ length: count }, (_, index) =>
    index % 10 === 9 ? renamed('Zoë', `Ü${index}`) : bought(`${index}`),
  );
  stores.meter.reset();
  await got(stores.events.append(appendOf(events)));
  const used = stores.meter.read();
  const [item] = await itemsOf(stores);
  expect(used).toEqual({ requests: { PutItem: 1 }, readUnits: 0, writeUnits: Math.ceil(itemBytes(item!) / 1024) });
  expect(used.writeUnits > 1).toBe(count > 1);
});

test('an append that was carried out but not answered is not told as a conflict', async () => {
  const stores = await open();
  loseAnswer(stores.database.dynamodb, 'PutItem');
  const head = await got(stores.events.append(appendOf([enrolled('Zoë')])));
  expect(head.version).toBe(1);
  expect(await got(stores.events.load(stream))).toHaveLength(1);
  expect(stores.meter.read().requests).toMatchObject({ PutItem: 2 });
});

test('a transaction that was carried out but not answered, and throttled when sent again, is not told as a conflict', async () => {
  const stores = await open();
  const CancellationReasons = [{ Code: 'ThrottlingError' }, { Code: 'None' }];
  const throttled = () =>
    new TransactionCanceledException({ message: 'throttled', $metadata: {}, CancellationReasons });
  loseAnswer(stores.database.dynamodb, 'TransactWriteItems', { times: 1, error: throttled });
  const noise = Array.from({ length: 350_000 }, () => Math.random().toString(36).charAt(3)).join('');
  const head = await got(stores.events.append(appendOf([bought('1', noise), bought('2', noise)])));
  expect(head.version).toBe(2);
  expect(await got(stores.events.load(stream))).toHaveLength(2);
});

test('a conflict with another transaction is tried again, and given up after a few times', async () => {
  const conflict = () => Object.assign(new Error('conflict'), { name: 'TransactionConflictException' });
  const stores = await open();
  failTimes(stores.database.dynamodb, 'PutItem', 3, conflict);
  expect((await got(stores.events.append(appendOf([bought('1')])))).version).toBe(1);
  const others = await open();
  failTimes(others.database.dynamodb, 'PutItem', 6, conflict);
  expect((await refused(others.events.append(appendOf([bought('1')])))).type).toBe('StoreUnavailable');
  expect(await got(others.events.load(stream))).toEqual([]);
});

test('an event that no item can hold is unstorable', async () => {
  const stores = await open();
  const huge = bought('1', Array.from({ length: 900_000 }, () => Math.random().toString(36).charAt(3)).join(''));
  expect((await refused(stores.events.append(appendOf([huge])))).type).toBe('Unstorable');
});

test('a store that does not answer is unavailable, for reads as for writes', async () => {
  const stores = await open();
  await got(stores.events.append(appendOf([bought('1')])));
  for (const command of ['PutItem', 'Query', 'Scan'])
    failTimes(stores.database.dynamodb, command, 9, () => new Error('connection refused'));
  const { events } = stores;
  const tasks = [
    events.append(appendOf([bought('1')])),
    events.head(stream),
    events.load(stream),
    events.loadBackward(stream, 1),
    events.scan({ segment: 0, segments: 1, cursor: null }),
  ];
  for (const task of tasks) expect(await task()).toMatchObject({ left: { type: 'StoreUnavailable' } });
});

test('what cannot be read says where and what was expected, never what was there', async () => {
  const stores = await open();
  const secret = { ...bought('1'), current: { ...(bought('1') as { current: object }).current, amount: 'secret' } };
  await got(stores.events.append(appendOf([secret as DomainEvent])));
  const [whole] = await itemsOf(stores);
  const reasonWhen = async (change: (text: string) => string, others: Item = {}): Promise<string> => {
    await tamper(stores, () => ({ ...whole!, e: { S: change(whole!.e!.S!) }, ...others }));
    const failure = await refused(stores.events.load(stream));
    expect(failure).toMatchObject({ type: 'StoreCorrupt', where: `${stream}@1` });
    expect(JSON.stringify(failure)).not.toContain('secret');
    return 'reason' in failure ? failure.reason : '';
  };
  const same = (text: string): string => text;
  expect(await reasonWhen((text) => text.replace('"secret"', '["secret"]'))).toBe(
    'event 0: current.amount: expected (string | null)',
  );
  expect(await reasonWhen((text) => text.replace('"pr"', '"PurchaseDreamt"'))).toBe(
    'event 0: type: expected a known event type',
  );
  expect(await reasonWhen((text) => text.replace('"pr"', '"constructor"'))).toContain('known event type');
  expect(await reasonWhen((text) => text.slice(0, 40))).toBe('events: expected a JSON list');
  expect(await reasonWhen(same, { f: { N: '3' } })).toBe('expected format 2 or older');
  expect(await reasonWhen(same, { n: { N: '2' } })).toBe('expected as many events as it says');
  expect(await reasonWhen((text) => text.replace('"e-1"', '{}'))).toContain('origin');
});

test('a seal that was moved to another stream does not open', async () => {
  const stores = await open();
  await got(stores.events.append(appendOf([enrolled('Zoë')])));
  const other = memberStream('003-other');
  await tamper(stores, (item) => ({ ...item, p: { S: other } }));
  expect(await refused(stores.events.load(other))).toMatchObject({
    type: 'StoreCorrupt',
    reason: 'its seal does not open',
  });
});

test('a commit is read from a stream image as it is, and as a pipe renders it', async () => {
  const stores = await open();
  await got(stores.events.append(appendOf([enrolled('Zoë'), ...Array.from({ length: 40 }, (_, i) => bought(`${i}`))])));
  const [commit] = await got(stores.events.load(stream));
  const [item] = await itemsOf(stores);
  const asJson = Object.fromEntries(
    Object.entries(item!).map(([name, { S, N, B }]) => [
      name,
      B === undefined ? { S, N } : { B: Buffer.from(B).toString('base64') },
    ]),
  );
  expect(await got(commitFromItem(stores)(item!))).toEqual(commit);
  expect(await got(commitFromItem(stores)(asJson))).toEqual(commit);
});

test('the bulk lane is marked, the live lane is not: a filter may ask for it', async () => {
  const stores = await open();
  await got(stores.events.append({ ...appendOf([bought('1')]), lane: 'bulk' }));
  expect((await itemsOf(stores))[0]?.l).toEqual({ S: 'bulk' });
});
