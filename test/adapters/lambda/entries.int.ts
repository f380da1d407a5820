import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { StreamRecord } from '#adapters/local/streamPort.ts';
import type { FunctionName, TableName } from '#adapters/topology.ts';
import { bundleOf } from '#test/support/bundle.ts';
import { changeOf, contact, contactId, order } from '#test/support/changeEvents.ts';
import { type LambdaAccount, openAccount } from '#test/support/lambdaEntries.ts';
import { contextWith, eventOn, flowEnded, scheduled, snsNotification, sqsEvent } from '#test/support/lambdaEvents.ts';
import { capturePrinted } from '#test/support/printed.ts';

const CANARY = 'Zx9-canary';

let account: LambdaAccount;
let printed: ReturnType<typeof capturePrinted>;
beforeEach(async () => {
  account = await openAccount();
  printed = capturePrinted();
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await account.stop();
});

const context = contextWith();
const itemsIn = async (table: TableName) => {
  const TableName = account.database.tableName(table);
  return (await account.database.dynamodb.send(new ScanCommand({ TableName, ConsistentRead: true }))).Items ?? [];
};
const recordsStored = async () => (await itemsIn('records')).map(({ p }) => p?.S ?? '');
const lines = (): Record<string, unknown>[] =>
  printed
    .text()
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
/** All values of a metric, of every line of it. */
const metric = (name: string): readonly number[] =>
  lines().flatMap((line) => ('_aws' in line && name in line ? [line[name] as number | number[]].flat() : []));
const writes = () =>
  account.dynamodb.touches.filter(({ action }) => /Put|Update|Delete|Write/.test(action)).map(({ table }) => table);

const ingested = async (...bodies: readonly (string | object)[]) => {
  const handler = await account.start('ingest');
  return handler(sqsEvent(...bodies), context);
};
const projected = async (records: unknown) => (await account.start('projector'))(records, context);

describe('ingest', () => {
  test.each<readonly [string, object]>([
    ['from EventBridge', eventOn('ContactChangeEvent', contact(1))],
    [
      'from EventBridge, by Event Relay',
      eventOn('ContactChangeEvent', { payload: contact(1), event: { replayId: 1 } }),
    ],
    ['through SNS', snsNotification(eventOn('ContactChangeEvent', contact(1)))],
    ['through SNS, bare', snsNotification(contact(1))],
    ['bare', contact(1)],
    ['bare, as the Pub/Sub API and CometD have it', { schema: 'abc', payload: contact(1), event: { replayId: 1 } }],
    [
      'as a CometD message',
      { data: { schema: 'abc', payload: contact(1), event: { replayId: 1 } }, channel: '/data/ContactChangeEvent' },
    ],
  ])('takes a change event %s', async (_, body) => {
    expect(await ingested(body)).toEqual({ batchItemFailures: [] });
    expect(await recordsStored()).toEqual([expect.stringContaining(contactId(1))]);
    expect(await itemsIn('ops')).toEqual([]);
    expect(metric('EventsAppended')).toEqual([1]);
  });

  test('delivered again writes nothing, and is answered the same', async () => {
    const batch = [eventOn('ContactChangeEvent', contact(1)), eventOn('OrderChangeEvent', order(1, 1))];
    await ingested(...batch);
    const before = writes().length;
    expect(before).toBeGreaterThan(0);
    expect(await ingested(...batch)).toEqual({ batchItemFailures: [] });
    expect(writes()).toHaveLength(before);
  });

  test('keeps poison aside with its text and goes on with what stands around it', async () => {
    const poison = [
      '',
      '[]',
      `{"${CANARY}`,
      snsNotification(`{"${CANARY}`),
      eventOn(CANARY, { ChangeEventHeader: {} }),
    ];
    const answer = await ingested(contact(1), ...poison, contact(2));
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(await recordsStored()).toHaveLength(2);
    expect(await itemsIn('ops')).toHaveLength(poison.length);
    expect(metric('Quarantined')).toEqual([poison.length]);
    expect(lines().filter(({ message }) => message === 'Quarantined')).toHaveLength(poison.length);
  });

  test('names the messages of which something could not be stored, and no other', async () => {
    const batch = [contact(1), flowEnded, '[]', contact(2)];
    account.dynamodb.refuse((touches) => touches.some(({ table }) => table === account.database.tableName('ops')));
    const answer = await ingested(...batch);
    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['message-1', 'message-2']);
    expect(await recordsStored()).toHaveLength(2);
    account.dynamodb.refuse(null);
    expect(await ingested(...batch)).toEqual({ batchItemFailures: [] });
    expect((await itemsIn('ops')).length).toBeGreaterThan(1);
  });

  test('names every message where records cannot be read at all, and takes them when they come again', async () => {
    account.dynamodb.refuse((touches) => touches.some(({ table }) => table === account.database.tableName('records')));
    expect((await ingested(contact(1), contact(2))).batchItemFailures).toHaveLength(2);
    expect(lines()).toContainEqual(expect.objectContaining({ message: 'IngestRetried', observations: 2 }));
    account.dynamodb.refuse(null);
    expect(await ingested(contact(1), contact(2))).toEqual({ batchItemFailures: [] });
    expect(await recordsStored()).toHaveLength(2);
  });

  test('says how late an event came, and from which request a line is, and nothing of what the event says', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-02T09:58:57Z') });
    await ingested(eventOn('ContactChangeEvent', contact(1, CANARY)), eventOn('OrderChangeEvent', { Status: CANARY }));
    expect(metric('LagMs')).toEqual([2_000, 2_000]);
    expect(lines().find(({ message }) => message === 'Quarantined')).toMatchObject({
      ...{ service: 'ingest', prefix: account.database.prefix, function_request_id: context.awsRequestId },
      ...{ cold_start: true, correlation_id: context.awsRequestId, path: 'detail.ChangeEventHeader' },
    });
    expect(lines().find((line) => '_aws' in line)).toMatchObject({
      ...{ service: 'ingest', prefix: account.database.prefix },
      _aws: { CloudWatchMetrics: [{ Namespace: 'billfold', Dimensions: [['service', 'prefix']] }] },
    });
    expect(printed.text()).not.toContain(CANARY);
  });
});

