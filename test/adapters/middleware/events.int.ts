import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, it } from 'vitest';
import type { DeliveryStore } from '#adapters/delivery/deliveryStore.ts';
import { connectDynamoDb } from '#adapters/dynamodb/client.ts';
import { dynamoDbDeliveryStore } from '#adapters/dynamodb/deliveryStore.ts';
import { tickingClock } from '#test/contract/given.ts';
import { freshTables } from '#test/support/dynamodb.ts';
import { cloudEventOf, envelopeOf, KEY, startMiddleware, TRACE, toTests, waitingIn, walletEvent } from './support.ts';

const onDynamoDb = async (): Promise<DeliveryStore> =>
  dynamoDbDeliveryStore({ ...(await freshTables()), clock: tickingClock(), route: toTests });
const problem = (status: number) => ({ status, body: { status, type: 'about:blank', title: expect.any(String) } });

describe('POST /events', () => {
  it('accepts an EventBridge event, alone or in a list, stored before it is answered', async () => {
    const { post, deliveries } = await startMiddleware({ deliveries: await onDynamoDb() });
    const [one, two] = [walletEvent(1), walletEvent(2)];
    expect(await post(envelopeOf(one))).toMatchObject({ status: 202, body: { accepted: 1, duplicates: 0 } });
    expect(await post([envelopeOf(two)])).toMatchObject({ status: 202, body: { accepted: 1, duplicates: 0 } });
    const { memberId } = one.detail.metadata;
    expect(await waitingIn(deliveries)).toMatchObject([
      { id: `${memberId}.2`, lane: 'live', pass: { memberId, revision: 2 }, traceparent: TRACE },
    ]);
    const [stored] = await waitingIn(deliveries);
    expect(JSON.parse(stored?.content ?? '')).toEqual({
      ...{ id: `${memberId}.2`, source: 'billfold.wallet', type: two.type, time: '2026-11-02T09:58:55Z' },
      data: two.detail,
    });
  });

  it('accepts CloudEvents, structured and batched, and knows an event again in another envelope', async () => {
    const { post, deliveries } = await startMiddleware({ deliveries: await onDynamoDb() });
    const event = walletEvent(1);
    const structured = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
    expect(await post(cloudEventOf(event), structured)).toMatchObject({ status: 202, body: { accepted: 1 } });
    const batch = [cloudEventOf(event), cloudEventOf(walletEvent(2))];
    expect(await post(batch, { 'content-type': 'application/cloudevents-batch+json' })).toMatchObject({
      status: 202,
      body: { accepted: 1, duplicates: 1 },
    });
    expect(await post(envelopeOf(event))).toMatchObject({ status: 202, body: { accepted: 0, duplicates: 1 } });
    expect((await waitingIn(deliveries)).map(({ pass }) => pass?.revision)).toEqual([2]);
  });

  it('keeps the lane: bulk waits apart from live', async () => {
    const { post, deliveries, ask } = await startMiddleware({ deliveries: await onDynamoDb() });
    const bulk = walletEvent(2);
    const metadata = { ...bulk.detail.metadata, memberId: 'another', eventId: 'another.2', lane: 'bulk' as const };
    await post([envelopeOf(walletEvent(1)), envelopeOf({ ...bulk, detail: { ...bulk.detail, metadata } })]);
    expect((await waitingIn(deliveries, ['bulk'])).map(({ pass }) => pass?.revision)).toEqual([2]);
    expect(await ask('/health')).toMatchObject({
      status: 200,
      body: { version: '1.2.3', state: 'ready', waiting: { live: 1, bulk: 1 } },
    });
  });

  it('takes the events of others as they are, to the last digit', async () => {
    const { post, deliveries } = await startMiddleware();
    const body = '{"id":"o-1","source":"shop","detail-type":"Shipped","detail":{"order":12345678901234567890123}}';
    expect(await post(body)).toMatchObject({ status: 202, body: { accepted: 1 } });
    const [stored] = await waitingIn(deliveries);
    expect(stored).toMatchObject({ id: 'o-1', source: 'shop', type: 'Shipped', pass: null, lane: 'live' });
    expect(stored?.content).toContain('"order":12345678901234567890123}');
  });

  it('an empty list is accepted: a key can be tried out with it', async () => {
    const { post } = await startMiddleware();
    expect(await post([])).toMatchObject({ status: 202, body: { accepted: 0, duplicates: 0 } });
  });

  it('of a list, a bad event does not stop the others; the answer says which, and where, and no value', async () => {
    const { post, deliveries } = await startMiddleware();
    const wrong = envelopeOf(walletEvent(2));
    const badRevision = {
      ...wrong,
      detail: { ...wrong.detail, metadata: { ...wrong.detail.metadata, revision: 'Zoë' } },
    };
    const { status, body } = await post([
      badRevision,
      envelopeOf(walletEvent(1)),
      'Zoë',
      { id: 'Zoë' },
      { ...wrong, detail: 'Zoë' },
    ]);
    expect({ status, body }).toEqual({
      status: 207,
      body: {
        accepted: 1,
        duplicates: 0,
        failed: [
          { index: 0, retry: false, reason: 'detail.metadata.revision: expected number' },
          { index: 2, retry: false, reason: 'expected an event as a JSON object' },
          { index: 3, retry: false, reason: expect.stringContaining('expected an EventBridge event') },
          { index: 4, retry: false, reason: 'detail: expected a JSON object' },
        ],
      },
    });
    expect(await waitingIn(deliveries)).toHaveLength(1);
    expect(await post(badRevision)).toMatchObject({ ...problem(422), body: { failed: [{ index: 0, retry: false }] } });
  });

  it.each([
    ['text that is no JSON', '{"name": Zoë', 400],
    ['more than a hundred events', JSON.stringify(Array.from({ length: 101 }, () => ({}))), 413],
    ['more bytes than a request may have', JSON.stringify({ text: 'Z'.repeat(8_400_000) }), 413],
    ['an event larger than the store holds', envelopeOf(huge()), 422],
    ['a CloudEvent of another version', { ...cloudEventOf(walletEvent(1)), specversion: '0.3' }, 422],
    ['a CloudEvent with bytes', { ...cloudEventOf(walletEvent(1)), data_base64: 'Wm/DqyE=' }, 422],
    ['a name that is too long for a key', { ...envelopeOf(walletEvent(1)), id: 'Z'.repeat(257) }, 422],
  ] as const)('%s is refused for good', async (_what, body, status) => {
    const { post, lines } = await startMiddleware();
    const answer = await post(body);
    expect(answer).toMatchObject(problem(status));
    expect(`${JSON.stringify(answer.body)}${lines.join('')}`).not.toMatch(/Zo|ZZ/);
  });

  it('another content type is refused', async () => {
    const { post } = await startMiddleware();
    expect(await post('a=b', { 'content-type': 'text/plain' })).toMatchObject(problem(415));
  });

  it('where the store fails, it says 503 and when to come again; part of a list may be stored', async () => {
    const { dynamodb } = connectDynamoDb({
      ...{ endpoint: 'http://127.0.0.1:1', region: 'local' },
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const away = dynamoDbDeliveryStore({ dynamodb, tableName: (name) => name, clock: Date.now, route: toTests });
    const { post, ask } = await startMiddleware({ deliveries: away });
    const answer = await post(envelopeOf(walletEvent(1)));
    expect(answer).toMatchObject(problem(503));
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await ask('/health/ready')).toMatchObject(problem(503));
    expect(await ask('/health/live')).toMatchObject({ status: 200 });
    expect(await ask('/health')).toMatchObject({ status: 200, body: { state: 'store unavailable', waiting: null } });

    const half = await startMiddleware({
      deliveries: { ...away, accept: async () => ['Accepted', 'Unavailable'] },
    });
    const partly = await half.post([envelopeOf(walletEvent(1)), {}, envelopeOf(walletEvent(2))]);
    expect(partly).toMatchObject({
      status: 207,
      body: {
        accepted: 1,
        failed: [
          { index: 1, retry: false },
          { index: 2, retry: true },
        ],
      },
    });
    expect(partly.headers.has('retry-after')).toBe(true);
  });
});

function huge() {
  const event = walletEvent(1);
  return { ...event, detail: { ...event.detail, data: { ...event.detail.data, changed: ['Z'.repeat(360_000)] } } };
}

describe('the key', () => {
  it.each([
    ['none', {}],
    ['another', { authorization: 'Bearer wrong' }],
    ['no bearer', { authorization: `Basic ${KEY}` }],
    ['part of it', { authorization: `Bearer ${KEY.slice(0, -1)}` }],
    ['nothing', { authorization: '' }],
  ])('%s: 401, before anything is read', async (_what, headers) => {
    const { ask, deliveries } = await startMiddleware();
    const answer = await ask('/events', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(envelopeOf(walletEvent(1))),
    });
    expect(answer).toMatchObject(problem(401));
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await waitingIn(deliveries)).toEqual([]);
  });

  it('is renewed without a pause: the pending, the current and the previous key are known, at once', async () => {
    let keys = ['old'];
    let now = 0;
    const { post } = await startMiddleware({
      readKeys: async () => ({ _tag: 'Right', right: keys }),
      clock: () => now,
    });
    const statusWith = async (key: string) => (await post([], { authorization: `Bearer ${key}` })).status;
    expect(await statusWith('old')).toBe(202);
    now += 1_000;
    keys = ['old', 'new'];
    expect(await statusWith('new')).toBe(202);
    expect(await statusWith('old')).toBe(202);
    keys = ['new'];
    expect(await statusWith('old')).toBe(202);
    now += 60_000;
    expect(await statusWith('old')).toBe(401);
    expect(await statusWith('new')).toBe(202);
  });

  it('guesses do not make it ask for the keys all the time', async () => {
    let asked = 0;
    const readKeys = async () => {
      asked += 1;
      return { _tag: 'Right', right: [KEY] } as const;
    };
    const { post } = await startMiddleware({ readKeys, clock: () => 0 });
    for (let guess = 0; guess < 20; guess++) await post([], { authorization: `Bearer guess-${guess}` });
    expect(asked).toBe(1);
  });

  it('keys that cannot be read: 503 until they can, and those known before still count', async () => {
    const away = { _tag: 'Left', left: { reason: 'away' } } as const;
    const there = { _tag: 'Right', right: [KEY] } as const;
    const vault: { answer: typeof away | typeof there } = { answer: away };
    let now = 0;
    const readKeys = async () => vault.answer;
    const { post, ask } = await startMiddleware({ readKeys, clock: () => now });
    expect(await post([])).toMatchObject(problem(503));
    expect(await ask('/health/ready')).toMatchObject(problem(503));
    vault.answer = there;
    now += 1_000;
    expect(await post([])).toMatchObject({ status: 202 });
    expect(await ask('/health/ready')).toMatchObject({ status: 200 });
    vault.answer = away;
    now += 60_000;
    expect(await post([])).toMatchObject({ status: 202 });
  });
});

