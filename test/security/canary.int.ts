import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { askWith } from '#test/adapters/http/askWith.ts';
import { created, entryOf } from '#test/adapters/http/support.ts';
import { receiver } from '#test/adapters/webhook/receiver.ts';
import { freshPlace, launch } from '#test/flow/process.ts';

/** Each stands where one of its kind would, and nowhere else. */
const TOKEN = 'token-of-the-operator-5b1c77';
const SENDERS_KEY = 'key-of-senders-0f7d8a94';
const PASS_KEY = 'key-of-pass-tokens-96b2e1';
const HOOK_SECRET = `Bearer hook-secret-3fd09a`;
const PASSPHRASE = 'passphrase-of-the-certificate-77ab';
const [NAME, EMAIL, PHONE] = ['Zoe Zanzibar', 'zoe@canary.example', '+41790001122'];
const PERSONAL = ['Zanzibar', EMAIL, PHONE];

const AT = '2026-03-01T08:00:00.000+0000';
const row = (fields: object): string =>
  JSON.stringify({ LastModifiedDate: AT, SystemModstamp: AT, IsDeleted: false, ...fields });

/** Every text below a folder that is a log, and nothing that has to hold secrets. */
const logsIn = async (folder: string): Promise<string> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.log'));
  expect(names).toContain('middleware.log');
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
};

/** Keys that were made for this start, as its files have them. */
const madeIn = async (folder: string): Promise<readonly string[]> => {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  for (const name of files) expect((await stat(join(folder, name))).mode & 0o077, name).toBe(0);
  return texts.flatMap((text) => [...text.matchAll(/"([\w+/=-]{40,})"/g)].map(([, secret = '']) => secret));
};

