import { execFile } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { constants } from 'node:http2';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type ApnsDeps, apnsClient, type PushCredentials } from '#adapters/apple/apns.ts';
import { pushId } from '#adapters/apple/pushId.ts';
import { type ApnsFault, type ApnsOptions, type ApnsStandIn, startApns } from '#adapters/local/standIns/apns.ts';
import { type Certificates, makeCertificates } from '#adapters/local/standIns/certificates.ts';
import { has } from '#test/support/programs.ts';
import { PUSH_TOKEN, TEAM, TYPE } from './serving.ts';

let certificates: Certificates;
let others: Certificates;
beforeAll(async () => {
  const options = { passTypeIdentifier: TYPE, teamIdentifier: TEAM, now: Date.now() };
  [certificates, others] = await Promise.all([makeCertificates(options), makeCertificates(options)]);
});

const shown = ({ pass, intermediate }: Certificates): PushCredentials => ({
  type: 'certificate',
  leaf: new X509Certificate(pass.certificate),
  intermediate: new X509Certificate(intermediate.certificate),
  key: createPrivateKey(pass.key),
});

type Options = Partial<ApnsOptions> & {
  readonly credentials?: ApnsDeps['credentials'];
  readonly ca?: string;
  readonly timing?: ApnsDeps['timing'];
  /** Instead of the stand-in's own address. */
  readonly url?: string;
  readonly known?: ApnsStandIn;
};