describe('the projector', () => {
  test('folds what a pipe hands over, sealed facts in base64 among it, and delivered again writes nothing', async () => {
    await ingested(contact(1), order(1, 1), contact(2));
    const records = await account.piped('events');
    expect(JSON.stringify(records)).toContain('{"B":"');
    expect(await projected(records)).toEqual({ batchItemFailures: [] });
    const [live] = (await itemsIn('views')).filter(({ p }) => p?.S?.includes(contactId(1)));
    expect(JSON.stringify(live)).toContain('Ines');
    expect(await itemsIn('views')).toHaveLength(2);
    expect(metric('Folded')).toEqual([records.length]);
    const before = writes().length;
    expect(await projected(records)).toEqual({ batchItemFailures: [] });
    expect(writes()).toHaveLength(before);
  });

  test('also takes what Lambda hands over under Records', async () => {
    await ingested(contact(1));
    await projected({ Records: await account.piped('events') });
    expect(await itemsIn('views')).toHaveLength(1);
  });

  test('names by eventID the records of a member that could not be folded, and folds the others', async () => {
    await ingested(contact(1), contact(2), contact(3));
    const records = await account.piped('events');
    const ofSecond = records.filter(({ dynamodb }) => JSON.stringify(dynamodb.Keys).includes(contactId(2)));
    expect(ofSecond).toHaveLength(1);
    account.dynamodb.refuse(
      (touches, body) => touches.some(({ action }) => action === 'PutItem') && body.includes(contactId(2)),
    );
    expect(await projected(records)).toEqual({ batchItemFailures: [{ itemIdentifier: ofSecond[0]?.eventID }] });
    expect(await itemsIn('views')).toHaveLength(2);
    expect(metric('FoldFailed')).toEqual([1]);
    account.dynamodb.refuse(null);
    expect(await projected(ofSecond)).toEqual({ batchItemFailures: [] });
    expect(await itemsIn('views')).toHaveLength(3);
  });

  test('names a record that it cannot read, and folds the others', async () => {
    await ingested(contact(1), contact(2));
    const [first, ...others] = await account.piped('events');
    const broken = { ...first!, dynamodb: { ...first!.dynamodb, NewImage: { p: { S: 'nothing' } } } };
    expect(await projected([broken, ...others])).toEqual({ batchItemFailures: [{ itemIdentifier: first?.eventID }] });
    expect(await itemsIn('views')).toHaveLength(1);
  });

  test.each([null, {}, [{}], 'text'])('throws where it is handed no records: %j', async (event) => {
    await expect(projected(event)).rejects.toThrow('expected records of a DynamoDB stream');
  });
});