it('too many requests with one key: 429, and when to come again; another key is not held up', async () => {
  let now = 0;
  const { post } = await startMiddleware({
    ...{ rate: { perSecond: 0.5, burst: 2 }, clock: () => now },
    readKeys: TE.right([KEY, 'other']),
  });
  expect([(await post([])).status, (await post([])).status]).toEqual([202, 202]);
  const refused = await post([]);
  expect(refused).toMatchObject(problem(429));
  expect(refused.headers.get('retry-after')).toBe('2');
  expect((await post([], { authorization: 'Bearer other' })).status).toBe(202);
  now += 2_000;
  expect([(await post([])).status, (await post([])).status]).toEqual([202, 429]);
});

it('what is logged: a line for each call, with counts and traces; no key, no personal datum', async () => {
  const { post, ask, lines, deliveries } = await startMiddleware();
  const canary = { firstName: 'Zoë-canary', lastName: 'Canary-Roth' };
  const event = walletEvent(1);
  const pass = { ...event.detail.data.pass, holder: canary };
  const personal = { ...event, detail: { ...event.detail, data: { ...event.detail.data, pass } } };
  const sent = { traceparent: TRACE, 'x-correlation-id': 'Zoë-canary'.replace('ë', 'e') };
  await post([envelopeOf(personal), { ...envelopeOf(personal), id: 7 }], sent);
  await post({ ...envelopeOf(personal), detail: { ...personal.detail, metadata: canary } });
  await post('{"firstName": "Zoë-canary"', { traceparent: 'Canary-Roth' });
  await post([], { authorization: 'Bearer wrong-canary' });
  await ask('/events/Zoe-canary?key=key-canary');
  const broken = await startMiddleware({
    deliveries: { ...deliveries, accept: () => Promise.reject(new Error('Zoë-canary')) },
  });
  expect(await broken.post([])).toMatchObject(problem(500));
  await expect.poll(() => broken.lines.join('')).toContain('"status":500');
  expect(broken.lines.join('').toLowerCase()).toMatch(/"fault":"error".*events\.int\.ts/);
  expect(broken.lines.join('').toLowerCase()).not.toContain('canary');
  await expect.poll(() => lines.length).toBeGreaterThan(4);
  const logged = lines.join('').toLowerCase();
  expect(logged).not.toContain('canary');
  const inbound = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'inbound');
  expect(inbound).toHaveLength(5);
  expect(inbound[0]).toMatchObject({
    ...{ method: 'POST', route: '/events', status: 207, accepted: 1, refused: 1, traceparent: TRACE },
    traces: ['a'.repeat(32)],
  });
});

