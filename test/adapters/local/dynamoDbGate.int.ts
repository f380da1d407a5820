import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import {
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createTables } from '#adapters/dynamodb/createTables.ts';
import { type LocalDynamoDb, startDynamoDb } from '#adapters/local/dynamoDb.ts';
import { MOST_BODY_BYTES, openGate } from '#adapters/local/dynamoDbGate.ts';
import { topology } from '#adapters/topology.ts';
import { askWith } from '#test/adapters/http/askWith.ts';
import { startService } from '#test/adapters/http/support.ts';
import { freshFolder, removeFolder } from '#test/flow/support.ts';
import { testSettings } from '#test/support/dynamodb.ts';
import { freePort } from '#test/support/ports.ts';

describe('the DynamoDB API of a data folder', () => {
  let dataDir: string;
  let server: LocalDynamoDb;
  let dynamodb: DynamoDBClient;
  let streams: DynamoDBStreamsClient;
  beforeAll(async () => {
    dataDir = await freshFolder();
    const started = await startDynamoDb({ port: await freePort(), dataDir, environment: {} });
    if (E.isLeft(started)) throw new Error(started.left.message);
    server = started.right;
    dynamodb = new DynamoDBClient(testSettings({ endpoint: server.address }));
    streams = new DynamoDBStreamsClient(testSettings({ endpoint: server.address }));
    await createTables({ dynamodb })('t', topology.tables);
  });
  afterAll(async () => {
    dynamodb.destroy();
    streams.destroy();
    await server.stop();
    await removeFolder(dataDir);
  });

  const record = (id: string, text = '') => ({ p: { S: id }, v: { N: '0' }, text: { S: text } });
  const has = async (id: string): Promise<boolean> =>
    (await dynamodb.send(new GetItemCommand({ TableName: 't-events', Key: { p: { S: id }, v: { N: '0' } } }))).Item !==
    undefined;

  it('is all there for the SDK: batches of more than a megabyte, transactions, streams', async () => {
    const ids = Array.from({ length: 25 }, (_, index) => `batched ${index}`);
    const puts = ids.map((id) => ({ PutRequest: { Item: record(id, 'x'.repeat(60_000)) } }));
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { 't-events': puts } }));
    const put = (id: string, ConditionExpression: string) => ({
      Put: { TableName: 't-events', Item: record(id), ConditionExpression },
    });
    const isNew = 'attribute_not_exists(p)';
    await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [put('a', isNew), put('b', isNew)] }));
    const lost = dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [put('c', isNew), put('a', isNew)] }));
    await expect(lost).rejects.toThrow(TransactionCanceledException);
    expect([await has('b'), await has('c')]).toEqual([true, false]);

    const { Streams = [] } = await streams.send(new ListStreamsCommand({ TableName: 't-events' }));
    const StreamArn = Streams[0]?.StreamArn;
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    const seen: (string | undefined)[] = [];
    for (const { ShardId } of StreamDescription?.Shards ?? []) {
      const from = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      const { ShardIterator } = await streams.send(new GetShardIteratorCommand(from));
      const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator }));
      seen.push(...Records.map(({ dynamodb: image }) => image?.NewImage?.p?.S));
    }
    expect(new Set(seen)).toEqual(new Set([...ids, 'a', 'b']));
  });

  const own = () => new URL(server.address).host;
  const asked = (headers: Readonly<Record<string, string>>, method = 'POST') => {
    const sent = { host: own(), 'content-type': 'application/x-amz-json-1.0', ...headers };
    const authorization =
      'AWS4-HMAC-SHA256 Credential=a/20261122/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0';
    const target = { 'x-amz-target': 'DynamoDB_20120810.PutItem', 'x-amz-date': '20261122T000000Z', authorization };
    const body = JSON.stringify({ TableName: 't-events', Item: record('forged') });
    return askWith(server.address, method, '/', { ...sent, ...target }, method === 'OPTIONS' ? undefined : body);
  };

  it.each<[string, Readonly<Record<string, string>>, string?]>([
    ['the page of another site', { origin: 'https://evil.example' }],
    ['a page on another port', { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' }],
    ['a page without origin', { origin: 'null' }],
    ['an empty origin', { origin: '' }],
    ['a page that another site sent on', { 'sec-fetch-site': 'cross-site' }],
    ['a name that was made to point here', { host: 'evil.example' }],
    ['a name that looks like an address', { host: '127.0.0.1.evil.example' }],
    ['no host', { host: '' }],
    ['a preflight', { 'access-control-request-method': 'POST', origin: 'https://evil.example' }, 'OPTIONS'],
    ['a preflight that hides where it comes from', { 'access-control-request-method': 'POST' }, 'OPTIONS'],
  ])('refuses %s, and nothing is written', async (_, headers, method) => {
    const { status, body, type } = await asked(headers, method);
    expect({ status, type }).toEqual({ status: 403, type: 'application/x-amz-json-1.0' });
    expect(JSON.parse(body)).toMatchObject({ __type: expect.stringMatching(/#AccessDeniedException$/) });
    expect(await has('forged')).toBe(false);
  });

  it('refuses its own address as an origin: no page is at home there', async () => {
    expect((await asked({ origin: `http://${own()}` })).status).toBe(403);
    expect(await has('forged')).toBe(false);
  });

  it('takes the very same request of a program, which is why the others were refused for their headers alone', async () => {
    expect((await asked({ host: 'localhost' })).status).toBe(200);
    expect(await has('forged')).toBe(true);
  });

  it('listens at a place of its own on every start, and at 127.0.0.1 only behind the gate', async () => {
    const { hostname } = new URL(server.endpoint);
    expect(hostname).toMatch(process.platform === 'linux' ? /^127\.(?!0\.0\.1$)/ : /^127\./);
    if (process.platform === 'linux') expect(await listeningOf(server.pid)).toEqual([new URL(server.endpoint).host]);
    const second = await startDynamoDb({ port: await freePort(), dataDir: await ownFolder(), environment: {} });
    if (E.isLeft(second)) throw new Error(second.left.message);
    onTestFinished(second.right.stop);
    expect(second.right.endpoint).not.toBe(server.endpoint);
  });

  it('does not start over a server that the last start left, and says how to go on', async () => {
    // The folder of the running one: as if its service had been killed, and its server hung.
    const started = await startDynamoDb({ port: await freePort(), dataDir, environment: {} });
    expect(started).toMatchObject(E.left({ message: expect.stringContaining('dynamodb.json') }));
    expect((await dynamodb.send(new ListTablesCommand({}))).TableNames).toContain('t-events');
  });
});

it('a service tells nobody where its server is, but its owner in a file of the data folder', async () => {
  const service = await startService();
  onTestFinished(() => service.stop());
  const file = join(service.folder, 'dynamodb.json');
  const { host, port } = JSON.parse(await readFile(file, 'utf8'));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  for (const path of ['/api/status', '/api/flow', '/health', '/api/openapi.json', '/']) {
    const { status, body } = await service.ask(path);
    expect({ path, status }).toEqual({ path, status: 200 });
    expect(JSON.stringify(body)).not.toContain(String(port));
    if (process.platform === 'linux') expect(JSON.stringify(body)).not.toContain(host);
  }
});

it('an endpoint that is given has no gate, and nothing is written down of it', async () => {
  const port = await freePort();
  const environment = { BILLFOLD_DYNAMODB_ENDPOINT: 'http://elsewhere' };
  const given = await startDynamoDb({ port, dataDir: '/nowhere', environment });
  expect(given).toMatchObject(E.right({ endpoint: 'http://elsewhere', address: 'http://elsewhere', pid: null }));
  expect(await answers('127.0.0.1', port)).toBe(false);
});

describe('the gate, whatever is behind it', () => {
  it('hands on no header that would let a page read, and keeps the rest', async () => {
    const url = await gateBefore((request, response) => {
      request.resume();
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('Access-Control-Expose-Headers', '*');
      response.setHeader('x-amz-crc32', '7');
      response.end('{}');
    });
    const { headers } = await fetch(url, { method: 'POST', body: '{}' });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(headers.get('x-amz-crc32')).toBe('7');
  });

  it('hands a body on as it comes', async () => {
    let heard = (_: string): void => undefined;
    const first = new Promise<string>((resolve) => {
      heard = resolve;
    });
    const url = await gateBefore((request, response) => {
      request.once('data', (chunk: Buffer) => heard(chunk.toString()));
      request.once('end', () => response.end());
    });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\nabc');
    expect(await first).toBe('abc');
    socket.write('def');
    expect(await said(socket)).toContain('HTTP/1.1 200');
  });

  it('takes bodies and headers up to a bound, however long they say they are', async () => {
    let reached = 0;
    const url = await gateBefore((request, response) => {
      request.on('data', ({ length }: Buffer) => {
        reached += length;
      });
      request.once('end', () => response.end());
    });
    const whole = Buffer.alloc(MOST_BODY_BYTES, 'x');
    expect((await fetch(url, { method: 'POST', body: whole })).status).toBe(200);
    reached = 0;
    expect((await fetch(url, { method: 'POST', body: Buffer.alloc(MOST_BODY_BYTES + 1) })).status).toBe(413);
    expect(reached).toBe(0);
    const unsaid = new Blob([whole, 'x']).stream();
    expect((await fetch(url, { method: 'POST', body: unsaid, duplex: 'half' })).status).toBe(413);
    expect((await fetch(url, { method: 'POST', headers: { long: 'x'.repeat(17_000) } })).status).toBe(431);
  });

  it('says so where the server is gone, in the words of the SDK', async () => {
    const url = await gateBefore(null);
    const client = new DynamoDBClient({ ...testSettings({ endpoint: url }), maxAttempts: 1 });
    onTestFinished(() => client.destroy());
    await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      $metadata: { httpStatusCode: 503 },
    });
  });

  it('ends what is under way when it closes, and lets go of its port', async () => {
    const port = await freePort();
    const hidden = await serving(() => undefined);
    const gate = await openGate(port, hidden);
    if (E.isLeft(gate)) throw new Error(gate.left);
    const pending = fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}' });
    const refused = expect(pending).rejects.toThrow();
    await expect.poll(() => hidden.asked()).toBe(1);
    await gate.right.close();
    await refused;
    expect(await answers('127.0.0.1', port)).toBe(false);
    expect(await openGate(hidden.port, hidden)).toEqual(E.left('EADDRINUSE'));
  });
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const serving = async (handler: Handler) => {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, asked: () => asked };
};

/** null: nothing listens behind it. */
const gateBefore = async (handler: Handler | null): Promise<string> => {
  const hidden = handler === null ? { host: '127.0.0.1', port: await freePort() } : await serving(handler);
  const port = await freePort();
  const gate = await openGate(port, hidden);
  if (E.isLeft(gate)) throw new Error(gate.left);
  onTestFinished(gate.right.close);
  return `http://127.0.0.1:${port}`;
};

const ownFolder = async (): Promise<string> => {
  const folder = await freshFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
};

/** Where a process listens, as Linux tells: addresses in hexadecimal, their bytes the other way round. */
const listeningOf = async (pid: number | null): Promise<readonly string[]> => {
  const files = await readdir(`/proc/${pid}/fd`);
  const open = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8')));
  return tables.flatMap((table) =>
    table.split('\n').flatMap((line) => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state !== '0A' || !open.includes(`socket:[${inode}]`)) return [];
      const [address = '', port = ''] = local.split(':');
      return `${[...Buffer.from(address, 'hex')].reverse().join('.')}:${Number.parseInt(port, 16)}`;
    }),
  );
};

const said = (socket: ReturnType<typeof connect>): Promise<string> =>
  new Promise((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())));

const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (isOpen: boolean) => () => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', end(true)).once('error', end(false));
  });