test('secrets and personal data that come in by every way come out by none: not in output, logs, lists, numbers or refusals', async () => {
  const place = await freshPlace();
  const till = await receiver(
    (response) => void response.writeHead(400, { 'x-name': NAME }).end(JSON.stringify({ error: NAME })),
  );
  await writeFile(
    join(place.folder, 'secrets.json'),
    JSON.stringify({
      'middleware-key': { current: SENDERS_KEY },
      'apple-token-key': { current: PASS_KEY },
      till: { current: HOOK_SECRET },
    }),
    { mode: 0o600 },
  );
  const destinations = join(place.folder, 'destinations');
  await mkdir(destinations);
  await writeFile(
    join(destinations, 'destinations.json'),
    JSON.stringify({ webhooks: [{ name: 'till', url: till.url, headers: { authorization: { secret: 'till' } } }] }),
  );
  const { service, running } = await launch(place, 'node', ['--empty', '--destinations', destinations], {
    BILLFOLD_TOKEN: TOKEN,
  });
  if (service === null) throw new Error(running.stderr());
  const [api, middleware] = [place.port, place.middlewarePort].map((port) => `http://127.0.0.1:${port}`) as [
    string,
    string,
  ];
  const token = { authorization: `Bearer ${TOKEN}` };
  const json = { 'content-type': 'application/json' };
  const told: string[] = [];
  const ask = async (
    url: string,
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ) => {
    const answer = await askWith(url, method, path, headers, body);
    told.push(`${method} ${path.split('?')[0]} ${answer.status} ${answer.type} ${answer.body}`);
    return answer;
  };

  // By files and events: what is understood, and what is not.
  const member = created('Contact', {
    MemberNumber__c: 'M-1',
    Name: { FirstName: 'Zoe', LastName: NAME },
    Email: EMAIL,
  });
  const bad = [
    `{"LastName":"${NAME}",`,
    `["${NAME}"]`,
    row({ Id: NAME }),
    row({ Id: '0038d0000000009AAA', MemberSince__c: `${NAME} ${PHONE}` }),
    row({ Id: EMAIL, IsDeleted: PHONE }),
    row({ Id: '0038d0000000008AAA', LastModifiedDate: NAME, [NAME]: EMAIL }),
    `{"__proto__":{"LastName":"${NAME}"},"constructor":"${EMAIL}"}`,
  ];
  expect((await ask(api, 'PUT', '/api/inbox/Contact/bad.jsonl', token, bad.join('\n'))).status).toBe(202);
  await ask(api, 'PUT', '/api/inbox/Contact/bad.gz', token, `\x1f\x8b${NAME}`);
  await ask(api, 'PUT', '/api/inbox/Contact/x.jsonl?modified=Zanzibar', token, NAME);
  const aws = {
    ...json,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSEvents.PutEvents',
    'x-amz-security-token': TOKEN,
  };
  const header = {
    entityName: 'Contact',
    recordIds: ['0038d0000000007AAA'],
    changeType: 'UPDATE',
    commitTimestamp: Date.UTC(2026, 2, 1),
  };
  const put = (...entries: readonly object[]) =>
    ask(api, 'POST', '/eventbridge', aws, JSON.stringify({ Entries: entries }));
  const Entries = [
    member.entry,
    entryOf({ LastName: NAME }),
    entryOf({ ChangeEventHeader: { ...header, entityName: NAME }, Email: EMAIL }),
    entryOf({ ChangeEventHeader: { ...header, recordIds: [NAME], changedFields: [EMAIL] } }),
    entryOf({ ChangeEventHeader: { ...header, changedFields: ['MemberSince__c'] }, MemberSince__c: NAME }),
    {
      ...entryOf({ object: 'Contact', id: NAME, observedAt: PHONE, fields: { [NAME]: 1 } }),
      DetailType: 'billfold.observation',
    },
    { ...entryOf({}), Detail: `{"LastName":"${NAME}"` },
  ];
  expect((await put(...Entries)).status).toBe(200);
  await ask(api, 'POST', '/eventbridge', aws, `{"Entries":"${NAME}"}`);
  await ask(api, 'POST', '/eventbridge', { ...aws, 'x-amz-target': NAME }, '{}');

  // By the doors of the API and of the middleware: questions and keys that are none.
  for (const [method, path, body] of [
    ['POST', '/api/jobs', `{"type":"${NAME}"`],
    ['POST', '/api/jobs', JSON.stringify({ type: NAME, since: EMAIL })],
    ['POST', '/api/drawn-cards', JSON.stringify({ pass: { holder: { firstName: NAME } } })],
    ['GET', '/api/quarantine?limit=Zanzibar', undefined],
    ['GET', '/api/wallet-events?after=Zanzibar', undefined],
    ['GET', `/api/members/${member.id}?at=Zanzibar`, undefined],
  ] as const)
    expect((await ask(api, method, path, { ...token, ...json }, body)).status, path).toBeGreaterThanOrEqual(400);
  await ask(api, 'GET', '/api/status', { authorization: `Bearer ${NAME.replace(' ', '-')}` });
  await ask(api, 'GET', '/api/status', { ...token, host: 'other.example' });
  await ask(api, 'GET', '/api/status', { ...token, origin: 'https://other.example' });
  const sending = { ...json, authorization: `Bearer ${SENDERS_KEY}` };
  const envelope = (detail: object, some: object = {}) =>
    JSON.stringify({ id: 'e-1', source: 'billfold.wallet', 'detail-type': 'WalletPassUpdated', detail, ...some });
  await ask(middleware, 'POST', '/events', sending, `{"holder":"${NAME}"`);
  await ask(
    middleware,
    'POST',
    '/events',
    sending,
    envelope({ metadata: { memberId: NAME }, data: { pass: { holder: EMAIL } } }),
  );
  await ask(
    middleware,
    'POST',
    '/events',
    sending,
    envelope({ name: NAME }, { source: 'shop', 'detail-type': 'Sold' }),
  );
  await ask(middleware, 'POST', '/events', { ...sending, authorization: `Bearer ${PHONE}`, traceparent: NAME }, '{}');
  await ask(middleware, 'POST', '/api/deliveries/redrive', json, JSON.stringify({ destination: NAME, [EMAIL]: 1 }));
  await ask(middleware, 'POST', '/apple/v1/log', json, JSON.stringify({ logs: [NAME] }));

  // Until the pass is made, and the webhook has refused it with a name in its answer.
  await expect.poll(() => till.got.some(({ body }) => body.includes(NAME)), { timeout: 30_000 }).toBe(true);
  await expect
    .poll(async () => (await askWith(api, 'GET', '/api/deliveries?destination=till&state=dead', token)).body, {
      timeout: 20_000,
    })
    .toContain(member.id);
  await expect
    .poll(async () => JSON.parse((await askWith(api, 'GET', '/api/quarantine', token)).body).items.length, {
      timeout: 20_000,
    })
    .toBeGreaterThanOrEqual(12);
  await ask(api, 'POST', '/api/quarantine/retry', token);

  // All that lists, counts or tells how things are; of the drawing of the flow each part by itself.
  const lists = [
    'quarantine',
    'status',
    'flow',
    'runs',
    'jobs',
    'parked',
    'pipes',
    'destinations',
    'projections',
    'deliveries?destination=till&state=dead',
    'domain-events',
    'mapping',
    'stand-ins',
  ];
  for (const list of lists) await ask(api, 'GET', `/api/${list}`, token);
  const flow: { parts: object } = JSON.parse((await askWith(api, 'GET', '/api/flow', token)).body);
  const boxes = [...new Set(Object.keys(flow.parts).map((part) => part.split('/').at(-1) ?? ''))];
  expect(boxes.length).toBeGreaterThan(20);
  const details = await Promise.all(boxes.map((box) => ask(api, 'GET', `/api/flow/${box}`, token)));
  expect(details.filter(({ status }) => status === 200).length).toBeGreaterThan(10);
  const { items } = JSON.parse((await askWith(api, 'GET', '/api/quarantine', token)).body) as {
    items: readonly { id: string }[];
  };
  for (const { id } of items) await ask(api, 'GET', `/api/quarantine/${encodeURIComponent(id)}`, token);
  for (const url of [api, middleware])
    for (const path of ['/health', '/health/ready', '/nothing']) await ask(url, 'GET', path, token);
  await ask(middleware, 'GET', '/api/destinations', {});

  const output = [running.stdout(), running.stderr(), await logsIn(place.folder)].join('\n');
  expect(output.length).toBeGreaterThan(500);
  const secrets = [TOKEN, SENDERS_KEY, PASS_KEY, HOOK_SECRET.slice(7), ...(await madeIn(place.folder))];
  expect(secrets.length).toBeGreaterThan(5);
  const leaks = [output, ...told].flatMap((text) =>
    [...secrets, ...PERSONAL]
      .filter((canary) => text.toLowerCase().includes(canary.toLowerCase()))
      .map((canary) => `${canary} in ${text.slice(0, 300)}`),
  );
  expect(leaks).toEqual([]);
}, 120_000);

