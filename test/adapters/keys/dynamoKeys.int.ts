import { GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DynamoKeysDeps, dynamoKeys, KEPT_MS, readOnlyDynamoKeys } from '#adapters/keys/dynamoKeys.ts';
import { seededRandom } from '#adapters/sample/random.ts';
import { got } from '#test/contract/given.ts';
import { keyStoreContract } from '#test/contract/keyStore.ts';
import { freshTables } from '#test/support/dynamodb.ts';
import { allFaults, faultWorld, faultyDynamoDb, noFaults, transparentFaults } from '#test/support/faultyDynamodb.ts';
import { type KmsServer, startKmsServer, wrappingKey } from '#test/support/kmsServer.ts';

let aws: KmsServer;
let kms: KMSClient;
beforeAll(async () => {
  aws = await startKmsServer();
  kms = new KMSClient({
    ...{ endpoint: aws.endpoint, region: 'eu-west-1', maxAttempts: 2 },
    credentials: { accessKeyId: 'anyone', secretAccessKey: 'anything' },
  });
});
afterAll(async () => {
  kms.destroy();
  await aws.stop();
});

/** Tables of its own; each process that is started on them has caches of its own. */
const openTable = async () => {
  const database = await freshTables();
  let now = 1_000_000;
  const deps: DynamoKeysDeps = { ...database, kms, wrappingKey, clock: () => now };
  return {
    database,
    deps,
    start: (others: Partial<DynamoKeysDeps> = {}) => dynamoKeys({ ...deps, ...others }),
    startReader: () => readOnlyDynamoKeys(deps),
    wait: (ms: number) => {
      now += ms;
    },
  };
};

keyStoreContract('DynamoDB and KMS', async () => (await openTable()).start());

let seed = 0;
keyStoreContract('DynamoDB that has to be asked twice, and KMS,', async () => {
  const { database, start } = await openTable();
  return start(faultyDynamoDb(faultWorld(database), seededRandom(++seed), transparentFaults, 12));
});
keyStoreContract('DynamoDB whose refusals do not tell why, and KMS,', async () => {
  const { database, start } = await openTable();
  const rates = { ...noFaults, untold: 0.5, stale: 0.3, unprocessed: 0.5 };
  return start(faultyDynamoDb(faultWorld(database), seededRandom(++seed), rates, 12));
});

const ids = Array.from({ length: 130 }, (_, index) => `member:${index}`);

