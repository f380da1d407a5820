import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { dynamoLastSeen } from '#adapters/consumer/dynamoLastSeen.ts';
import { type LastSeen, memoryLastSeen } from '#adapters/consumer/lastSeen.ts';
import { meterOn } from '#adapters/dynamodb/client.ts';
import type { TableDeclaration } from '#adapters/topology.ts';
import { lastSeenContract } from '#test/contract/lastSeen.ts';
import { freshTables } from '#test/support/dynamodb.ts';
import { loseAnswer } from '#test/support/faults.ts';

const marks: TableDeclaration = {
  partitionKey: { name: 'p', type: 'S' },
  sortKey: null,
  stream: null,
  indexes: [],
  pointInTimeRecovery: false,
};

const open = async (now: () => number = Date.now) => {
  const database = await freshTables({ marks });
  const tableName = database.tableName('marks');
  const { dynamodb } = database;
  const lastSeen = dynamoLastSeen({ dynamodb, tableName, consumer: 'crm', leaseMs: 1_000, now });
  return { dynamodb, tableName, lastSeen };
};
const pass = (mark: number) => ({ key: 'a', mark, forgettable: false });
const go = async (lastSeen: LastSeen, mark: number) => {
  const turn = await lastSeen.begin(pass(mark));
  return turn.type === 'Go' ? turn : expect.unreachable(turn.type);
};

lastSeenContract('DynamoDB', async () => (await open()).lastSeen);

describe('in DynamoDB', () => {
  test('consumers that share a table know nothing of each other', async () => {
    const { dynamodb, tableName, lastSeen } = await open();
    await (await go(lastSeen, 5)).done();
    await (await go(dynamoLastSeen({ dynamodb, tableName, consumer: 'mail' }), 5)).done();
  });

  test('a lost answer is not told as somebody else’s turn', async () => {
    const { dynamodb, lastSeen } = await open();
    loseAnswer(dynamodb, 'UpdateItem');
    await go(lastSeen, 5);
  });

  test('a lost answer is not told as a lost lease', async () => {
    const { dynamodb, lastSeen } = await open();
    const turn = await go(lastSeen, 5);
    loseAnswer(dynamodb, 'UpdateItem');
    await turn.done();
    expect(await lastSeen.begin(pass(5))).toEqual({ type: 'Seen' });
  });

  test('a holder that died holds its key no longer than its lease', async () => {
    let now = 1_000_000;
    const { lastSeen } = await open(() => now);
    await go(lastSeen, 5);
    now += 1_000;
    expect(await lastSeen.begin(pass(5))).toEqual({ type: 'Busy' });
    now += 1;
    await (await go(lastSeen, 5)).done();
  });

  test('nor does one that took it by a clock that was days ahead', async () => {
    let now = 1_000_000 + 9 * 86_400_000;
    const { lastSeen } = await open(() => now);
    await go(lastSeen, 5);
    now = 1_000_000;
    await (await go(lastSeen, 5)).done();
  });

  test('an effect that outlived its lease is told so, unless a newer one was done: the mark never goes down', async () => {
    let now = 1_000_000;
    const { lastSeen } = await open(() => now);
    const slow = await go(lastSeen, 5);
    now += 1_001;
    const other = await go(lastSeen, 6);
    await expect(slow.done()).rejects.toThrow('longer than its lease');
    await other.done();
    await slow.done();
    expect(await lastSeen.begin(pass(6))).toEqual({ type: 'Seen' });
  });

  test('the mark of an event expires some day, that of a member never', async () => {
    const { dynamodb, tableName, lastSeen } = await open(() => 1_000_000);
    await (await go(lastSeen, 5)).done();
    const turn = await lastSeen.begin({ key: 'e', mark: 1, forgettable: true });
    if (turn.type === 'Go') await turn.done();
    const item = async (key: string) =>
      (await dynamodb.send(new GetItemCommand({ TableName: tableName, Key: { p: { S: `crm#${key}` } } }))).Item;
    expect(await item('a')).toEqual({ p: { S: 'crm#a' }, m: { N: '5' } });
    expect(await item('e')).toEqual({ p: { S: 'crm#e' }, m: { N: '1' }, expires: { N: String(1_000 + 16 * 86_400) } });
  });

  test('costs two writes, and one for what was seen', async () => {
    const { dynamodb, lastSeen } = await open();
    const meter = meterOn(dynamodb);
    await (await go(lastSeen, 5)).done();
    expect(meter.read().requests).toEqual({ UpdateItem: 2 });
    await lastSeen.begin(pass(5));
    expect(meter.read().requests).toEqual({ UpdateItem: 3 });
  });

  test('what fails is told as a failure', async () => {
    const { dynamodb } = await open();
    await expect(dynamoLastSeen({ dynamodb, tableName: 'nowhere', consumer: 'crm' }).begin(pass(1))).rejects.toThrow();
    expect(await memoryLastSeen().begin(pass(1))).toMatchObject({ type: 'Go' });
  });
});
