import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { usualRates } from '#adapters/apple/webServiceGuards.ts';
import { DEVICES_OF_PASS, PASSES_OF_DEVICE } from '#adapters/delivery/registrations.ts';
import { compilePattern } from '#adapters/eventbridge/pattern.ts';
import { callbacks, usualCallbackRate } from '#adapters/google/callbacks.ts';
import { guard } from '#adapters/http/access.ts';
import { fileApi, MOST_FILE_BYTES } from '#adapters/http/fileApi.ts';
import { tokenOf } from '#adapters/http/token.ts';
import { ingestHandler } from '#adapters/lambda/ingest.ts';
import { openGate, SERVER_LIMITS } from '#adapters/local/dynamoDbGate.ts';
import { loadMapping } from '#adapters/mapping/loadMapping.ts';
import { readSettings } from '#adapters/middleware/settings.ts';
import { holderOf, PUSH_TOKEN, standingClock, startWebService, TYPE } from '#test/adapters/apple/serving.ts';
import { askWith } from '#test/adapters/http/askWith.ts';
import { type HttpService, startService } from '#test/adapters/http/support.ts';
import { operate } from '#test/adapters/middleware/operated.ts';
import { startMiddleware } from '#test/adapters/middleware/support.ts';
import { ingesting, loadBytes } from '#test/support/ingesting.ts';
import { freePort } from '#test/support/ports.ts';
import { AT_MOST_LEVELS, JUST, type limits, nested, TOO_DEEP } from './limits.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const MIB = 1024 * 1024;
const padded = (bytes: number): string => `{"a":"${'x'.repeat(bytes)}"}`;

let api: HttpService;
beforeAll(async () => {
  api = await startService();
});
afterAll(() => api.stop());

const listening = async (make: (server: FastifyInstance) => void): Promise<string> => {
  const server = Fastify({ routerOptions: { maxParamLength: 500 } });
  make(server);
  onTestFinished(() => server.close());
  return server.listen({ host: '127.0.0.1', port: 0 });
};
const freshFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'billfold-limits-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
};
const statusOf = async (asked: Promise<{ readonly status: number }>): Promise<number> => (await asked).status;
/** Whoever sends on after that may find the connection closed before he reads why. */
const atTheDoor = (asked: Promise<{ readonly status: number }>): Promise<number> => statusOf(asked).catch(() => 431);
const statuses = async (times: number, ask: () => Promise<{ readonly status: number }>): Promise<readonly number[]> => {
  const found: number[] = [];
  for (let at = 0; at < times; at++) found.push((await ask()).status);
  return found;
};

