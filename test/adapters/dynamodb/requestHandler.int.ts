import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type OutboundRequest, type RequestHandler, requestHandler } from '#adapters/dynamodb/requestHandler.ts';
import { textOf } from '#test/support/awsJsonServer.ts';
import { has } from '#test/support/programs.ts';

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

describe('an answer', () => {
  test('comes whole, however many pieces it has, with its status and headers', async () => {
    const request = await servedBy(async (asked, response) => {
      const { method, url, headers } = asked;
      response.writeHead(400, { 'X-Said': ['one', 'two'] });
      response.write(`${method} ${url} ${headers['x-amz-target']} `);
      setTimeout(async () => response.end(await textOf(asked)), 20);
    });
    const { response } = await handler().handle({ ...request, body: 'Grüße' });
    expect(response.statusCode).toBe(400);
    expect(response.headers['x-said']).toBe('one, two');
    expect(Buffer.from(response.body).toString()).toBe('POST / Put Grüße');
  });

  test('that breaks off is a failure that the SDK sends again after', async () => {
    const request = await servedBy((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half of');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(handler().handle(request)).rejects.toMatchObject({ name: 'TimeoutError', code: 'ECONNRESET' });
  });

  test.each([
    ['never begins', () => undefined],
    ['never ends', (_: unknown, response: { write: (text: string) => unknown }) => response.write('half of')],
  ] satisfies [string, RequestListener][])('that %s is a failure once its time is up', async (_, listener) => {
    const request = await servedBy(listener);
    await expect(handler({ requestTimeoutMs: 200 }).handle(request)).rejects.toMatchObject({
      ...{ name: 'TimeoutError', code: 'ETIMEDOUT', message: 'no answer within 200 ms' },
    });
  });
});

describe('a connection', () => {
  test('serves one request after the other, and no more are opened than allowed', async () => {
    let [now, most, requests] = [0, 0, 0];
    const server = createServer((_, response) => {
      requests += 1;
      setTimeout(() => response.end(), 5);
    });
    let connections = 0;
    server.on('connection', (socket: Socket) => {
      connections += 1;
      most = Math.max(most, ++now);
      socket.on('close', () => now--);
    });
    const request = await requestTo(server);
    const { handle } = handler({ maxSockets: 4 });
    await Promise.all(Array.from({ length: 30 }, () => handle(request)));
    await handle(request);
    expect({ connections, most, requests }).toEqual({ connections: 4, most: 4, requests: 31 });
  });

  test('that nobody takes is a failure that the SDK knows by its code', async () => {
    const server = createServer();
    const request = await requestTo(server);
    server.close();
    await once(server, 'close');
    await expect(handler().handle(request)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('that the server closed as it was used once more is a failure that the SDK sends again after', async () => {
    const request = await servedOnceAConnection();
    const { handle } = handler();
    expect((await handle(request)).response.statusCode).toBe(200);
    await expect(handle(request)).rejects.toMatchObject({ name: 'TimeoutError', code: 'ECONNRESET' });
    expect((await handle(request)).response.statusCode).toBe(200);
  });

  test('whose TLS does not come about is given up after its own time', async () => {
    const silent = createTcpServer(() => undefined);
    const request = { ...(await requestTo(silent)), protocol: 'https:' };
    await expect(handler({ connectionTimeoutMs: 150 }).handle(request)).rejects.toMatchObject({
      ...{ name: 'TimeoutError', message: 'no connection within 150 ms' },
    });
  });
});

describe('what came while this process was busy', () => {
  test.each(['connectionTimeoutMs', 'requestTimeoutMs'] as const)('is not too late by %s', async (limit) => {
    const request = await servedByThread();
    const { handle } = handler({ [limit]: 100 });
    for (let turn = 0; turn < 3; turn++) {
      const answer = handle(request);
      await new Promise((asked) => setImmediate(asked));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      expect((await answer).response.statusCode).toBe(200);
    }
  });
});

describe('a request that is aborted', () => {
  test('is not sent at all, or ends at once, and is not sent again', async () => {
    let requests = 0;
    const request = await servedBy(() => {
      requests += 1;
      later.abort(new Error('enough'));
    });
    const later = new AbortController();
    const aborted = { name: 'AbortError', message: 'Request aborted', cause: new Error('enough') };
    await expect(handler().handle(request, { abortSignal: later.signal })).rejects.toMatchObject(aborted);
    await expect(handler().handle(request, { abortSignal: later.signal })).rejects.toMatchObject(aborted);
    expect(requests).toBe(1);
  });
});

describe.skipIf(!has('openssl'))('over TLS', () => {
  let certificate: { readonly key: string; readonly cert: string };
  beforeAll(() => {
    certificate = selfSigned();
  });

  test('a server whose certificate is trusted is spoken to, over one connection', async () => {
    let connections = 0;
    const server = createSecureServer(certificate, (_, response) => response.end('safe'));
    server.on('secureConnection', () => (connections += 1));
    const request = { ...(await requestTo(server)), protocol: 'https:', hostname: 'localhost' };
    const trusted = getCACertificates();
    setDefaultCACertificates([...trusted, certificate.cert]);
    try {
      const { handle } = handler();
      for (let sent = 0; sent < 3; sent++)
        expect(Buffer.from((await handle(request)).response.body).toString()).toBe('safe');
    } finally {
      setDefaultCACertificates(trusted);
    }
    expect(connections).toBe(1);
  });

  test('a server whose certificate nobody knows is not', async () => {
    const server = createSecureServer(certificate, (_, response) => response.end('safe'));
    const request = { ...(await requestTo(server)), protocol: 'https:', hostname: 'localhost' };
    await expect(handler().handle(request)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });
});

const handler = (limits: Partial<Parameters<typeof requestHandler>[0]> = {}): RequestHandler => {
  const made = requestHandler({ maxSockets: 8, connectionTimeoutMs: 3_000, requestTimeoutMs: 10_000, ...limits });
  opened.push(made.destroy);
  return made;
};

const servedBy = (listener: RequestListener): Promise<OutboundRequest> => requestTo(createServer(listener));

/** A server that goes on answering while this thread stands still. */
const servedByThread = async (): Promise<OutboundRequest> => {
  const worker = new Worker(
    `const server = require('node:http').createServer((_, response) => response.end('{}'));
     server.listen(0, '127.0.0.1', () => require('node:worker_threads').parentPort.postMessage(server.address().port));`,
    { eval: true },
  );
  opened.push(() => void worker.terminate());
  const [port] = await once(worker, 'message');
  return { method: 'POST', protocol: 'http:', hostname: '127.0.0.1', port, path: '/', headers: {}, body: '{}' };
};

/** Answers the first request of each connection as if it stayed open, and ends it with the second. */
const servedOnceAConnection = (): Promise<OutboundRequest> =>
  requestTo(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
        socket.once('data', () => socket.resetAndDestroy());
      });
    }),
  );

const requestTo = async (server: Server): Promise<OutboundRequest> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  opened.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...{ method: 'POST', protocol: 'http:', hostname: '127.0.0.1', port: (server.address() as AddressInfo).port },
    ...{ path: '/', headers: { 'x-amz-target': 'Put' }, body: '{}' },
  };
};

const selfSigned = () => {
  const folder = mkdtempSync(join(tmpdir(), 'billfold-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
        ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert],
      ],
      { stdio: 'ignore' },
    );
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
