import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { authenticationToken } from '#adapters/apple/authenticationToken.ts';
import { startApns } from '#adapters/local/standIns/apns.ts';
import { type Certificates, makeCertificates } from '#adapters/local/standIns/certificates.ts';
import { startGoogle } from '#adapters/local/standIns/google.ts';
import { startPhones } from '#adapters/local/standIns/phones.ts';
import { dynamoDbStores } from '#adapters/middleware/dynamoDbStores.ts';
import { loadDestinations } from '#adapters/middleware/loadDestinations.ts';
import { middlewareLog } from '#adapters/middleware/log.ts';
import { middlewareService, type ServiceDeps } from '#adapters/middleware/service.ts';
import { fileSecrets } from '#adapters/secrets/fileSecrets.ts';
import { answering, receiver } from '#test/adapters/webhook/receiver.ts';
import { memberId } from '#test/contract/given.ts';
import { freshTables } from '#test/support/dynamodb.ts';
import { envelopeOf, walletEvent } from './support.ts';

const TYPE = 'pass.com.example.card';
const TEAM = 'A1B2C3D4E5';
const ISSUER = '3388000000012345678';
const clock = () => Date.now();

let certificates: Certificates;
let others: Certificates;
beforeAll(async () => {
  const of = (passTypeIdentifier: string) =>
    makeCertificates({ passTypeIdentifier, teamIdentifier: TEAM, now: clock() });
  [certificates, others] = await Promise.all([of(TYPE), of(TYPE)]);
});