/** Each goes up to its bound and beyond it. */
const assertions: Readonly<Record<keyof typeof limits, () => Promise<void>>> = {
  apiBody: async () => {
    const post = (body: string) => askWith(api.url, 'POST', '/api/jobs', JSON_TYPE, body);
    expect(await post(padded(MIB))).toMatchObject({ status: 413 });
    expect(await post(TOO_DEEP)).toMatchObject({ status: 400, body: expect.stringContaining(AT_MOST_LEVELS) });
    // As deep as it may be, it is refused for what it says.
    expect((await post(JUST)).body).not.toContain(AT_MOST_LEVELS);
    expect(await post('{"__proto__":{"polluted":true}}')).toMatchObject({ status: 400 });
  },
  apiAddress: async () => {
    const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
      askWith(api.url, 'GET', path, headers);
    expect(await atTheDoor(get('/api/status', { 'x-long': 'x'.repeat(17_000) }))).toBe(431);
    expect(await atTheDoor(get(`/api/status?a=${'x'.repeat(17_000)}`))).toBe(431);
    expect(await statusOf(get(`/api/members/${'x'.repeat(501)}`))).toBe(414);
    expect(await statusOf(get('/api/quarantine?limit=1&limit=2'))).toBe(400);
    expect(await statusOf(get('/api/quarantine?limit=1'))).toBe(200);
  },
  token: async () => {
    const token = 'a-token-of-twenty-characters';
    const url = await listening((server) => {
      guard(server, { names: [], token: tokenOf(token, 'a-cookie-key-of-16') }, () => 0);
      server.get('/api/anything', async () => ({}));
    });
    const show = (shown: string) => askWith(url, 'GET', '/api/anything', { authorization: `Bearer ${shown}` });
    const form = (body: string) =>
      askWith(url, 'POST', '/session', { 'content-type': 'application/x-www-form-urlencoded' }, body);
    expect(await statusOf(show(token))).toBe(200);
    expect(await statusOf(form(`token=${'x'.repeat(4_097)}`))).toBe(413);
    expect(await statuses(10, () => show('x'.repeat(40)))).toEqual(Array(10).fill(401));
    expect(await statusOf(show(token))).toBe(429);
  },
  upload: async () => {
    expect(MOST_FILE_BYTES).toBe(16 * 1024 * MIB);
    const inboxDir = await freshFolder();
    const url = await listening((server) => {
      const inboxFile = async () => E.left('not asked');
      server.register(fileApi({ inboxDir, mostFileBytes: 1_000, newId: () => 'run', inboxFile }));
    });
    const put = (body: string | ReadableStream, name = 'a.jsonl') =>
      fetch(`${url}/api/inbox/Order/${name}`, {
        method: 'PUT',
        body,
        ...(body instanceof ReadableStream && { duplex: 'half' }),
      });
    const inPieces = (pieces: number) =>
      new ReadableStream({
        start: (to) => {
          for (let at = 0; at < pieces; at++) to.enqueue(new Uint8Array(100));
          to.close();
        },
      });
    expect(await statusOf(put('x'.repeat(1_001)))).toBe(413);
    expect(await statusOf(put(inPieces(11)))).toBe(413);
    expect(await readdir(join(inboxDir, 'Order')).catch(() => [])).toEqual([]);
    expect(await statusOf(put('x', 'n'.repeat(202)))).toBe(400);
    expect(await statusOf(put('x'.repeat(1_000)))).toBe(202);
    expect(await statusOf(put(inPieces(10), 'n'.repeat(201)))).toBe(202);
  },
  dynamoDb: async () => {
    const port = await freePort();
    const nobody = { host: '127.0.0.1', port: await freePort() };
    const gate = await openGate(port, nobody);
    if (E.isLeft(gate)) throw new Error(gate.left);
    onTestFinished(gate.right.close);
    const post = (bytes: number, headers: Readonly<Record<string, string>> = {}) =>
      askWith(`http://127.0.0.1:${port}`, 'POST', '/', headers, Buffer.alloc(bytes));
    expect(SERVER_LIMITS.requestTimeout).toBe(60_000);
    expect(await statusOf(post(16 * MIB + 1))).toBe(413);
    expect(await atTheDoor(post(0, { 'x-long': 'x'.repeat(17_000) }))).toBe(431);
    // Taken: there is nobody behind it.
    expect(await statusOf(post(16 * MIB))).toBe(503);
  },
  row: async () => {
    const id = (n: number) => `8018d000000000${n}AAA`;
    const row = (n: number, more: string) =>
      `{"Id":"${id(n)}","LastModifiedDate":"2026-11-02T09:58:41.000+0000","IsDeleted":false,"x":${more}}`;
    const lines = [
      row(1, JUST.slice(5, -1)),
      row(2, nested(65).slice(5, -1)),
      row(3, `"${'x'.repeat(MIB)}"`),
      row(4, '1'),
    ];
    for (const bytes of [Buffer.from(lines.join('\n')), gzipSync(lines.join('\n'))]) {
      const { report, aside, merged } = await loadBytes('Order', bytes);
      expect(report).toMatchObject({ rows: 4, quarantined: 2 });
      expect([...merged].sort()).toEqual([id(1), id(4)].map((one) => expect.stringContaining(one.slice(0, 15))));
      expect(aside.map(({ reason }) => reason).sort()).toEqual([
        expect.stringContaining('expected a JSON object'),
        `expected at most ${MIB} bytes`,
      ]);
    }
  },
  putEvents: async () => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' };
    const put = (Entries: readonly object[]) =>
      askWith(api.url, 'POST', '/eventbridge', headers, JSON.stringify({ Entries }));
    const entry = (Detail: string) => ({ Source: 'shop', DetailType: 'Sold', EventBusName: 'billfold-domain', Detail });
    expect(await statusOf(put([entry(padded(4 * MIB))]))).toBe(413);
    expect(await statusOf(put([entry(padded(MIB))]))).toBe(400);
    expect(await statusOf(put(Array(11).fill(entry('{}'))))).toBe(400);
    const { status, body } = await put([entry(TOO_DEEP), entry(JUST), entry(padded(600_000))]);
    expect(status).toBe(200);
    expect(JSON.parse(body).Entries.map(({ ErrorCode = 'taken' }) => ErrorCode)).toEqual([
      'MalformedDetail',
      'taken',
      'taken',
    ]);
  },
  message: async () => {
    const { deps, memory } = ingesting();
    const bodies = [
      `{"id":"deep","detail":${TOO_DEEP}}`,
      JSON.stringify({ id: 'x'.repeat(129), detail: {} }),
      '{"id":"e-1","detail":{}}',
    ];
    const Records = bodies.map((body, index) => ({ messageId: `message-${index}`, body }));
    expect(await ingestHandler(deps)({ Records })).toEqual({ batchItemFailures: [] });
    const origins = [...memory.quarantine.values()].map(({ origin, path }) => [origin, path]);
    expect(origins).toEqual([
      [{ type: 'event', eventId: 'message-0' }, 'message'],
      [{ type: 'event', eventId: 'message-1' }, 'detail.ChangeEventHeader'],
      [{ type: 'event', eventId: 'e-1' }, 'detail.ChangeEventHeader'],
    ]);
  },
  events: async () => {
    expect(readSettings({ BILLFOLD_PREFIX: 'billfold' })).toMatchObject(E.right({ requestsPerSecond: 300 }));
    const { post, server } = await startMiddleware({ clock: () => 0, rate: { perSecond: 10, burst: 20 } });
    expect(server.server.requestTimeout).toBe(15_000);
    const event = (id: string, detail: string) =>
      `{"id":"${id}","source":"shop","detail-type":"Sold","detail":${detail}}`;
    expect(await statusOf(post(event('1', padded(8 * MIB))))).toBe(413);
    expect(await statusOf(post(`[${Array(101).fill(event('1', '{}')).join()}]`))).toBe(413);
    expect(await statusOf(post(event('1', nested(64))))).toBe(400);
    expect(await statusOf(post(event('x'.repeat(257), '{}')))).toBe(422);
    expect(await post(`[${event('2', padded(350_000))},${event('3', nested(62))}]`)).toMatchObject({
      status: 207,
      body: { accepted: 1, failed: [{ index: 0, retry: false }] },
    });
    const left = await statuses(20, () => post('{'));
    expect([left[0], left.at(-1)]).toEqual([400, 429]);
  },
  registration: async () => {
    const { ask, register, registrations } = await startWebService();
    const path = (device: string, serial: string) => `/devices/${device}/registrations/${TYPE}/${serial}`;
    const post = (serial: string, body: string) =>
      ask(path('d-1', serial), { method: 'POST', headers: { ...holderOf(serial), ...JSON_TYPE }, body });
    expect(await statusOf(post('m-a', padded(4_097)))).toBe(413);
    expect(await statusOf(post('m-a', `{"pushToken":"${PUSH_TOKEN}","x":${TOO_DEEP}}`))).toBe(400);
    expect(await statusOf(post('m-a', JSON.stringify({ pushToken: 'x'.repeat(201) })))).toBe(400);
    const passes = Array.from({ length: PASSES_OF_DEVICE + 1 }, (_, n) => `m-${n}`);
    const held = await Promise.all(passes.slice(0, -1).map((serial) => register('d-2', serial)));
    expect(new Set(held.map(({ status }) => status))).toEqual(new Set([201]));
    expect(await statusOf(register('d-2', passes.at(-1) ?? ''))).toBe(403);
    for (let n = 0; n <= DEVICES_OF_PASS; n++)
      await registrations.register({ deviceId: `e-${n}`, memberId: 'm-x', pushToken: 'p' })();
    expect(await registrations.ofMember('m-x')()).toMatchObject({ right: { length: DEVICES_OF_PASS } });
    expect([PASSES_OF_DEVICE, DEVICES_OF_PASS, usualRates.registrations]).toEqual([
      50,
      20,
      { perSecond: 0.5, burst: 20 },
    ]);
    expect((await statuses(21, () => register('d-3', 'm-y'))).slice(19)).toEqual([200, 429]);
  },
  fetched: async () => {
    const { get, list, issue, ask } = await startWebService();
    await issue('m-1', 1);
    const named = (length: number) =>
      ask(`/passes/${TYPE}/${'x'.repeat(length)}`, { headers: holderOf('x'.repeat(length)) });
    expect(await statusOf(named(100))).toBe(404);
    expect(await statusOf(named(101))).toBe(401);
    expect((await statuses(31, () => get('m-1'))).slice(29)).toEqual([200, 429]);
    expect((await statuses(31, () => list('d-1'))).slice(29)).toEqual([204, 429]);
    const busy = await startWebService({ mostAtOnce: 0 });
    expect(await statusOf(busy.get('m-1'))).toBe(503);
  },
  deviceLog: async () => {
    const { ask, lines } = await startWebService({ clock: standingClock() });
    const log = (body: string) => ask('/log', { method: 'POST', headers: JSON_TYPE, body });
    expect(await statusOf(log(padded(64 * 1024)))).toBe(413);
    expect(await statusOf(log(`{"logs":["a"],"x":${TOO_DEEP}}`))).toBe(400);
    expect(await statusOf(log(JSON.stringify({ logs: Array(25).fill('word '.repeat(100)) })))).toBe(200);
    const told = lines.map((line) => JSON.parse(line)).find(({ deviceLog }) => deviceLog !== undefined);
    expect(told).toMatchObject({ deviceLog: { length: 20 }, deviceLogMore: 5 });
    expect(told.deviceLog[0]).toHaveLength(300);
    expect((await statuses(58, () => log('{"logs":[]}'))).slice(56)).toEqual([200, 429]);
    expect(usualRates.allLogs).toEqual({ perSecond: 10, burst: 300 });
  },
  callback: async () => {
    const url = await listening((server) =>
      server.register(
        callbacks({
          ...{ issuerId: '3388', rootKeys: async () => [], once: () => TE.right(true), onCallback: () => undefined },
          clock: () => 0,
        }),
      ),
    );
    const envelope = (signatures: number, more = '1') =>
      `{"protocolVersion":"ECv2SigningOnly","signature":"","signedMessage":"","x":${more},"intermediateSigningKey":{"signedKey":"","signatures":[${Array(signatures).fill('""')}]}}`;
    const post = (body: string) => askWith(url, 'POST', '/google/callbacks', JSON_TYPE, body);
    expect(await statusOf(post(padded(16 * 1024)))).toBe(413);
    expect(await statusOf(post(envelope(5)))).toBe(400);
    expect(await statusOf(post(envelope(4, TOO_DEEP)))).toBe(400);
    expect(await statusOf(post(envelope(4)))).toBe(401);
    expect(usualCallbackRate).toEqual({ perSecond: 50, burst: 500 });
    expect((await statuses(497, () => post('{'))).slice(495)).toEqual([400, 429]);
  },
  operator: async () => {
    const { url } = await operate();
    const redrive = (body: string) => askWith(url, 'POST', '/api/deliveries/redrive', JSON_TYPE, body);
    expect(await statusOf(redrive(padded(10_000)))).toBe(413);
    expect(await statusOf(redrive(TOO_DEEP))).toBe(400);
    expect(await statusOf(redrive(JSON.stringify({ member: 'x'.repeat(257) })))).toBe(400);
    expect(await statusOf(askWith(url, 'GET', '/api/deliveries?destination=apple&state=dead&limit=501', {}))).toBe(400);
    expect(await statusOf(askWith(url, 'GET', '/api/deliveries?destination=apple&state=dead&limit=500', {}))).toBe(200);
  },
  mapping: async () => {
    const file = join(await freshFolder(), 'mapping.json');
    const refusal = async (text: string): Promise<string> => {
      await writeFile(file, text);
      const loaded = await loadMapping(file);
      return E.isLeft(loaded) ? loaded.left.message : 'taken';
    };
    expect(await refusal(`{"extends":"retail"}${' '.repeat(256 * 1024)}`)).toBe(
      `${file}: expected at most 262144 bytes`,
    );
    expect(await refusal(`{"extends":"retail"}${' '.repeat(256 * 1024 - 20)}`)).toBe('taken');
    expect(await refusal(TOO_DEEP)).toBe(`${file}: ${AT_MOST_LEVELS}`);
    const mistakes = JSON.stringify({
      extends: 'retail',
      flows: Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`f${n}`, 'x'])),
    });
    const told = (await refusal(mistakes)).split('\n');
    expect(told[0]).toContain('(150 problems)');
    expect([told.length, told.at(-1)]).toEqual([102, '  and 50 more']);
  },
  pattern: async () => {
    const sized = (length: number) => JSON.stringify({ source: ['x'.repeat(length - 15)] });
    expect(sized(2_048)).toHaveLength(2_048);
    expect(compilePattern(sized(2_048), 'bus')._tag).toBe('Right');
    expect(compilePattern(sized(2_049), 'bus')._tag).toBe('Left');
    expect(compilePattern(sized(4_096), 'pipe')._tag).toBe('Right');
    expect(compilePattern(sized(4_097), 'pipe')._tag).toBe('Left');
    expect(compilePattern(TOO_DEEP, 'bus')).toMatchObject(E.left({ message: AT_MOST_LEVELS }));
  },
};

describe('what is beyond a limit is refused where it comes in, and what is within it is not', () => {
  test.each(Object.entries(assertions))('%s', async (_, assertion) => assertion());
});