describe('data keys', () => {
  test('are destroyed although others write at the same time, and are throttled', async () => {
    const { database, start } = await openTable();
    const rates = { ...noFaults, conflict: 0.2, throttled: 0.1 };
    const keys = start(faultyDynamoDb(faultWorld(database), seededRandom(7), rates, 12));
    for (const id of ids.slice(0, 20)) {
      await got(keys.destroy(id));
      expect((await got(start().obtain([id]))).get(id)).toBeNull();
    }
  });

  test('are the same for every process, also for those that make them at the same time', async () => {
    const { start } = await openTable();
    const processes = [start(), start(), start()];
    const asked = await Promise.all(processes.map((keys) => got(keys.obtain(ids))));
    expect(asked[1]).toEqual(asked[0]);
    expect(asked[2]).toEqual(asked[0]);
    expect(await got(start().obtain(ids))).toEqual(asked[0]);
  });

  test('are the same for processes that race over a store that loses, throttles, refuses and lags', async () => {
    for (let round = 0; round < 5; round++) {
      const { database, start } = await openTable();
      const world = faultWorld(database);
      const settled = async () => {
        const keys = start(faultyDynamoDb(world, seededRandom(++seed), { ...allFaults, crash: 0 }, 12));
        for (let tries = 0; tries < 50; tries++) {
          const obtained = await keys.obtain(ids.slice(0, 20))();
          if (E.isRight(obtained)) return obtained.right;
        }
        throw new Error('never obtained');
      };
      const [first, second] = await Promise.all([settled(), settled()]);
      expect(second).toEqual(first);
      expect(await got(start().obtain(ids.slice(0, 20)))).toEqual(first);
    }
  });

  test('are never in the table as they are, and no more than sixteen others wrap them', async () => {
    const { database, start } = await openTable();
    const keys = await got(start().obtain(ids));
    const { Items = [] } = await database.dynamodb.send(new ScanCommand({ TableName: database.tableName('keys') }));
    const stored = Items.map((item) => Buffer.from(item.k?.B ?? []).toString('hex'));
    for (const key of keys.values())
      expect(stored.filter((bytes) => bytes.includes(Buffer.from(key!).toString('hex')))).toEqual([]);
    expect(Items.filter(({ p }) => p?.S?.startsWith('branch#')).length).toBeLessThanOrEqual(16);
  });

  test('open in no other place: the item of one member is worth nothing as that of another', async () => {
    const { database, start } = await openTable();
    await got(start().obtain(['member:1', 'member:2']));
    const TableName = database.tableName('keys');
    const { Item } = await database.dynamodb.send(new GetItemCommand({ TableName, Key: { p: { S: 'key#member:1' } } }));
    await database.dynamodb.send(new PutItemCommand({ TableName, Item: { ...Item, p: { S: 'key#member:2' } } }));
    expect(await start().obtain(['member:2'])()).toMatchObject(
      E.left({ type: 'StoreUnavailable', operation: 'open data key' }),
    );
    expect(E.isRight(await start().obtain(['member:1'])())).toBe(true);
  });

  test('that one process destroyed are gone from every other within two minutes', async () => {
    const { start, startReader, wait } = await openTable();
    const [one, other, reader] = [start(), start(), startReader()];
    const before = await got(other.obtain(['member:1', 'member:2']));
    await got(reader.obtain(['member:1']));
    await got(one.destroy('member:1'));
    expect(KEPT_MS).toBeLessThanOrEqual(120_000);
    wait(KEPT_MS);
    expect((await got(other.obtain(['member:1']))).get('member:1')).toBeNull();
    expect((await got(reader.obtain(['member:1']))).get('member:1')).toBeNull();
    expect(await got(other.obtain(['member:2']))).toEqual(new Map([['member:2', before.get('member:2')]]));
  });

  test('are read by who may only read, and never made: one that is not there reads as destroyed until it is', async () => {
    const { database, start, startReader } = await openTable();
    const reader = startReader();
    expect(await got(reader.obtain(['member:1']))).toEqual(new Map([['member:1', null]]));
    const { Count } = await database.dynamodb.send(new ScanCommand({ TableName: database.tableName('keys') }));
    expect(Count).toBe(0);
    const made = await got(start().obtain(['member:1']));
    expect(await got(reader.obtain(['member:1']))).toEqual(made);
  });

  test('are found by a reader that is sooner than the copies of the table', async () => {
    const { database, deps, start } = await openTable();
    const world = faultWorld(database);
    const stale = faultyDynamoDb(world, seededRandom(++seed), { ...noFaults, stale: 1 });
    const made = await got(start().obtain(['member:1']));
    expect(await got(readOnlyDynamoKeys({ ...deps, ...stale }).obtain(['member:1']))).toEqual(made);
  });
});

describe('KMS', () => {
  test('is asked once for each branch in the life of a process', async () => {
    const { start } = await openTable();
    await got(start().obtain(ids));
    const before = aws.asked.length;
    const keys = start();
    await got(keys.obtain(ids));
    await got(keys.obtain([...ids, 'member:new']));
    expect(aws.asked.slice(before).map(({ operation }) => operation)).toEqual(
      Array.from({ length: 16 }, () => 'Decrypt'),
    );
  });

  test('that fails fails the request, and is asked again by the next', async () => {
    const { start } = await openTable();
    const keys = start();
    aws.fail('AccessDeniedException');
    expect(await keys.obtain(['member:1'])()).toMatchObject(
      E.left({ type: 'StoreUnavailable', reason: expect.stringContaining('AccessDenied') }),
    );
    expect((await got(keys.obtain(['member:1']))).get('member:1')).toHaveLength(32);
  });

  test('whose answer is lost is asked again', async () => {
    const { start } = await openTable();
    aws.fail(null);
    expect((await got(start().obtain(['member:1']))).get('member:1')).toHaveLength(32);
  });
});
