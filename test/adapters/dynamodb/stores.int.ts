import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { liveItem } from '#adapters/dynamodb/liveItem.ts';
import { catalogOf } from '#test/contract/catalogStore.ts';
import { at, got, refused } from '#test/contract/given.ts';
import { itemOf } from '#test/contract/quarantineStore.ts';
import { liveOf } from '#test/contract/viewStore.ts';
import { freshStores } from '#test/support/dynamodbStores.ts';
import { loseAnswer } from '#test/support/faults.ts';

const open = () => freshStores(() => at);

test('a scan of LIVE passes by what else lives in the views table', async () => {
  const { database, views } = await open();
  await got(views.replace(liveOf('003-1')));
  const shadow = { ...liveItem(liveOf('003-2')), p: { S: 'shadow-003-2' } };
  await database.dynamodb.send(new PutItemCommand({ TableName: database.tableName('views'), Item: shadow }));
  expect((await got(views.scan(null, 10))).lives.map(({ memberId }) => memberId)).toEqual(['003-1']);
});

test('a LIVE that cannot be read ends a scan, or is passed over and told of', async () => {
  const { database, views } = await open();
  await got(views.replace(liveOf('003-1')));
  const broken = { ...liveItem(liveOf('003-2')), pass: { S: '{' } };
  await database.dynamodb.send(new PutItemCommand({ TableName: database.tableName('views'), Item: broken }));
  expect((await refused(views.scan(null, 10))).type).toBe('StoreCorrupt');
  const told: string[] = [];
  const page = await got(views.scan(null, 10, ({ where }) => told.push(where)));
  expect([page.lives.map(({ memberId }) => memberId), told]).toEqual([['003-1'], ['LIVE of member-003-2']]);
});

test('a LIVE that was replaced but not answered is not told as a lost race', async () => {
  const { database, views } = await open();
  loseAnswer(database.dynamodb, 'PutItem');
  await got(views.replace(liveOf('003-1')));
  expect(await got(views.load('003-1'))).toEqual(liveOf('003-1'));
});

test('a catalog that was replaced but not answered is not told as a lost race', async () => {
  const { database, catalog } = await open();
  loseAnswer(database.dynamodb, 'TransactWriteItems');
  await got(catalog.replace(catalogOf(1)));
  expect(await got(catalog.load())).toEqual(catalogOf(1));
});

test('the content of quarantine is sealed, and lost with its key', async () => {
  const { database, quarantine, keys } = await open();
  await got(quarantine.put([itemOf('a')]));
  const { Items: items = [] } = await database.dynamodb.send(new ScanCommand({ TableName: database.tableName('ops') }));
  expect(Buffer.from(items[0]?.c?.B ?? []).includes('canary')).toBe(false);
  await got(keys.destroy('quarantine'));
  expect(await got(quarantine.get('a'))).toMatchObject({ value: { content: null, reason: itemOf('a').reason } });
});

test('an event of the greatest size that EventBridge takes fits into quarantine', async () => {
  const { quarantine } = await open();
  const content = JSON.stringify({
    detail: Array.from({ length: 20_000 }, (_, index) => `value ${index} of a large event`),
  });
  await got(quarantine.put([{ ...itemOf('a'), content }]));
  expect(await got(quarantine.get('a'))).toMatchObject({ value: { content } });
});