/** A network between: what goes over it, until it goes nowhere any more and nobody is told. New connections work. */
const relayTo = async (port: number) => {
  const pairs: (readonly [Socket, Socket])[] = [];
  const server = createServer((socket) => {
    const peer = connect(port, '127.0.0.1');
    pairs.push([socket, peer]);
    for (const end of [socket, peer]) end.on('error', () => undefined);
    socket.pipe(peer).pipe(socket);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const silence = (): void => {
    for (const [socket, peer] of pairs) {
      socket.unpipe();
      peer.unpipe();
    }
  };
  const close = (): Promise<void> => {
    for (const pair of pairs) for (const end of pair) end.destroy();
    return new Promise((resolve) => void server.close(() => resolve()));
  };
  const { port: own } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${own}`, silence, close, connections: () => pairs.length };
};

/** A stand-in that knows one device, and a client of it. */
const connected = async ({ credentials, ca, timing, url, known, ...some }: Options = {}) => {
  const apns = known ?? (await startApns({ certificates, topic: TYPE, ...some }));
  apns.pushTokens.add(PUSH_TOKEN);
  const client = apnsClient({
    settings: {
      passTypeIdentifier: TYPE,
      apns: { url: url ?? apns.url, auth: 'certificate', pushType: 'background', priority: 5 },
    },
    credentials: credentials ?? (async () => E.right(shown(certificates))),
    ca: ca ?? certificates.root.certificate,
    clock: Date.now,
    timing: { holdOffMs: 20, ...timing },
  });
  onTestFinished(async () => {
    await client.close();
    await apns.close();
  });
  let nth = 0;
  const push = (signal = AbortSignal.timeout(5_000), pushToken = PUSH_TOKEN) =>
    client.push({ pushToken, id: pushId('test', String(++nth), 'device') }, signal);
  /** That many at once. */
  const burst = (pushes: number) => Promise.all(Array.from({ length: pushes }, () => push()));
  return { apns, client, push, burst };
};

const ok = { answer: { type: 'Ok', status: 200, value: null }, gone: null };
const failed = (reason: unknown, status: number | null = null, retryAfterMs: number | null = null) => ({
  answer: { type: 'Failed', status, reason, retryAfterMs },
  gone: null,
});
const idsOf = (seen: readonly { readonly id: string }[]) => seen.map(({ id }) => id);

describe('pushes', () => {
  it('all go over one connection, each once', async () => {
    const { apns, burst, push } = await connected();
    expect(await burst(200)).toEqual(Array(200).fill(ok));
    expect(await push()).toEqual(ok);
    expect(apns.counts.connections).toBe(1);
    expect(new Set(idsOf(apns.seen)).size).toBe(201);
    expect(apns.seen).toHaveLength(201);
  });

  it.each([1, 3])('are never more at once than the peer allows (%i)', async (maxConcurrentStreams) => {
    const { apns, burst } = await connected({ maxConcurrentStreams, answerAfterMs: 5 });
    expect(await burst(20)).toEqual(Array(20).fill(ok));
    expect(apns.counts).toEqual({ connections: 1, mostStreams: maxConcurrentStreams });
    expect(apns.seen).toHaveLength(20);
  });

  it.each<[string, ApnsFault, unknown]>([
    [
      '429 with Retry-After',
      { type: 'answer', status: 429, reason: 'TooManyRequests', retryAfter: '3' },
      failed('TooManyRequests', 429, 3_000),
    ],
    ['503', { type: 'answer', status: 503, reason: 'ServiceUnavailable' }, failed('ServiceUnavailable', 503)],
    ['403', { type: 'answer', status: 403, reason: 'BadCertificate' }, failed('BadCertificate', 403, 60_000)],
    [
      '410',
      { type: 'gone', timestamp: 1_700_000_000_123 },
      { answer: { type: 'Refused', status: 410, reason: 'Unregistered' }, gone: { before: 1_700_000_000_123 } },
    ],
    [
      '400 BadDeviceToken',
      { type: 'answer', status: 400, reason: 'BadDeviceToken' },
      { answer: { type: 'Refused', status: 400, reason: 'BadDeviceToken' }, gone: { before: null } },
    ],
    [
      '400 BadTopic',
      { type: 'answer', status: 400, reason: 'BadTopic' },
      { answer: { type: 'Refused', status: 400, reason: 'BadTopic' }, gone: null },
    ],
    ['a reset', { type: 'reset' }, failed('reset 2')],
  ])('take what they are answered (%s) as it is meant, and the connection stays', async (_name, fault, answer) => {
    const { apns, push } = await connected();
    await push();
    apns.faults.push(fault);
    expect(await push()).toEqual(answer);
    expect(await push()).toEqual(ok);
    expect(apns.counts.connections).toBe(1);
    expect(apns.seen).toHaveLength(3);
  });

  it('take no token for gone before APNs took one: at an address for tests it would say so of all', async () => {
    const { apns, push } = await connected();
    const fault: ApnsFault = { type: 'answer', status: 400, reason: 'BadDeviceToken' };
    apns.faults.push(fault, fault);
    expect(await push()).toEqual(failed('BadDeviceToken', 400, 60_000));
    expect(await push()).toEqual(failed('BadDeviceToken', 400, 60_000));
    await push();
    apns.faults.push(fault);
    expect(await push()).toMatchObject({ gone: { before: null } });
  });

  it.each([
    ['as a service does that goes away', constants.NGHTTP2_NO_ERROR],
    ['as one does that has had enough', constants.NGHTTP2_ENHANCE_YOUR_CALM],
  ])(
    'that the peer did not look at before it said GOAWAY, %s, are sent again over one other connection; none twice',
    async (_how, code) => {
      const { apns, burst } = await connected({ answerAfterMs: 20 });
      await burst(1);
      // The first ten are looked at.
      apns.faults.push(...Array<ApnsFault>(10).fill({ type: 'answer', status: 200, reason: '' }), {
        type: 'goaway',
        code,
      });
      const answers = await burst(60);
      const unknown = answers.filter(({ answer }) => answer.type !== 'Ok');
      // With an error the peer may drop what it looked at: that is told as failed, and nothing else is.
      expect(unknown.length).toBeLessThanOrEqual(code === constants.NGHTTP2_NO_ERROR ? 0 : 10);
      expect(apns.counts.connections).toBe(2);
      const taken = idsOf(apns.seen.filter(({ status }) => status === 200));
      expect(new Set(taken).size).toBe(taken.length);
      expect(taken.length).toBeGreaterThanOrEqual(61 - unknown.length);
      expect(new Set(idsOf(apns.seen)).size).toBe(61);
    },
  );

  it('under way when the connection breaks have failed; the next ones have another', async () => {
    const { apns, burst, push } = await connected({ answerAfterMs: 20 });
    await push();
    apns.faults.push({ type: 'stall' }, { type: 'stall' }, { type: 'hangUp' });
    const answers = await burst(3);
    for (const { answer } of answers) expect(answer).toMatchObject({ type: 'Failed', status: null });
    expect(await burst(3)).toEqual(Array(3).fill(ok));
    expect(apns.counts.connections).toBe(2);
  });

  it('that stall end with their signal, and their place is free again', async () => {
    const { apns, push } = await connected({ maxConcurrentStreams: 1 });
    apns.faults.push({ type: 'stall' });
    const startedAt = performance.now();
    const [stalled, next] = await Promise.all([push(AbortSignal.timeout(100)), push()]);
    expect(stalled).toEqual(failed('timeout'));
    expect(next).toEqual(ok);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(apns.counts.connections).toBe(1);
  });

  it('that wait for their turn leave the line with their signal, and are never sent', async () => {
    const { apns, push } = await connected({ maxConcurrentStreams: 1, answerAfterMs: 100 });
    await push();
    const [, left] = await Promise.all([push(), push(AbortSignal.timeout(30))]);
    expect(left).toEqual(failed('timeout'));
    await push();
    expect(apns.seen).toHaveLength(3);
  });
});

describe('the connection', () => {
  it('that is refused fails all who wait for it, once, and is tried again after a while', async () => {
    const { apns, burst, push } = await connected();
    await push();
    await apns.refuse(true);
    const answers = await burst(50);
    for (const answer of answers)
      expect(answer).toMatchObject(
        failed(expect.stringMatching(/^(?:ECONNREFUSED|closed|ECONNRESET|connection closed)$/)),
      );
    await apns.refuse(false);
    await expect.poll(async () => (await push()).answer.type).toBe('Ok');
    expect(apns.counts.connections).toBe(2);
  });

  it('is not tried at every push while it cannot be had', async () => {
    const now = { ms: 1_000_000 };
    // Whoever is there closes the door at once.
    const relay = await relayTo(1);
    onTestFinished(relay.close);
    const client = apnsClient({
      settings: {
        passTypeIdentifier: TYPE,
        apns: { url: relay.url, auth: 'certificate', pushType: 'background', priority: 5 },
      },
      credentials: async () => E.right(shown(certificates)),
      ca: null,
      clock: () => now.ms,
      timing: { holdOffMs: 1_000, patienceMs: 200 },
    });
    const push = () =>
      client.push({ pushToken: PUSH_TOKEN, id: pushId('test', '1', 'device') }, AbortSignal.timeout(2_000));
    const seen = [];
    for (const waitMs of [0, 0, 999, 1, 1_999, 1]) {
      now.ms += waitMs;
      expect(await push()).toEqual(failed(expect.any(String)));
      seen.push(relay.connections());
    }
    expect(seen).toEqual([1, 1, 1, 2, 2, 3]);
    await client.close();
  });

  it('to somebody whom nobody we trust vouches for is none', async () => {
    const { apns, push } = await connected({ ca: '' });
    expect(await push()).toMatchObject(failed(expect.stringMatching(/SELF_SIGNED|UNABLE_TO/)));
    expect(apns.seen).toEqual([]);
  });

  it('is not given to who shows a certificate of another authority', async () => {
    const { apns, push } = await connected({ credentials: async () => E.right(shown(others)) });
    expect(await push()).toMatchObject(failed(expect.any(String)));
    expect(apns.seen).toEqual([]);
  });

  it('stays without a push, as long as its peer answers pings; one whose peer fell silent is given up', async () => {
    const apns = await startApns({ certificates, topic: TYPE });
    const relay = await relayTo(Number(new URL(apns.url).port));
    const { push } = await connected({ timing: { pingEveryMs: 50, patienceMs: 300 }, url: relay.url, known: apns });
    expect(await push()).toEqual(ok);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await push()).toEqual(ok);
    expect(apns.counts.connections).toBe(1);
    relay.silence();
    expect(await push(AbortSignal.timeout(2_000))).toEqual(failed(expect.stringMatching(/^reset \d+$/)));
    expect(await push()).toEqual(ok);
    expect(apns.counts.connections).toBe(2);
    await relay.close();
    await apns.close();
  });

  it('is replaced soon after a push that nobody answered, long before its next ping', async () => {
    const apns = await startApns({ certificates, topic: TYPE });
    const relay = await relayTo(Number(new URL(apns.url).port));
    const { push } = await connected({ known: apns, url: relay.url, timing: { patienceMs: 200 } });
    expect(await push()).toEqual(ok);
    relay.silence();
    expect(await push(AbortSignal.timeout(200))).toEqual(failed('timeout'));
    expect(await push(AbortSignal.timeout(2_000))).toEqual(failed(expect.stringMatching(/^reset \d+$/)));
    expect(await push()).toEqual(ok);
    expect(apns.counts.connections).toBe(2);
    await relay.close();
    await apns.close();
  });

  it('is opened anew for a renewed certificate, without a restart, and nothing is lost', async () => {
    const renewed = await makeCertificates({ passTypeIdentifier: TYPE, teamIdentifier: TEAM, now: Date.now() });
    let current = shown(certificates);
    const both = {
      root: { ...certificates.root, certificate: `${certificates.root.certificate}\n${renewed.root.certificate}` },
    };
    const { apns, push, burst } = await connected({
      ...{ certificates: { ...certificates, ...both } },
      ...{ credentials: async () => E.right(current), timing: { credentialsForMs: 0 } },
    });
    expect(await burst(5)).toEqual(Array(5).fill(ok));
    current = shown(renewed);
    expect(await burst(5)).toEqual(Array(5).fill(ok));
    expect(await push()).toEqual(ok);
    expect(apns.counts.connections).toBe(2);
    expect(apns.seen.filter(({ connection }) => connection === 2)).toHaveLength(6);
  });

  it('goes by a token where there is a key, the same token all along', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = { keyId: 'K1E2Y3K1E2', teamIdentifier: TEAM, key: privateKey };
    const options = { pushKey: { keyId: key.keyId, key: publicKey } };
    const { push, apns } = await connected({ ...options, credentials: async () => E.right({ type: 'token', ...key }) });
    expect(await push()).toEqual(ok);
    expect(await push()).toEqual(ok);
    expect(apns.counts.connections).toBe(1);
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const wrong = await connected({
      ...options,
      credentials: async () => E.right({ type: 'token', ...key, key: stranger }),
    });
    expect(await wrong.push()).toMatchObject(failed('InvalidProviderToken', 403, 60_000));
  });

  it('that is closed ends, and nobody pushes any more', async () => {
    const { client, push } = await connected();
    await push();
    await client.close();
    expect(await push()).toEqual(failed('closed'));
  });
});

describe.skipIf(!has('curl'))('the stand-in, as curl sees it,', () => {
  const curl = async (url: string, ...more: readonly string[]) => {
    const folder = await mkdtemp(join(tmpdir(), 'billfold-'));
    const file = async (name: string, text: string) => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    };
    const credentials = [
      ...['--cacert', await file('root.pem', certificates.root.certificate)],
      ...[
        '--cert',
        await file('pass.pem', `${certificates.pass.certificate}\n${certificates.intermediate.certificate}\n`),
      ],
      ...['--key', await file('key.pem', certificates.pass.key)],
    ];
    const asked = ['--http2', '--silent', '--show-error', '--write-out', '\n%{http_code} %{http_version}'];
    const { stdout } = await promisify(execFile)('curl', [...asked, ...credentials, ...more, url]);
    const [body = '', status] = stdout.split(/\n(?=\d{3} [\d.]+$)/);
    return { body, status };
  };
  const headers = (some: Readonly<Record<string, string>> = {}) =>
    Object.entries({
      'apns-topic': TYPE,
      'apns-push-type': 'background',
      'apns-priority': '5',
      'apns-id': pushId('curl', '1', 'd'),
      ...some,
    }).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);

  it('speaks HTTP/2 with whoever shows the certificate, and takes what we send', async () => {
    const { apns } = await connected();
    expect(await curl(`${apns.url}/3/device/${PUSH_TOKEN}`, ...headers(), '--data', '{}')).toEqual({
      body: '',
      status: '200 2',
    });
    expect(apns.seen).toMatchObject([{ pushToken: PUSH_TOKEN, status: 200 }]);
  });

  it.each<[string, string, readonly string[], string, string]>([
    ['another topic', PUSH_TOKEN, [...headers({ 'apns-topic': 'pass.other' }), '--data', '{}'], '400', 'BadTopic'],
    ['no topic', PUSH_TOKEN, [...headers({ 'apns-topic': '' }), '--data', '{}'], '400', 'MissingTopic'],
    ['an id that is none', PUSH_TOKEN, [...headers({ 'apns-id': 'one' }), '--data', '{}'], '400', 'BadMessageId'],
    [
      'a priority that is none',
      PUSH_TOKEN,
      [...headers({ 'apns-priority': '7' }), '--data', '{}'],
      '400',
      'BadPriority',
    ],
    [
      'a type that is none',
      PUSH_TOKEN,
      [...headers({ 'apns-push-type': 'pass' }), '--data', '{}'],
      '400',
      'InvalidPushType',
    ],
    ['no body', PUSH_TOKEN, [...headers(), '--data', ''], '400', 'PayloadEmpty'],
    ['more than an empty dictionary', PUSH_TOKEN, [...headers(), '--data', '{"aps":{}}'], '400', 'BadPayload'],
    ['a token that is none', 'xyz', [...headers(), '--data', '{}'], '400', 'BadDeviceToken'],
    ['a token that nobody has', 'ef'.repeat(32), [...headers(), '--data', '{}'], '410', 'Unregistered'],
    ['another method', PUSH_TOKEN, headers(), '405', 'MethodNotAllowed'],
    ['another path', `${PUSH_TOKEN}/more`, [...headers(), '--data', '{}'], '404', 'BadPath'],
  ])('refuses %s', async (_name, token, more, status, reason) => {
    const { apns } = await connected();
    const answer = await curl(`${apns.url}/3/device/${token}`, ...more);
    expect(answer.status).toBe(`${status} 2`);
    expect(JSON.parse(answer.body)).toMatchObject({ reason });
  });
});