describe('the announcer', () => {
  const announced = async (records: readonly StreamRecord[]) => (await account.start('announcer'))(records, context);

  test('puts every event on the domain bus, at most ten at once, without personal facts', async () => {
    await ingested(...Array.from({ length: 13 }, (_, index) => contact(index)));
    expect(await announced(await account.piped('events'))).toEqual({ batchItemFailures: [] });
    expect(account.bus.taken).toHaveLength(13);
    expect(account.bus.taken[0]).toMatchObject({
      ...{ EventBusName: `${account.database.prefix}-domain`, Source: 'billfold.domain', DetailType: 'MemberEnrolled' },
    });
    expect(JSON.stringify(account.bus.taken)).not.toMatch(/Ines|ines@/);
    expect(metric('Announced')).toEqual([expect.anything(), expect.anything()]);
    expect(writes().filter((table) => table === account.database.tableName('events'))).toHaveLength(13);
  });

  test('names by eventID the commits whose entries the bus goes on refusing, and no other', async () => {
    await ingested(contact(1), contact(2), contact(3));
    const records = await account.piped('events');
    account.bus.refuse(({ Detail }) => Detail.includes(contactId(2)));
    const [second] = records.filter(({ dynamodb }) => JSON.stringify(dynamodb.Keys).includes(contactId(2)));
    expect(await announced(records)).toEqual({ batchItemFailures: [{ itemIdentifier: second?.eventID }] });
    expect(account.bus.taken).toHaveLength(2);
    expect(metric('AnnounceRefused').length).toBeGreaterThan(0);
    expect(lines()).toContainEqual(
      expect.objectContaining({ message: 'AnnounceRefused', code: 'ThrottlingException' }),
    );
  });

  test('names all of them where the bus may not be spoken to', async () => {
    await ingested(contact(1), contact(2));
    const records = await account.piped('events');
    account.bus.fail(...Array.from({ length: 3 }, () => 'AccessDeniedException'));
    expect((await announced(records)).batchItemFailures).toHaveLength(2);
    expect(await announced(records)).toEqual({ batchItemFailures: [] });
  });
});

describe('the enrichment of the publish pipe', () => {
  test('makes a wallet event of every change that shows, and asks nobody for anything', async () => {
    await ingested(contact(1), contact(2));
    await projected(await account.piped('events'));
    const records = await account.piped('views');
    const handler = await account.start('walletEvent');
    const before = account.dynamodb.touches.length;
    const enriched = await handler(records, context);
    expect(enriched).toHaveLength(2);
    expect(enriched.map(({ eventID }) => eventID)).toEqual(records.map(({ eventID }) => eventID));
    expect(enriched[0]).toMatchObject({
      detailType: 'WalletPassIssued',
      detail: { metadata: { revision: 1, traceparent: expect.stringMatching(/^00-/) }, data: { pass: {} } },
    });
    expect(account.dynamodb.touches).toHaveLength(before);
  });

  test('throws where an item cannot be read, so that the pipe tries again', async () => {
    const record = { eventID: '1', dynamodb: { NewImage: { p: { S: 'broken' }, changed: { S: 'tier' } } } };
    const handler = await account.start('walletEvent');
    await expect(handler([record], context)).rejects.toThrow();
  });
});