it('told to stop: not ready first, then it ends what is under way, then nothing listens', async () => {
  const { url, drain, ask, post, deliveries } = await startMiddleware();
  let finish: () => void = () => undefined;
  const until = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const slow = await startMiddleware({
    deliveries: { ...deliveries, accept: (events) => until.then(() => deliveries.accept(events)) },
  });
  const underWay = slow.post(envelopeOf(walletEvent(1)));
  await expect.poll(async () => (await slow.ask('/health/live')).status).toBe(200);
  const drained = slow.drain({ noticeMs: 100, withinMs: 5_000 });
  expect(await slow.ask('/health/ready')).toMatchObject({ ...problem(503), body: { detail: 'draining' } });
  await new Promise((resolve) => setTimeout(resolve, 200));
  await expect(slow.ask('/health/live')).rejects.toThrow();
  finish();
  expect(await underWay).toMatchObject({ status: 202, body: { accepted: 1 } });
  await drained;

  expect((await ask('/health/ready')).status).toBe(200);
  await drain({ noticeMs: 0, withinMs: 1_000 });
  await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  await expect(post([])).rejects.toThrow();
});

it('what does not end in time is cut off', async () => {
  const { deliveries } = await startMiddleware();
  const stuck = await startMiddleware({ deliveries: { ...deliveries, accept: () => new Promise(() => undefined) } });
  const underWay = stuck.post(envelopeOf(walletEvent(1)));
  underWay.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await stuck.drain({ noticeMs: 0, withinMs: 100 });
  await expect(underWay).rejects.toThrow();
});
