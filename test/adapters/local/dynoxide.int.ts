import { execFile, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { createTables } from '#adapters/dynamodb/createTables.ts';
import { type Dynoxide, pidIn, startDynoxide } from '#adapters/local/dynoxide.ts';
import { journal } from '#adapters/local/journal.ts';
import { localTable, localTables } from '#adapters/local/localTable.ts';
import { topology } from '#adapters/topology.ts';
import { freshTables } from '#test/support/dynamodb.ts';
import { freePort } from '#test/support/ports.ts';
import { nameOf, numbered, pipesOf, pipeWith, putCommit } from './support.ts';

const started = (result: E.Either<unknown, Dynoxide>): Dynoxide => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left));
  return result.right;
};
const clientOf = ({ endpoint }: Dynoxide) =>
  new DynamoDBClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });

test('creating tables that exist changes nothing', async () => {
  const { dynamodb, prefix, tableName } = await freshTables();
  await createTables({ dynamodb })(prefix, topology.tables);
  const views = await dynamodb.send(new DescribeTableCommand({ TableName: tableName('views') }));
  expect(views.Table?.StreamSpecification?.StreamViewType).toBe('NEW_IMAGE');
  expect(views.Table?.GlobalSecondaryIndexes?.map((index) => index.IndexName)).toEqual(['due']);
});

test('a file keeps the tables, and what expires in them, across a stop and a start on the same port', async () => {
  const options = {
    port: await freePort(),
    dbFile: join(mkdtempSync(join(tmpdir(), 'dynoxide-')), 'db'),
    environment: {},
  };
  const first = started(await startDynoxide(options)());
  for (let time = 0; time < 2; time++) await createTables({ dynamodb: clientOf(first) })('kept', topology.tables);
  const expiry = await clientOf(first).send(new DescribeTimeToLiveCommand({ TableName: 'kept-deliveries' }));
  expect(expiry.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
  await first.stop();
  await expect(clientOf(first).send(new ListTablesCommand({}))).rejects.toThrow();
  const second = started(await startDynoxide(options)());
  expect((await clientOf(second).send(new ListTablesCommand({}))).TableNames).toContain('kept-events');
  await second.stop();
});

test('a port in use is an error that names the port, though its owner would answer', async () => {
  const port = await freePort();
  const owner = started(await startDynoxide({ port, dbFile: null, environment: {} })());
  const second = await startDynoxide({ port, dbFile: null, environment: {} })();
  expect(second).toMatchObject(E.left({ type: 'PortInUse', port }));
  await owner.stop();
});

test('an endpoint from outside is used as it is', async () => {
  const given = started(
    await startDynoxide({ port: 1, dbFile: null, environment: { BILLFOLD_DYNAMODB_ENDPOINT: 'http://elsewhere' } })(),
  );
  expect(given).toMatchObject({ endpoint: 'http://elsewhere', pid: null });
});

test('a server killed outright is noticed by stop, and one whose parent is killed ends by itself', async () => {
  const server = started(await startDynoxide({ port: await freePort(), dbFile: null, environment: {} })());
  if (server.pid === null) throw new Error('no pid');
  process.kill(server.pid, 'SIGKILL');
  await server.stop();

  const script = `import { startDynoxide } from '#adapters/local/dynoxide.ts';
    const s = await startDynoxide({ port: ${await freePort()}, dbFile: null, environment: {} })(); console.log(s.right.pid); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = Number(
    await new Promise<string>((resolve) => parent.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()))),
  );
  expect(pid).toBeGreaterThan(0);
  parent.kill('SIGKILL');
  await expect
    .poll(
      () =>
        promisify(execFile)('kill', ['-0', String(pid)]).then(
          () => 'alive',
          () => 'gone',
        ),
      { timeout: 5_000 },
    )
    .toBe('gone');
});

test('pipes and journals go on when the server is killed and comes back', async () => {
  const options = {
    port: await freePort(),
    dbFile: join(mkdtempSync(join(tmpdir(), 'dynoxide-')), 'db'),
    environment: {},
  };
  let server = started(await startDynoxide(options)());
  const dynamodb = clientOf(server);
  const streams = new DynamoDBStreamsClient({
    endpoint: server.endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await createTables({ dynamodb })('t', { ...topology.tables, ...localTables });
  const db = {
    dynamodb,
    streams,
    endpoint: server.endpoint,
    prefix: 't',
    tableName: (name: string) => `t-${name}`,
    table: localTable({ dynamodb, tableName: 't-local' }),
  };
  const seen: string[] = [];
  const pipes = pipesOf(
    db,
    { poke: pipeWith({}) },
    { projector: async (batch) => void seen.push(...batch.map(nameOf)) },
  );
  const log = journal(db, 'j');
  await pipes.start();
  for (const round of numbered(3)) {
    await putCommit(db, 'm', round * 10);
    await log.append([`${round}`]);
    if (server.pid !== null) process.kill(server.pid, 'SIGKILL');
    await server.stop();
    await expect(log.append(['lost'])).rejects.toThrow();
    server = started(await startDynoxide(options)());
    await putCommit(db, 'm', round * 10 + 1);
    await log.append([`${round} again`]);
  }
  const expected = numbered(3).flatMap((round) => [`m ${round * 10}`, `m ${round * 10 + 1}`]);
  await expect.poll(() => [...new Set(seen)], { timeout: 10_000 }).toEqual(expected);
  expect((await log.read(0n, 100)).map(({ text }) => text)).toEqual(
    numbered(3).flatMap((round) => [`${round}`, `${round} again`]),
  );
  await pipes.stop();
  await server.stop();
});

test.each([
  ['pid 17\nDynoxide listening on http://127.0.0.1:8401\n', 17],
  ['Dynoxide listening on http://pid 1893\n127.0.0.1:8401\n', 1893],
  ['Dynoxide listening on http://127.0.0.1:8401\n', null],
])('finds its pid in what it and its shell say at the same time: %j', (output, pid) => {
  expect(pidIn(output)).toBe(pid);
});