test('what of a start cannot be used is told without what it says: certificates, passphrases, headers', async () => {
  const place = await freshPlace();
  const pem = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(PASSPHRASE).toString('base64')}\n-----END PRIVATE KEY-----\n`;
  await writeFile(
    join(place.folder, 'secrets.json'),
    JSON.stringify({
      'apple-certificate': { current: `${pem}${PASSPHRASE}` },
      till: { current: 'Bearer\nhook-secret-3fd09a' },
    }),
  );
  const destinations = join(place.folder, 'destinations.json');
  const apple = {
    passTypeIdentifier: 'pass.com.example.card',
    teamIdentifier: 'A1B2C3D4E5',
    organizationName: 'Nord',
    description: 'Card',
    webServiceUrl: 'https://passes.example.com/apple',
  };
  const webhooks = [{ name: 'till', url: 'https://till.example', headers: { authorization: { secret: 'till' } } }];
  await writeFile(destinations, JSON.stringify({ apple, webhooks }));
  const { service, running } = await launch(place, 'node', ['--empty', '--destinations', destinations]);
  expect(service).toBeNull();
  const { code, stdout, stderr } = await running.ended;
  expect(code).toBe(1);
  expect(stderr).toContain('apple-certificate');
  const all = `${stdout}\n${stderr}`;
  for (const secret of [
    PASSPHRASE,
    Buffer.from(PASSPHRASE).toString('base64'),
    'hook-secret',
    'token-7bit',
    'PRIVATE KEY-----\n',
  ])
    expect(all).not.toContain(secret);
}, 60_000);
