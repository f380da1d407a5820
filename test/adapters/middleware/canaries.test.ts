import { generateKeyPairSync } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { expect, it, onTestFinished, vi } from 'vitest';
import { apnsClient } from '#adapters/apple/apns.ts';
import { authenticationToken } from '#adapters/apple/authenticationToken.ts';
import { appleDestination } from '#adapters/apple/destination.ts';
import { readIdentity } from '#adapters/apple/identity.ts';
import { AppleSettings } from '#adapters/apple/settings.ts';
import { appleWebService } from '#adapters/apple/webService.ts';
import type { Destination } from '#adapters/delivery/destination.ts';
import { engineOf } from '#adapters/delivery/engine.ts';
import { callbacks } from '#adapters/google/callbacks.ts';
import { saveLink } from '#adapters/google/saveLink.ts';
import { serviceAccountOf } from '#adapters/google/serviceAccount.ts';
import { startApns } from '#adapters/local/standIns/apns.ts';
import { makeCertificates } from '#adapters/local/standIns/certificates.ts';
import { memoryBudget } from '#adapters/memory/budget.ts';
import { memoryDeliveryStore } from '#adapters/memory/deliveryStore.ts';
import { memoryRegistrations } from '#adapters/memory/registrations.ts';
import { countPushes, engineLog } from '#adapters/middleware/engineLog.ts';
import { keyring } from '#adapters/middleware/keyring.ts';
import { middlewareLog } from '#adapters/middleware/log.ts';
import { middlewareMetrics } from '#adapters/middleware/metrics.ts';
import { overviewOf } from '#adapters/middleware/overview.ts';
import { passFileOf, saveLinkOf } from '#adapters/middleware/passes.ts';
import { rateLimit } from '#adapters/middleware/rateLimit.ts';
import { buildMiddleware } from '#adapters/middleware/server.ts';
import { wakingStore } from '#adapters/middleware/wakingStore.ts';
import { plainPackage } from '#test/adapters/apple/serving.ts';
import { receiver, secretsIn, webhook } from '#test/adapters/webhook/receiver.ts';
import { got } from '#test/contract/given.ts';
import { ISSUER, startGoogleWallet } from '#test/support/googleWallet.ts';
import { envelopeOf, TRACE, walletEvent } from './support.ts';

const [TYPE, TEAM] = ['pass.example.billfold', 'A1B2C3D4E5'];
const MEMBER = '003CanaryMemberAAA';
const EVENT_KEY = 'event-key-canary-0123456789';
const OPERATOR_KEY = 'operator-key-canary-0123456789';
const TOKEN_KEY = 'token-key-canary-0123456789';
const HOOK_SECRET = `whsec_${Buffer.from('hook-secret-canary-0123456789').toString('base64')}`;
const PUSH_TOKEN = 'cafe'.repeat(16);
const DEVICE = 'device-canary-0123456789';
const AUTHENTICATION = authenticationToken(TOKEN_KEY, TYPE, MEMBER);

const appleSettings = (url: string): AppleSettings => {
  const said = { passTypeIdentifier: TYPE, teamIdentifier: TEAM, organizationName: 'Atelier', description: 'Card' };
  const apns = { url };
  const read = AppleSettings.decode({
    ...said,
    webServiceUrl: 'https://wallet.example.com/apple',
    apns,
    pushEverySeconds: 1,
  });
  if (E.isLeft(read)) throw new Error(read.left.map(({ context }) => context.map(({ key }) => key).join('.')).join());
  return read.right;
};

/** What a partner might echo, and what a library might quote. */
const ECHO = JSON.stringify({ error: { message: 'Zoe-Canary', status: 'INVALID_ARGUMENT' }, holder: 'Roth-Canary' });
const broken = (): Destination => ({
  ...{ name: 'broken', credential: 'broken', wants: () => true, close: async () => undefined },
  limits: {
    ...{ perSecond: 100, burst: 10, concurrent: 2, concurrentBulk: 1 },
    ...{ tryTimeoutMs: 500, deadlineMs: 1_000, tries: 1 },
  },
  deliver: async () => {
    const error = new Error('Zoe-Canary\n    at canary (/canary.ts:1:1)\n    at Roth-Canary');
    error.name = 'Zoe-Canary';
    throw error;
  },
});

