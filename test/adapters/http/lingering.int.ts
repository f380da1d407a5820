import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import Fastify, { type FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type DrainLimits, drained } from '#adapters/http/drained.ts';
import { fileApi } from '#adapters/http/fileApi.ts';
import { lingerOverBodies } from '#adapters/http/lingering.ts';
import { startMiddleware } from '#test/adapters/middleware/support.ts';
import { freshFolder, removeFolder } from '#test/flow/support.ts';
import { testSettings } from '#test/support/dynamodb.ts';
import { EVENT_KEY } from '../middleware/keys.ts';
import { type HttpService, startService } from './support.ts';

const MIB = 1024 * 1024;

describe('whoever sends too much is told so, also who reads only when all is sent', () => {
  let api: HttpService;
  beforeAll(async () => {
    api = await startService();
  });
  afterAll(() => api.stop());

  it('the SDK, by the name of the error', async () => {
    const client = new EventBridgeClient({ ...testSettings({ endpoint: `${api.url}/eventbridge` }), maxAttempts: 1 });
    onTestFinished(() => client.destroy());
    const entry = { Source: 'shop', DetailType: 'Sold', Detail: `{"a":"${'x'.repeat(6 * MIB)}"}` };
    for (let time = 0; time < 5; time++)
      await expect(client.send(new PutEventsCommand({ Entries: [entry] }))).rejects.toMatchObject({
        name: 'RequestEntityTooLargeException',
        $metadata: { httpStatusCode: 413 },
      });
  });

  it.each([
    ['PutEvents', 'POST /eventbridge', 'application/x-amz-json-1.1', 6 * MIB],
    ['the API', 'POST /api/jobs', 'application/json', 6 * MIB],
  ])('%s', async (_, line, type, bytes) => {
    for (const how of ['said', 'unsaid'] as const) {
      const answer = await sendThenRead(new URL(api.url), `${line} HTTP/1.1\r\nContent-Type: ${type}`, bytes, how);
      expect(answer, how).toMatch(/^HTTP\/1.1 413 .*\r\n\r\n\{"/s);
    }
  });

  it('the middleware', async () => {
    const { url } = await startMiddleware({});
    const head = `POST /events HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer ${EVENT_KEY}`;
    for (const how of ['said', 'unsaid'] as const)
      expect(await sendThenRead(new URL(url), head, 10 * MIB, how), how).toMatch(/^HTTP\/1.1 413 /);
  });
});

const listening = async (make: (server: FastifyInstance) => void): Promise<URL> => {
  const server = Fastify({ forceCloseConnections: true });
  onTestFinished(() => server.close());
  make(server);
  return new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
};

it('a file that turns out too long is told of like one that says so', async () => {
  const inboxDir = await freshFolder();
  onTestFinished(() => removeFolder(inboxDir));
  const to = await listening((server) => {
    lingerOverBodies(server);
    const inboxFile = async () => E.left('not asked');
    server.register(fileApi({ inboxDir, mostFileBytes: MIB, newId: () => 'run', inboxFile }));
  });
  for (const how of ['said', 'unsaid'] as const)
    expect(await sendThenRead(to, 'PUT /api/inbox/Order/a.jsonl HTTP/1.1', 8 * MIB, how), how).toMatch(
      /^HTTP\/1.1 413 /,
    );
  expect(await readdir(join(inboxDir, 'Order')).catch(() => [])).toEqual([]);
});

it('an answer without words lingers as well', async () => {
  const to = await listening((server) => {
    lingerOverBodies(server);
    server.post('/', async (_request, reply) => reply.code(413).send());
    server.setErrorHandler((_error, _request, reply) => reply.code(413).send());
  });
  const head = 'POST / HTTP/1.1\r\nContent-Type: application/json';
  expect(await sendThenRead(to, head, 6 * MIB, 'said')).toMatch(/^HTTP\/1.1 413 .*content-length: 0\r\n/s);
});

describe('what is read of a body that nobody wants', () => {
  const draining = async (limits: DrainLimits): Promise<Socket> => {
    const server = createServer((request, response) => void drained(request, limits).then(() => response.end('over')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${64 * MIB}\r\n\r\n`);
    return socket;
  };
  const said = (socket: Socket): Promise<string> =>
    new Promise((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())));
  const never = 2 ** 31 - 1;

  it('has an end, however much comes', async () => {
    const socket = await draining({ bytes: MIB, ms: never });
    socket.write(Buffer.alloc(2 * MIB, 'x'));
    expect(await said(socket)).toContain('over');
  });

  it('has an end in time, where nothing comes', async () => {
    expect(await said(await draining({ bytes: MIB, ms: 50 }))).toContain('over');
  });
});

/** All bytes first, only then what came back. unsaid: in chunks, so that how many they are shows as they come. */
const sendThenRead = (to: URL, head: string, bytes: number, how: 'said' | 'unsaid'): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(to.port), to.hostname).pause();
    const length = how === 'said' ? `Content-Length: ${bytes}` : 'Transfer-Encoding: chunked';
    const body = Buffer.alloc(bytes, 'x');
    socket.once('error', reject);
    socket.write(`${head}\r\nHost: ${to.host}\r\n${length}\r\n\r\n`);
    if (how === 'unsaid') socket.write(`${bytes.toString(16)}\r\n`);
    socket.write(body, () => {
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      socket.once('end', () => resolve(text)).resume();
    });
    if (how === 'unsaid') socket.write('\r\n0\r\n\r\n');
  });
