import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { physicalName, topology } from '#adapters/topology.ts';
import { type LambdaAccount, openAccount } from '#test/support/lambdaEntries.ts';
import { contextWith, flowEnded, scheduled, sqsEvent } from '#test/support/lambdaEvents.ts';
import { type PipesServer, startPipesServer } from '#test/support/pipesServer.ts';
import { capturePrinted } from '#test/support/printed.ts';

let account: LambdaAccount;
let pipes: PipesServer;
let printed: ReturnType<typeof capturePrinted>;
beforeEach(async () => {
  account = await openAccount();
  pipes = await startPipesServer(
    Object.keys(topology.pipes).map((name) => physicalName(account.database.prefix, name)),
  );
  vi.stubEnv('AWS_ENDPOINT_URL_PIPES', pipes.endpoint);
  printed = capturePrinted();
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await Promise.all([account.stop(), pipes.stop()]);
});

const streamOf = async (table: 'events' | 'views'): Promise<string> => {
  const { dynamodb, tableName } = account.database;
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: tableName(table) }));
  return Table?.LatestStreamArn ?? '';
};
const runs = (name: keyof typeof topology.pipes, Source: string, state = 'RUNNING'): void =>
  pipes.set(physicalName(account.database.prefix, name), { CurrentState: state, DesiredState: 'RUNNING', Source });
const watch = async (): Promise<string> => {
  printed.forget();
  await (await account.start('watch'))(scheduled, contextWith());
  return printed.text();
};

test('a pipe that waits at a former stream of its table is orphaned; one that does not run is told of apart', async () => {
  account.appFlow.onFlow({ body: { flowStatus: 'Active' } });
  const [events, views] = await Promise.all([streamOf('events'), streamOf('views')]);
  runs('poke', events);
  runs('announce', events);
  runs('publish', views);
  const well = await watch();
  expect(well).toContain('"PipesNotRunning":0');
  expect(well).toContain('"PipesOrphaned":0');
  expect(well).toContain('"FlowsInactive":0');

  runs('poke', events.replace(/[^/]*$/, '2025-01-01T00:00:00.000'));
  runs('publish', views, 'STOPPED');
  pipes.remove(physicalName(account.database.prefix, 'announce'));
  const ill = await watch();
  expect(ill).toContain('"PipesOrphaned":1');
  expect(ill).toContain('"PipesNotRunning":2');
});

test('flows that do not read, runs that do not come, and what waits for a person are measured', async () => {
  // Contact's, Order's, Voucher__c's and Promotion__c's, a scheduled one and an event flow each: one is gone.
  account.appFlow.onFlow(
    { body: { flowStatus: 'Active' } },
    { error: 'ResourceNotFoundException', status: 404 },
    { body: { flowStatus: 'Suspended' } },
  );
  const flow = `${account.database.prefix}-Order-changes`;
  const report = { ...flowEnded, detail: { ...(flowEnded.detail as object), 'flow-name': flow } };
  await (await account.start('ingest'))(sqsEvent(report, 'not an event'), contextWith());
  const told = await watch();
  expect(told).toContain('"FlowsInactive":7');
  expect(told).toContain('"QuarantinedItems":1');
  expect(told).toContain('"ParkedMembers":0');
  expect(told).toMatch(/"feed":"[^"]+-Order-changes"[^\n]*"FeedSilenceMinutes":-?\d/);
});
