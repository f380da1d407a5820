import { PutItemCommand, ScanCommand, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { memberKeyId, type RecordWrite } from '#domain/index.ts';
import { appendOf, at, contactRecord, enrolled, got, memberId, refused } from '#test/contract/given.ts';
import { freshStores, type TestStores } from '#test/support/dynamodbStores.ts';
import { failTimes, leaveUnprocessed, loseAnswer } from '#test/support/faults.ts';

const open = () => freshStores(() => at);
const contact = contactRecord({ FirstName: 'Canary', MemberNumber__c: 'M-1' });
const write: RecordWrite = { record: contact, replaces: 0, keyId: memberKeyId(memberId) };
const transaction = { records: [write], appends: [appendOf([enrolled('Canary')])] };

const rawRecords = async ({ database }: TestStores) =>
  (await database.dynamodb.send(new ScanCommand({ TableName: database.tableName('records') }))).Items ?? [];

const cancelled =
  (...codes: readonly string[]) =>
  () =>
    new TransactionCanceledException({
      message: 'cancelled',
      $metadata: {},
      CancellationReasons: codes.map((Code) => ({ Code })),
    });

test('personal fields are nowhere in what is stored', async () => {
  const stores = await open();
  await got(stores.records.commit(transaction));
  const [item] = await rawRecords(stores);
  expect(JSON.stringify(item)).not.toContain('Canary');
  expect(Buffer.from(item!.s!.B!).includes('Canary')).toBe(false);
});

test('a transaction that was carried out but not answered is not told as a lost race', async () => {
  const stores = await open();
  loseAnswer(stores.database.dynamodb, 'TransactWriteItems');
  expect(await got(stores.records.commit(transaction))).toMatchObject([{ version: 1 }]);
  expect(stores.meter.read().requests).toMatchObject({ TransactWriteItems: 2 });
  const alone = await open();
  loseAnswer(alone.database.dynamodb, 'PutItem');
  expect(await got(alone.records.commit({ records: [write], appends: [] }))).toEqual([]);
});

test('a conflict with another transaction, and throttling, are tried again', async () => {
  const stores = await open();
  failTimes(stores.database.dynamodb, 'TransactWriteItems', 2, cancelled('None', 'TransactionConflict'));
  expect(await got(stores.records.commit(transaction))).toHaveLength(1);
  const throttled = await open();
  failTimes(throttled.database.dynamodb, 'TransactWriteItems', 2, cancelled('ThrottlingError', 'None'));
  expect(await got(throttled.records.commit(transaction))).toHaveLength(1);
});

test('a store that stays busy is unavailable, and nothing was written', async () => {
  const stores = await open();
  failTimes(stores.database.dynamodb, 'TransactWriteItems', 6, cancelled('TransactionConflict', 'None'));
  expect((await refused(stores.records.commit(transaction))).type).toBe('StoreUnavailable');
  expect(await rawRecords(stores)).toEqual([]);
});

test('what is too large for an item, or too much for a transaction, is unstorable', async () => {
  const stores = await open();
  const noise = Array.from({ length: 900_000 }, () => Math.random().toString(36).charAt(3)).join('');
  const huge = { ...write, record: contactRecord({ MemberNumber__c: noise }) };
  expect((await refused(stores.records.commit({ ...transaction, records: [huge] }))).type).toBe('Unstorable');
  const many = Array.from({ length: 100 }, (_, index) => ({
    ...write,
    record: { ...contact, ref: { object: 'Contact', id: `003-${index}` } },
  }));
  expect((await refused(stores.records.commit({ ...transaction, records: many }))).type).toBe('Unstorable');
  expect(await rawRecords(stores)).toEqual([]);
});

test('a record of a newer format, or with a broken seal, fails closed', async () => {
  const stores = await open();
  await got(stores.records.commit(transaction));
  const [item] = await rawRecords(stores);
  const { dynamodb, tableName } = stores.database;
  for (const change of [{ f: { N: '2' } }, { s: { B: Buffer.alloc(40, 1) } }, { r: { S: '{}' } }]) {
    await dynamodb.send(new PutItemCommand({ TableName: tableName('records'), Item: { ...item!, ...change } }));
    expect(await refused(stores.records.load([contact.ref]))).toMatchObject({
      type: 'StoreCorrupt',
      where: `Contact/${memberId}`,
    });
  }
});

test('a hundred records are read in one request', async () => {
  const stores = await open();
  const refs = Array.from({ length: 100 }, (_, index) => ({ object: 'Order', id: `801-${index}` }));
  stores.meter.reset();
  expect(await got(stores.records.load(refs))).toHaveLength(100);
  expect(stores.meter.read().requests).toEqual({ BatchGetItem: 1 });
});

test('keys that DynamoDB did not get round to are asked for again', async () => {
  const stores = await open();
  await got(stores.records.commit(transaction));
  leaveUnprocessed(stores.database.dynamodb);
  expect(await got(stores.records.load([contact.ref]))).toEqual([{ record: contact, ver: 1 }]);
});