/** The whole service as it is put together: real store semantics, real engine, real destinations, partners on loopback that fail and echo. */
const whole = async () => {
  const lines: string[] = [];
  const log = middlewareLog({ level: 'debug', prefix: 'test', stream: { write: (line) => void lines.push(line) } });
  const metrics = middlewareMetrics('test');
  const clock = Date.now;
  const made = await makeCertificates({ passTypeIdentifier: TYPE, teamIdentifier: TEAM, now: clock() });
  const apns = await startApns({ certificates: made, topic: TYPE });
  onTestFinished(apns.close);
  apns.pushTokens.add(PUSH_TOKEN);
  apns.faults.push({ type: 'answer', status: 503, reason: 'ServiceUnavailable' }, { type: 'reset' });
  const settings = appleSettings(apns.url);
  const identity = readIdentity(made.identity, settings, clock());
  if (E.isLeft(identity)) throw new Error(identity.left.join());
  const registrations = memoryRegistrations({ clock });
  const apple = appleDestination({
    ...{ settings, registrations, clock },
    apns: apnsClient({
      ...{ settings, clock, ca: made.root.certificate },
      credentials: async () => E.right({ type: 'certificate', ...identity.right }),
    }),
  });
  const wallet = await startGoogleWallet();
  wallet.google.order({
    fault: { type: 'Status', status: 400, reason: 'invalid' },
    on: (call) => call === 'loyaltyObject.insert',
  });
  const till = await receiver(
    (response, _got, index) =>
      void response
        .writeHead(index === 0 ? 500 : 400, { 'content-type': 'application/json', 'x-echo': 'Zoe-Canary' })
        .end(ECHO),
  );
  const hook = webhook(
    {
      url: till.url,
      headers: { authorization: { secret: 'till' }, 'x-name': 'header-canary' },
      sign: { secret: 'sign' },
    },
    { secrets: secretsIn({ till: ['Bearer till-canary'], sign: [HOOK_SECRET] }) },
  );
  const destinations = [apple, wallet.destination, hook, broken()];
  const stored = memoryDeliveryStore({
    clock,
    route: (event) => destinations.filter(({ wants }) => wants(event)).map(({ name }) => name),
  });
  const count = countPushes(metrics.count);
  const told = engineLog(log);
  const engine = engineOf({
    ...{ store: stored, destinations, clock, random: Math.random, budget: memoryBudget({ clock }) },
    tell: (line) => {
      told(line);
      count(line);
    },
    onMetric: metrics.count,
    dryRun: () => false,
  });
  const deliveries = wakingStore(stored, () => engine);
  const certificateEndsAt = () => identity.right.notAfter;
  const { server } = buildMiddleware({
    ...{ deliveries, registrations, engine, clock, log, certificateEndsAt, version: '1.2.3', proxies: 0 },
    keyring: keyring({ readKeys: TE.right([EVENT_KEY]), clock }),
    operators: keyring({ readKeys: TE.right([OPERATOR_KEY]), clock }),
    rateLimit: rateLimit({ perSecond: 1_000, burst: 1_000, clock }),
    passFile: passFileOf({
      deliveries,
      passPackage: plainPackage,
      passTypeIdentifier: TYPE,
      tokenKey: TE.right(TOKEN_KEY),
    }),
    saveLink: saveLinkOf({
      deliveries,
      saveLink: saveLink({ settings: wallet.settings, account: serviceAccountOf(wallet.secrets), clock }),
    }),
    routes: [
      appleWebService({
        ...{ passTypeIdentifier: TYPE, deliveries, registrations, clock, passPackage: plainPackage },
        tokenKeys: TE.right([TOKEN_KEY]),
      }),
      callbacks({
        issuerId: ISSUER,
        rootKeys: async () => [],
        once: () => TE.right(true),
        onCallback: () => undefined,
        clock,
      }),
    ],
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  engine.start();
  onTestFinished(async () => {
    await engine.drain({ withinMs: 1_000 });
    await Promise.all(destinations.map(({ close }) => close()));
    await server.close();
  });
  return {
    url,
    lines,
    google: wallet.google,
    metrics,
    overview: overviewOf({ engine, certificateEndsAt, clock }),
    deliveries,
    till,
    apns,
  };
};

/** What must not be seen where it does not belong. A name or id is looked for in any case of its letters. */
const SECRETS = [EVENT_KEY, OPERATOR_KEY, TOKEN_KEY, HOOK_SECRET, AUTHENTICATION, PUSH_TOKEN, DEVICE, 'till-canary'];
const PERSONAL = [MEMBER, 'canary', 'M-Canary-1'];
const inAny = (texts: readonly string[], wanted: readonly string[]): readonly string[] => {
  const all = texts.join('\n').toLowerCase();
  return wanted.filter((one) => all.includes(one.toLowerCase()));
};

it('nothing that is personal or secret is in a line of the log, in a metric, in the health, or in an answer where it does not belong', async () => {
  const { url, lines, metrics, overview, deliveries, till, apns, google: partner } = await whole();
  const answers: string[] = [];
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    answers.push(`${text}${JSON.stringify([...response.headers])}`);
    return { status: response.status, text };
  };
  const post = (path: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
    ask(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  const sender = { authorization: `Bearer ${EVENT_KEY}` };

  // A phone registers, under an id and a token that are secrets of it; strangers try.
  const holder = { authorization: `ApplePass ${AUTHENTICATION}` };
  const registration = `/apple/v1/devices/${DEVICE}/registrations/${TYPE}/${MEMBER}`;
  const accepted = (revision: number, more: object = {}) => {
    const event = walletEvent(revision);
    const { pass } = event.detail.data;
    const canary = {
      memberId: MEMBER,
      memberNumber: 'M-Canary-1',
      holder: { firstName: 'Zoe-Canary', lastName: 'Roth-Canary' },
    };
    const metadata = {
      ...event.detail.metadata,
      memberId: MEMBER,
      eventId: `${MEMBER}.${revision}`,
      traceparent: TRACE,
      ...more,
    };
    return envelopeOf({
      ...event,
      detail: { ...event.detail, metadata, data: { ...event.detail.data, pass: { ...pass, ...canary } } },
    });
  };
  expect((await post('/events', JSON.stringify(accepted(1)), sender)).status).toBe(202);
  expect((await post(registration, JSON.stringify({ pushToken: PUSH_TOKEN }), holder)).status).toBe(201);
  expect((await post(registration, JSON.stringify({ pushToken: 'canary/' }), holder)).status).toBe(400);
  expect((await post(registration, '{"pushToken": "canary', { authorization: 'ApplePass wrong-canary' })).status).toBe(
    401,
  );
  await post('/apple/v1/log', JSON.stringify({ logs: [`[get pass ${MEMBER}] ${AUTHENTICATION} ${PUSH_TOKEN}`] }));
  await ask(`/apple/v1/passes/${TYPE}/..%2f${MEMBER}`, { headers: { authorization: 'ApplePass canary' } });
  await post('/google/callbacks', JSON.stringify({ signedMessage: 'Zoe-Canary' }));
  await post('/google/callbacks', 'Zoe-Canary');

  // More of the same member, a bad event, a body that is none, a correlation that is a name, keys that are none of ours.
  await post(
    '/events',
    JSON.stringify([accepted(2, { correlationId: 'Zoë Canary, Roth' }), { id: 'Zoe-Canary' }]),
    sender,
  );
  await post('/events', '{"holder": "Zoe-Canary"', sender);
  await post('/events', JSON.stringify(accepted(3)), { authorization: 'Bearer wrong-canary', traceparent: 'canary' });
  await ask('/api/deliveries?member=canary', { headers: { authorization: 'Bearer wrong-canary' } });

  const seen = (type: string, some: object) =>
    lines.some((line) => {
      const said = JSON.parse(line);
      return said.msg === type && Object.entries(some).every(([name, value]) => said[name] === value);
    });
  const hasDied = async (name: string) => (await got(deliveries.waiting(name))).dead > 0;
  await expect.poll(() => hasDied('crm'), { timeout: 15_000 }).toBe(true);
  await expect.poll(() => hasDied('google'), { timeout: 15_000 }).toBe(true);
  await expect.poll(() => seen('fault', { destination: 'broken' }), { timeout: 15_000 }).toBe(true);
  await expect.poll(() => seen('outbound', { destination: 'crm', status: 400 }), { timeout: 15_000 }).toBe(true);
  expect(till.got[0]?.body).toContain('Canary');

  // The operator's view, the pass, the link.
  const operator = { authorization: `Bearer ${OPERATOR_KEY}` };
  const told = await ask(`/api/deliveries?member=${MEMBER}`, { headers: operator });
  expect(told.status).toBe(200);
  const list = await ask('/api/deliveries?destination=crm&state=dead', { headers: operator });
  const destinations = await ask('/api/destinations', { headers: operator });
  partner.mend();
  const redriven = await post('/api/deliveries/redrive', JSON.stringify({ destination: 'google' }), operator);
  expect(JSON.parse(redriven.text)).toEqual({ redriven: 1, next: null });
  await expect.poll(async () => (await got(deliveries.waiting('google'))).bulk, { timeout: 15_000 }).toBe(0);
  const health = await ask('/health');
  const withoutPasses = answers.slice();
  const file = await fetch(`${url}/api/passes/${MEMBER}.pkpass`, { headers: operator });
  const link = await fetch(`${url}/api/passes/${MEMBER}/save-link`, { headers: operator });
  const { google } = (await link.json()) as { google: string };
  expect([file.status, link.status]).toEqual([200, 200]);
  await expect.poll(() => seen('outbound', { destination: 'apple' }), { timeout: 40_000 }).toBe(true);
  expect(apns.seen.length).toBeGreaterThan(0);

  const measured: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => measured.push(String(text)) > 0);
  const logSpy = vi.spyOn(console, 'log').mockImplementation((text) => void measured.push(String(text)));
  metrics.tell(await overview());
  spy.mockRestore();
  logSpy.mockRestore();
  expect(measured.join('')).toContain('BreakersOpen');

  const jwt = google.split('/').at(-1) ?? '';
  expect(jwt.length).toBeGreaterThan(100);
  expect(inAny(lines, [...SECRETS, ...PERSONAL, 'Bearer', 'ApplePass', jwt, 'eyJ'])).toEqual([]);
  expect(inAny(measured, [...SECRETS, ...PERSONAL])).toEqual([]);
  expect(inAny([health.text, destinations.text], [...SECRETS, ...PERSONAL])).toEqual([]);
  // Operators ask for members by id, and are answered by it: nothing else of a person, and no secret.
  expect(inAny(withoutPasses, SECRETS)).toEqual([]);
  const ofMembers = [told.text, list.text].join('').replaceAll(MEMBER, '');
  expect(inAny([ofMembers], PERSONAL)).toEqual([]);

  // And yet each call can be followed: from what came in to what went out.
  expect(seen('inbound', { route: '/events', status: 202, accepted: 1 })).toBe(true);
  expect(seen('outbound', { destination: 'crm', traceparent: TRACE, try: 1, status: 500 })).toBe(true);
  expect(seen('settled', { destination: 'crm', verdict: 'Dead' })).toBe(true);
}, 90_000);

it('a library that logs a whole request or error gets its kind into the line, and nothing of it', () => {
  const lines: string[] = [];
  const log = middlewareLog({ level: 'debug', prefix: 'test', stream: { write: (line) => void lines.push(line) } });
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const error = Object.assign(new Error(`canary ${privateKey}\n    at canary (/canary.ts:1:1)`), { code: 'canary' });
  // Libraries put causes there, message and all.
  error.stack += '\n    caused by: canary\n    at Canary.names, of people';
  log.error({ err: error, req: { headers: { authorization: 'Bearer canary' } } }, 'failed');
  log.error({ err: new TypeError('canary'), res: { body: 'canary' } }, 'failed');
  expect(inAny(lines, ['canary', 'PRIVATE KEY', 'Bearer'])).toEqual([]);
  expect(JSON.parse(lines[1] ?? '{}')).toMatchObject({ err: { fault: 'TypeError' }, msg: 'failed' });
});