const appleSettings = (url: string) => ({
  ...{ passTypeIdentifier: TYPE, teamIdentifier: TEAM, organizationName: 'Example', description: 'Card' },
  ...{ webServiceUrl: 'https://passes.example/apple', apns: { url } },
});
const googleSettings = (url: string, callbackKeysUrl: string) => ({
  ...{ issuerId: ISSUER, issuerName: 'Example', programName: 'Card', programLogo: 'https://passes.example/logo.png' },
  ...{ url, callbackKeysUrl },
});
const SIGNING = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** A service with those destinations and secrets, or why there is none. */
const serviceOf = async (
  destinations: object,
  secrets: Readonly<Record<string, string>>,
  trust: ServiceDeps['trust'] = {},
  given: Awaited<ReturnType<typeof freshTables>> | null = null,
) => {
  const folder = await mkdtemp(join(tmpdir(), 'billfold-service-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'secrets.json');
  const keep = (values: Readonly<Record<string, string>>) =>
    writeFile(
      file,
      JSON.stringify(Object.fromEntries(Object.entries(values).map(([name, current]) => [name, { current }]))),
    );
  await keep({ 'middleware-key': 'key', 'operator-key': 'operator', ...secrets });
  await writeFile(join(folder, 'destinations.json'), JSON.stringify(destinations));
  const loaded = await loadDestinations(folder);
  if (E.isLeft(loaded)) throw new Error(loaded.left.join('\n'));
  const tables = { ...(given ?? (await freshTables())), clock };
  const lines: string[] = [];
  const source = fileSecrets(file);
  const service = await middlewareService({
    ...{
      loaded: loaded.right,
      secrets: source,
      clock,
      random: Math.random,
      trust,
      reachedBy: 'loopback',
      version: '1.2.3',
    },
    stores: dynamoDbStores(tables),
    ...{ metrics: null, rateLimit: () => null, readKeys: source.candidates('middleware-key') },
    log: middlewareLog({ level: 'info', prefix: 'test', stream: { write: (line) => void lines.push(line) } }),
  });
  return { service, keep, lines, folder };
};

const started = async (...args: Parameters<typeof serviceOf>) => {
  const { service, ...rest } = await serviceOf(...args);
  if (E.isLeft(service)) throw new Error(service.left.join('\n'));
  const { server, listen, deliver, drain } = service.right;
  await listen({ host: '127.0.0.1', port: 0 });
  await deliver();
  onTestFinished(() => drain({ noticeMs: 0, withinMs: 1_000 }));
  const address = server.server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const post = (revision: number) =>
    fetch(`${url}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer key' },
      body: JSON.stringify(envelopeOf(walletEvent(revision))),
    }).then(({ status }) => status);
  const deliveries = async (): Promise<readonly { destination: string; state: string; revision: number }[]> =>
    ((await (await fetch(`${url}/api/deliveries?member=${memberId}`)).json()) as { items: never[] }).items;
  return { url, post, deliveries, drain, ...rest };
};

describe('the middleware with all its destinations', () => {
  test('an event that is taken in is an object at Google, a call of the webhook, a push to the phone and a pass that it fetches', {
    timeout: 60_000,
  }, async () => {
    const { root, loopback, identity } = certificates;
    const apns = await startApns({
      certificates: { root, loopback },
      topic: TYPE,
      onPush: (token) => phones.pushed(token),
    });
    onTestFinished(apns.close);
    const tls = { key: loopback.key, cert: loopback.certificate };
    const google = await startGoogle({ issuerId: ISSUER, tls, clock, ca: root.certificate, perSecond: 1_000 });
    onTestFinished(google.close);
    const crm = await receiver(answering(201, {}, '{"id":"c-1"}'));
    const destinations = {
      apple: { ...appleSettings(apns.url), pushEverySeconds: 1 },
      google: googleSettings(google.url, google.keysUrl),
      webhooks: [
        {
          name: 'crm',
          url: crm.url,
          sign: { secret: 'crm-signing' },
          headers: { authorization: { secret: 'crm-token' } },
        },
      ],
    };
    const given = {
      ...{ 'apple-certificate': identity, 'apple-token-key': 'token-key-canary-0123456789', 'crm-signing': SIGNING },
      ...{ 'google-service-account': google.serviceAccount(), 'crm-token': 'crm-canary-1' },
    };
    const trust = { apns: root.certificate, google: root.certificate };
    const { url, post, deliveries, keep, lines } = await started(destinations, given, trust);
    const phones = startPhones({
      passTypeIdentifier: TYPE,
      webServiceUrl: () => `${url}/apple`,
      pushTokens: apns.pushTokens,
    });
    onTestFinished(phones.close);

    expect(await post(1)).toBe(202);
    const states = async () =>
      (await deliveries()).map(({ destination, state }) => `${destination} ${state}`).toSorted();
    const all = ['apple delivered', 'crm delivered', 'google delivered'];
    await expect.poll(states, { timeout: 20_000 }).toEqual(all);
    expect(google.objects()).toHaveLength(1);
    expect(crm.got.map(({ headers }) => headers.authorization)).toEqual(['crm-canary-1']);

    const token = authenticationToken('token-key-canary-0123456789', TYPE, memberId);
    await phones.add({ memberId, authenticationToken: token });
    expect(await post(2)).toBe(202);
    await expect.poll(() => apns.seen.length, { timeout: 20_000 }).toBeGreaterThan(0);
    await expect.poll(states, { timeout: 20_000 }).toEqual(all);
    const file = await fetch(`${url}/api/passes/${memberId}.pkpass`);
    expect([file.status, file.headers.get('x-billfold-revision')]).toEqual([200, '2']);
    expect(await (await fetch(`${url}/api/passes/${memberId}/save-link`)).json()).toMatchObject({
      google: expect.stringContaining('/'),
    });

    // Renewed while it runs.
    await keep({
      'middleware-key': 'key',
      ...given,
      'apple-certificate': others.identity,
      'crm-token': 'crm-canary-2',
    });
    expect(await post(3)).toBe(202);
    await expect.poll(() => crm.got.at(-1)?.headers.authorization, { timeout: 10_000 }).toBe('crm-canary-2');
    const renewed = Buffer.from(await (await fetch(`${url}/api/passes/${memberId}.pkpass`)).arrayBuffer());
    const leaf = (pem: string) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    expect([
      renewed.includes(leaf(others.pass.certificate)),
      renewed.includes(leaf(certificates.pass.certificate)),
    ]).toEqual([true, false]);
    // A certificate of another pass is told of, and not used.
    await keep({ 'middleware-key': 'key', ...given, 'apple-certificate': 'canary' });
    const kept = Buffer.from(await (await fetch(`${url}/api/passes/${memberId}.pkpass`)).arrayBuffer());
    expect(kept.includes(leaf(others.pass.certificate))).toBe(true);
    expect(lines.filter((line) => line.includes('secret cannot be used'))).toHaveLength(1);
    expect(lines.join('')).not.toMatch(/canary|whsec_|PRIVATE KEY/);
  });

  test('without secrets, or with wrong ones, it does not start: a line for each, with its name and what is expected', async () => {
    const destinations = {
      apple: { ...appleSettings('https://127.0.0.1:1'), apns: { auth: { keyId: 'ABCDE12345' } } },
      google: googleSettings('https://127.0.0.1:1', 'https://127.0.0.1:1'),
      webhooks: [
        {
          name: 'crm',
          url: 'https://crm.example',
          sign: { secret: 'crm-signing' },
          headers: { a: { secret: 'crm-token' } },
        },
      ],
    };
    const { service, folder } = await serviceOf(destinations, {});
    const missing = (name: string) => `cannot be read (${folder}/secrets.json holds no ${name})`;
    expect(service).toEqual(
      E.left([
        `secret apple-certificate: ${missing('apple-certificate')}`,
        `secret apple-token-key: ${missing('apple-token-key')}`,
        `secret apple-push-key: ${missing('apple-push-key')}`,
        `secret google-service-account: ${folder}/secrets.json holds no google-service-account`,
        `secret crm-token, of the webhook crm: ${missing('crm-token')}`,
        `secret crm-signing, of the webhook crm: ${missing('crm-signing')}`,
      ]),
    );
    const wrong = await serviceOf(destinations, {
      ...{
        'apple-certificate': certificates.pass.certificate,
        'apple-token-key': 'canary',
        'apple-push-key': 'canary',
      },
      ...{ 'google-service-account': '{"canary":1}', 'crm-token': 'canary\n', 'crm-signing': 'canary' },
    });
    expect(wrong.service).toEqual(
      E.left([
        'secret apple-certificate: expected the intermediate certificate (Worldwide Developer Relations), once, in PEM: found none',
        'secret apple-certificate: expected the private key of the pass certificate, once, in PEM: found none',
        'secret apple-token-key: expected at least 24 random characters',
        'secret apple-push-key: expected the .p8 file that Apple gives: a P-256 private key in PEM',
        expect.stringMatching(/^secret google-service-account: expected a service account: /),
        'secret crm-token, of the webhook crm: expected a text of one line, as a header holds it',
        'secret crm-signing, of the webhook crm: expected whsec_ and 24 to 64 random bytes in base64',
      ]),
    );
    expect(JSON.stringify(wrong.service)).not.toContain('canary');
  });

  test.each([
    [
      'of another pass',
      { passTypeIdentifier: 'pass.com.example.other' },
      /^secret apple-certificate: passTypeIdentifier is pass\.com\.example\.other, but/,
    ],
    [
      'over an intermediate that did not issue it',
      {},
      /^secret apple-certificate: the intermediate certificate has the name of the issuer, but another key/,
    ],
  ])('with a certificate %s it does not start', async (_what, settings, said) => {
    const { pass, identity } = certificates;
    const pem =
      Object.keys(settings).length > 0
        ? identity
        : `${pass.certificate}\n${pass.key}\n${others.intermediate.certificate}`;
    const apple = { ...appleSettings('https://127.0.0.1:1'), ...settings };
    const { service } = await serviceOf({ apple }, { 'apple-certificate': pem, 'apple-token-key': 'k'.repeat(40) });
    expect(service).toEqual(E.left([expect.stringMatching(said)]));
  });

  test('dry: everything is made ready, nobody is asked', async () => {
    const crm = await receiver();
    const { post, deliveries } = await started({ webhooks: [{ name: 'crm', url: crm.url }], dryRun: true }, {});
    expect(await post(1)).toBe(202);
    await expect.poll(deliveries).toMatchObject([{ destination: 'crm', state: 'delivered' }]);
    expect(crm.got).toEqual([]);
  });

  test('told to stop, it ends what is in hand, and gives back what does not end', { timeout: 30_000 }, async () => {
    const crm = await receiver((response) => void setTimeout(() => response.writeHead(200).end(), 400));
    const slow = await receiver(() => undefined);
    const webhooks = [
      { name: 'crm', url: crm.url },
      { name: 'slow', url: slow.url },
    ];
    const tables = await freshTables();
    const { post, drain, url } = await started({ webhooks }, {}, {}, tables);
    await post(1);
    await expect.poll(() => [crm.got.length, slow.got.length]).toEqual([1, 1]);
    const stopping = drain({ noticeMs: 100, withinMs: 2_000 });
    await expect.poll(() => fetch(`${url}/health/ready`).then(({ status }) => status)).toBe(503);
    const at = performance.now();
    await stopping;
    expect(performance.now() - at).toBeLessThan(5_000);
    await expect(fetch(url)).rejects.toThrow();
    const next = await started({ webhooks }, {}, {}, tables);
    await expect.poll(() => slow.got.length, { timeout: 5_000 }).toBe(2);
    expect(crm.got).toHaveLength(1);
    expect(await next.deliveries()).toMatchObject([
      { destination: 'crm', state: 'delivered' },
      { destination: 'slow' },
    ]);
  });
});
