import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTables } from '#adapters/dynamodb/createTables.ts';
import { numberIn } from '#adapters/dynamodb/item.ts';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { tableNames } from '#adapters/tableNames.ts';
import { type TableDeclaration, type TableName, tablesVariable, topology } from '#adapters/topology.ts';
import { ingest, memberKeyId } from '#domain/index.ts';
import { got } from '#test/contract/given.ts';
import { readAwsCommand } from '#test/support/awsCommand.ts';
import { carried } from '#test/support/carried.ts';
import { freshTables, type TestDynamoDb } from '#test/support/dynamodb.ts';
import { observationsOf } from '#test/support/observe.ts';
import { guideCommands, guidePart } from '#test/support/operatingGuide.ts';
import { fold, type Process, processOf, settleTime, type World } from '#test/support/processes.ts';
import { itemsOf, putItems, type StoreItem } from '#test/support/storeItems.ts';
import { knownPart, todayIn, truth } from '#test/support/truth.ts';
import type { WireItem } from '#test/support/wire.ts';
import { playedToday } from './today.ts';

/** Items by table, as of an instant. */
type Snapshot = Readonly<Record<string, readonly StoreItem[]>>;

/** The guide's own commands, in its order, on tables of this test. Which were done. */
const asWritten = async (part: string, database: TestDynamoDb, snapshot: Snapshot): Promise<readonly string[]> => {
  const done: string[] = [];
  for (const command of guideCommands('aws', guidePart(part))) {
    const seconds = `${Math.floor(Date.now() / 1000)}`;
    const line = command.replaceAll('billfold-', `${database.prefix}-`).replace('SECONDS', seconds);
    const { operation, input } = readAwsCommand(line);
    if (operation === 'RestoreTableToPointInTime') await restore(database, snapshot, input as Restore);
    else if (RUN_HERE.has(operation)) await database.dynamodb.send(commandOf(operation, input));
    else continue;
    done.push(operation);
  }
  return done;
};
type Restore = { readonly SourceTableName: string; readonly TargetTableName: string };

/** What the API of a laptop cannot do, done in its place: a restore gives the items of that instant, in a table without a stream. */
const restore = async (
  { dynamodb: client, prefix }: TestDynamoDb,
  snapshot: Snapshot,
  { SourceTableName: from, TargetTableName: to }: Restore,
): Promise<void> => {
  const name = from.slice(prefix.length + 1) as TableName;
  const withoutStream = { ...topology.tables[name], stream: null };
  await createTables({ dynamodb: client })(prefix, { [to.slice(prefix.length + 1)]: withoutStream });
  await putItems(client, to, snapshot[name] ?? []);
};

/** What neither changes a table nor exists on a laptop is held against the model alone. */
const RUN_HERE = new Set([
  'UpdateTable',
  'CreateTable',
  'DescribeTable',
  'UpdateItem',
  'DeleteItem',
  'UpdateTimeToLive',
]);
const commandOf = (operation: string, input: object) => {
  const Command = (dynamodb as unknown as Record<string, new (input: object) => dynamodb.DescribeTableCommand>)[
    `${operation}Command`
  ];
  if (Command === undefined) throw new Error(`no ${operation}Command`);
  return new Command(input);
};

const shapeOf = async ({ dynamodb: client }: TestDynamoDb, TableName: string) => {
  const { Table } = await client.send(new dynamodb.DescribeTableCommand({ TableName }));
  const byName = (a: dynamodb.AttributeDefinition, b: dynamodb.AttributeDefinition) =>
    (a.AttributeName ?? '').localeCompare(b.AttributeName ?? '');
  return {
    keys: Table?.KeySchema,
    attributes: Table?.AttributeDefinitions?.toSorted(byName),
    indexes: Table?.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
      IndexName,
      KeySchema,
      Projection,
    })),
    stream: Table?.StreamSpecification,
  };
};

/** Takes it in, a few at a time, and folds what comes of that. */
const handle = async (
  database: TestDynamoDb,
  events: string,
  by: Process,
  items: readonly WireItem[],
): Promise<void> => {
  let done = (await carried(database, events)).length;
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const observations = items.slice(from, from + AT_ONCE).flatMap((item) => observationsOf(item));
    const { outcomes } = await ingest(by.services.ingest)(observations)();
    expect(outcomes.filter(({ type }) => type !== 'done')).toEqual([]);
    const all = await carried(database, events);
    expect(await fold(by, all.slice(done))).toEqual([]);
    done = all.length;
  }
  await settleTime(by);
};
const AT_ONCE = 5;

const revisionsIn = async (database: TestDynamoDb, views: string) =>
  (await carried(database, views)).flatMap(({ dynamodb: { NewImage } }) =>
    NewImage?.changed === undefined ? [] : [[NewImage.p?.S ?? '', numberIn(NewImage, 'revision') ?? 0] as const],
  );