describe('the clock', () => {
  const ticked = async (remainingMs = 300_000) => (await account.start('clock'))(scheduled, contextWith(remainingMs));
  const inTheYear = (year: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(year, 0, 1) });

  test('wakes who changes by time alone, once', async () => {
    inTheYear(2027);
    await ingested(contact(1), order(1, 1, 750));
    await projected(await account.piped('events'));
    await account.piped('views');
    inTheYear(2028);
    await ticked();
    expect(metric('Woken').at(-1)).toBe(1);
    const [record] = await account.piped('views');
    expect(record?.dynamodb.NewImage).toMatchObject({ changed: { S: expect.stringContaining('tier') } });
    await ticked();
    expect(metric('Woken').at(-1)).toBe(0);
  });

  test('leaves what it has no time for to the next minute', async () => {
    inTheYear(2027);
    await ingested(contact(1), order(1, 1, 750));
    await projected(await account.piped('events'));
    inTheYear(2028);
    await ticked(20_000);
    expect(metric('Woken').at(-1)).toBe(0);
    await ticked();
    expect(metric('Woken').at(-1)).toBe(1);
  });

  test('asks AppFlow for what is stale, once', async () => {
    await account.stop();
    const { retail } = await import('#domain/index.ts');
    account = await openAccount({ ...retail, flows: { 'billfold-orders': 'Order' } });
    account.appFlow.onStart({ body: { executionId: 'run-1', flowStatus: 'Active' } });
    const overflow = changeOf('Order', '000000000000000AAA', {}, { changeType: 'GAP_OVERFLOW' });
    expect(await ingested(eventOn('OrderChangeEvent', overflow))).toEqual({ batchItemFailures: [] });
    await ticked();
    await ticked();
    expect(account.appFlow.asked).toMatchObject([{ path: '/start-flow', body: { flowName: 'billfold-orders' } }]);
    expect(lines()).toContainEqual(expect.objectContaining({ message: 'ReReadStarted', executionId: 'run-1' }));
  });

  test('says what fails, and goes on with the rest', async () => {
    account.dynamodb.refuse((touches) => touches.some(({ table }) => table === account.database.tableName('views')));
    await ticked();
    expect(metric('ClockFailed').length).toBeGreaterThan(0);
    expect(lines()).toContainEqual(expect.objectContaining({ message: 'ClockFailed', where: 'clock' }));
  });
});

describe('a bundle', () => {
  const invoked = async (name: FunctionName, event: unknown): Promise<unknown> => {
    const path = join(dirname(String(account.environment.BILLFOLD_MAPPING)), `${name}.mjs`);
    await writeFile(path, (await bundleOf(name)).code);
    const script = `
      const { handler } = await import(${JSON.stringify(path)});
      const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => 300_000 };
      const answer = await handler(${JSON.stringify(event)}, context);
      process.stdout.write(${JSON.stringify(ANSWER)} + JSON.stringify(answer ?? null));`;
    const env = { ...account.environment, PATH: process.env.PATH };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
    return JSON.parse(stdout.slice(stdout.indexOf(ANSWER) + ANSWER.length));
  };
  const ANSWER = '\nanswer: ';

  test('does what its function does, in a process that has nothing else', { timeout: 60_000 }, async () => {
    expect(await invoked('ingest', sqsEvent(contact(1), order(1, 1, 750)))).toEqual({ batchItemFailures: [] });
    const records = await account.piped('events');
    expect(await invoked('projector', records)).toEqual({ batchItemFailures: [] });
    expect(await invoked('announcer', records)).toEqual({ batchItemFailures: [] });
    expect(await invoked('walletEvent', await account.piped('views'))).toMatchObject([
      { detailType: 'WalletPassIssued' },
    ]);
    expect(await invoked('clock', scheduled)).toBeNull();
    expect(account.bus.taken).toHaveLength(2);
  });
});

test('a function whose environment is not complete does not start', async () => {
  vi.stubEnv('BILLFOLD_PREFIX', '');
  const { BILLFOLD_WRAPPING_KEY: _, ...others } = account.environment;
  for (const [name, value] of Object.entries(others)) if (name !== 'BILLFOLD_PREFIX') vi.stubEnv(name, value);
  vi.stubEnv('BILLFOLD_WRAPPING_KEY', undefined);
  vi.resetModules();
  await expect(import('#adapters/lambda/entry/ingest.ts')).rejects.toThrow(
    /BILLFOLD_PREFIX is missing[\s\S]*BILLFOLD_WRAPPING_KEY is missing/,
  );
});