describe('the drill of a restore on AWS', () => {
  test('events and records as of an instant, in other tables, as the guide says: passes come true, revisions go on, the forgotten stay so', async () => {
    const played = playedToday(101);
    const at = (played.org.second + 7200) * 1000;
    const database = await freshTables();
    onTestFinished(() => database.dynamodb.destroy());
    const keys = memoryKeys();
    const world: World = { database, at, keys };
    const before = processOf(world);
    const half = Math.floor(played.feeds.length / 2);
    await handle(database, database.tableName('events'), before, played.feeds.slice(0, half));
    const snapshot: Snapshot = {
      events: await itemsOf(database.dynamodb, database.tableName('events')),
      records: await itemsOf(database.dynamodb, database.tableName('records')),
    };
    await handle(database, database.tableName('events'), before, played.feeds.slice(half));
    const expected = truth(played.org, todayIn(at));
    const [forgotten = ''] = expected.keys();
    expect(E.isRight(await keys.destroy(memberKeyId(forgotten))())).toBe(true);
    const published = await revisionsIn(database, database.tableName('views'));
    expect(published.length).toBeGreaterThan(5);

    const done = await asWritten('A table on AWS: lost, or full of wrong data', database, snapshot);
    expect(done.filter((operation) => operation === 'RestoreTableToPointInTime')).toHaveLength(2);
    for (const table of ['events', 'views', 'records'] as const)
      expect(await shapeOf(database, `${database.tableName(table)}-2`)).toEqual(
        await shapeOf(database, database.tableName(table)),
      );

    const renamed = {
      events: `${database.prefix}-events-2`,
      records: `${database.prefix}-records-2`,
      views: `${database.prefix}-views-2`,
    };
    const tableName = tableNames(database.prefix, { [tablesVariable]: JSON.stringify(renamed) });
    const after = processOf(world, { tableName });
    const replayed = await after.job({ type: 'replay', projection: null, memberId: null, segments: 2 });
    expect(replayed.pushes).toBeGreaterThan(0);
    await settleTime(after);
    await handle(database, renamed.events, after, played.finalLoad);

    for (const [memberId, pass] of expected) {
      const live = knownPart((await got(after.services.views.load(memberId))).pass);
      const holder = memberId === forgotten ? { firstName: null, lastName: null } : pass?.holder;
      expect(live, memberId).toEqual(pass === null ? null : { ...pass, holder });
    }
    const verified = await after.job({ type: 'verify', sample: 1, memberId: null, segments: 2 });
    expect({ drifted: 0, behind: 0, ...verified }).toMatchObject({ members: expected.size, drifted: 0, behind: 0 });
    const seen = Math.max(...published.map(([, revision]) => revision));
    for (const [who, revision] of await revisionsIn(database, renamed.views))
      expect(revision, `${who}`).toBeGreaterThan(seen);
    expect(new Set((await revisionsIn(database, renamed.views)).map(([who]) => who)).size).toBeGreaterThan(1);
  });

  test('a lost ops table, and passes after it, as the guide says: revisions go on above what was published', async () => {
    const played = playedToday(102);
    const database = await freshTables();
    onTestFinished(() => database.dynamodb.destroy());
    const world: World = { database, at: (played.org.second + 7200) * 1000, keys: memoryKeys() };
    const before = processOf(world);
    await handle(database, database.tableName('events'), before, [...played.feeds, ...played.finalLoad]);
    const seen = Math.max(
      ...(await revisionsIn(database, database.tableName('views'))).map(([, revision]) => revision),
    );
    expect(seen).toBeGreaterThan(2);

    expect(await asWritten('The table ops on AWS, lost', database, {})).toContain('UpdateItem');
    expect(await shapeOf(database, `${database.tableName('ops')}-2`)).toEqual(
      await shapeOf(database, database.tableName('ops')),
    );
    await createTables(database)(database.prefix, { 'views-2': topology.tables.views });
    const renamed = { ops: `${database.prefix}-ops-2`, views: `${database.prefix}-views-2` };
    const tableName = tableNames(database.prefix, { [tablesVariable]: JSON.stringify(renamed) });
    const after = processOf(world, { tableName });
    await after.job({ type: 'replay', projection: null, memberId: null, segments: 2 });
    await settleTime(after);
    for (const [memberId, pass] of truth(played.org, todayIn(world.at)))
      expect(knownPart((await got(after.services.views.load(memberId))).pass), memberId).toEqual(pass);
    const revisions = (await revisionsIn(database, renamed.views)).map(([, revision]) => revision);
    expect(revisions.length).toBeGreaterThan(0);
    expect(Math.min(...revisions)).toBeGreaterThan(seen);
  });

  test.each([
    ['The table deliveries on AWS, lost', ['deliveries']],
    ['The table keys on AWS, lost', ['keys', 'records', 'events']],
  ] as const)('%s: what is made by hand is what was there', async (part, tables) => {
    const database = await freshTables();
    onTestFinished(() => database.dynamodb.destroy());
    await asWritten(part, database, {});
    for (const table of tables) {
      const made = `${database.tableName(table)}-2`;
      expect(await shapeOf(database, made), table).toEqual(await shapeOf(database, database.tableName(table)));
      const timeToLive = await database.dynamodb.send(new dynamodb.DescribeTimeToLiveCommand({ TableName: made }));
      const declared: TableDeclaration = topology.tables[table];
      expect(timeToLive.TimeToLiveDescription?.AttributeName, table).toBe(declared.timeToLive);
    }
  });
});
