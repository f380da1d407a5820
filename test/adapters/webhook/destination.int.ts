import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { RunStep } from '#adapters/delivery/destination.ts';
import { TRACE } from '#test/adapters/middleware/support.ts';
import {
  acceptedFrom,
  anEvent,
  answering,
  aPass,
  deliver,
  type Got,
  once,
  receiver,
  secretsIn,
  webhook,
} from './receiver.ts';

const only = (got: readonly Got[]): Got => {
  const [one] = got;
  if (one === undefined || got.length > 1) throw new Error('expected one request');
  return one;
};
const DELIVERED = { type: 'Delivered' };

describe('a webhook', () => {
  test('gets a wallet event as a CloudEvent in structured mode, named by its id, below the span of the event', async () => {
    const { url, got } = await receiver();
    const event = aPass(3);
    expect(await deliver(webhook({ url: `${url}/in?from=billfold` }), event)).toEqual({
      verdict: DELIVERED,
      progress: null,
    });
    const { headers, body, method, path } = only(got);
    expect([method, path]).toEqual(['POST', '/in?from=billfold']);
    expect(headers).toMatchObject({
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'idempotency-key': event.id,
    });
    const { data, ...rest } = JSON.parse(event.content);
    expect(JSON.parse(body)).toEqual({ specversion: '1.0', datacontenttype: 'application/json', ...rest, data });
    const [version, trace, span, flags] = String(headers.traceparent).split('-');
    expect([version, trace, flags]).toEqual(['00', 'a'.repeat(32), '01']);
    expect(span).toMatch(/^[\da-f]{16}$/);
    expect(TRACE).not.toContain(span);
  });

  test('gets the events of others to the last digit, and nothing that is no attribute of a CloudEvent', async () => {
    const { url, got } = await receiver();
    const rest = '"id":"o-1","source":"shop","type":"Shipped"';
    const data = '"data":{"order":12345678901234567890123}';
    await deliver(webhook({ url }), { ...anEvent(), content: `{${rest},"time":null,${data},"relayedAt":"x"}` });
    expect(only(got).body).toBe(`{"specversion":"1.0",${rest},"datacontenttype":"application/json",${data}}`);
  });

  test('gets the body that its expression makes of event, pass and metadata, by method and headers as they are said', async () => {
    const { url, got } = await receiver();
    const crm = webhook(
      {
        url: `${url}/customers/{memberId}/{revision}`,
        method: 'PUT',
        headers: { 'X-Team': 'loyalty', authorization: { secret: 'crm-token' } },
        body: '{ "tier": pass.tier.name, "type": event.type, "revision": metadata.revision }',
      },
      { secrets: secretsIn({ 'crm-token': ['Bearer t-1'] }) },
    );
    const event = aPass(2);
    await deliver(crm, event);
    expect(got).toMatchObject([
      {
        method: 'PUT',
        path: `/customers/${event.pass?.memberId}/2`,
        headers: { 'x-team': 'loyalty', authorization: 'Bearer t-1', 'content-type': 'application/json' },
      },
    ]);
    const { pass } = JSON.parse(event.content).data.data;
    expect(JSON.parse(got[0]?.body ?? '')).toEqual({ tier: pass.tier.name, type: 'WalletPassUpdated', revision: 2 });
  });

  test('gets a text as it is', async () => {
    const { url, got } = await receiver();
    await deliver(webhook({ url, body: '"order=" & event.data.order' }), anEvent());
    expect(got).toMatchObject([{ body: 'order=7', headers: { 'content-type': 'text/plain; charset=utf-8' } }]);
  });

  test.each([
    ['a path of another depth', 'https', { id: '../../admin' }, '/in/..%2F..%2Fadmin'],
    ['a query', 'q', { id: 'a?b#c&d' }, '/in/a%3Fb%23c%26d'],
  ])('no value makes %s of its URL', async (_what, _name, more, path) => {
    const { url, got } = await receiver();
    await deliver(webhook({ url: `${url}/in/{id}` }), anEvent(more));
    expect(got[0]?.path).toBe(path);
  });

  test.each([
    ['{id}', { id: '..' }, 'url: this event has no {id} for it'],
    ['{memberId}', {}, 'url: this event has no {memberId} for it'],
  ])('an event that has no such URL (%s) is dead, and nobody is asked', async (place, more, reason) => {
    const { url, got } = await receiver();
    expect((await deliver(webhook({ url: `${url}/in/${place}` }), anEvent(more))).verdict).toEqual({
      type: 'Dead',
      reason,
    });
    expect(got).toEqual([]);
  });

  test('is asked over connections that are kept', async () => {
    const { url, got, connections } = await receiver(answering(200, {}, 'thank you'));
    const crm = webhook({ url });
    for (let index = 0; index < 20; index++) await deliver(crm, anEvent({ id: `o-${index}` }));
    expect(got.length).toBe(20);
    expect(connections()).toBeLessThan(4);
  });

  test('an id that no header holds is written otherwise', async () => {
    const { url, got } = await receiver();
    await deliver(webhook({ url }), anEvent({ id: 'Zoë\n1' }));
    expect(got[0]?.headers['idempotency-key']).toBe('Zo%C3%AB%0A1');
  });
});

describe('which events a webhook wants', () => {
  test('is all wallet events and nothing else, unless it says so', () => {
    const crm = webhook({ url: 'https://crm.example' });
    expect([crm.wants(aPass()), crm.wants(anEvent())]).toEqual([true, false]);
  });

  test('is said by an EventBridge pattern over the event as it came', () => {
    const wants = (events: object, event = aPass()) => webhook({ url: 'https://crm.example', events }).wants(event);
    expect(wants({ 'detail-type': ['WalletPassUpdated'], detail: { data: { changed: [{ prefix: 'tier' }] } } })).toBe(
      true,
    );
    expect(wants({ detail: { data: { changed: ['spend'] } } })).toBe(false);
    expect(wants({ source: ['shop'], detail: { order: [{ numeric: ['>', 5] }] } }, anEvent())).toBe(true);
    expect(wants({ source: ['shop'], detail: { order: [{ numeric: ['>', 7] }] } }, anEvent())).toBe(false);
    expect(
      wants(
        { 'detail-type': ['A'] },
        acceptedFrom({ specversion: '1.0', id: '1', source: 's', type: 'A', data: null }),
      ),
    ).toBe(true);
  });
});

describe('the signature', () => {
  const secret = (fill: number) => `whsec_${Buffer.alloc(32, fill).toString('base64')}`;

  test('is the one of Standard Webhooks over id, time and the bytes that were sent', async () => {
    const { url, got } = await receiver();
    const crm = webhook({ url, sign: { secret: 'crm-sign' } }, { secrets: secretsIn({ 'crm-sign': [secret(1)] }) });
    await deliver(crm, aPass());
    const { headers, body } = only(got);
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = headers;
    const mac = createHmac('sha256', Buffer.alloc(32, 1)).update(`${id}.${at}.${body}`).digest('base64');
    expect(signature).toBe(`v1,${mac}`);
    expect(id).toMatch(/^[\w-]+$/);
    expect(Math.abs(Date.now() / 1_000 - Number(at))).toBeLessThan(5);
  });

  test('while a secret is replaced there is one of each, the current one first; the id stays, the time does not', async () => {
    const { url, got } = await receiver(answering(503));
    const secrets = secretsIn({ 'crm-sign': [secret(2), secret(1)] });
    const crm = webhook({ url, sign: { secret: 'crm-sign', prefix: 'acme' } }, { secrets });
    const twice: Parameters<typeof deliver>[2] = {
      run: async (_step, request) => {
        await request(AbortSignal.timeout(5_000));
        return request(AbortSignal.timeout(5_000));
      },
    };
    await deliver(crm, aPass(), twice);
    const [first, second] = got.map(({ headers }) => headers);
    expect(second?.['acme-id']).toBe(first?.['acme-id']);
    expect(Number(second?.['acme-timestamp'])).toBeGreaterThan(Number(first?.['acme-timestamp']));
    for (const { headers, body } of got) {
      const signed = `${headers['acme-id']}.${headers['acme-timestamp']}.${body}`;
      const macs = [2, 1].map((fill) => createHmac('sha256', Buffer.alloc(32, fill)).update(signed).digest('base64'));
      expect(headers['acme-signature']).toBe(macs.map((mac) => `v1,${mac}`).join(' '));
    }
  });

  test.each([
    ['is not there', {}, 'the secret crm-sign cannot be read'],
    [
      'is no signing secret',
      { 'crm-sign': ['canary'] },
      'the secret crm-sign: expected whsec_ and 24 to 64 random bytes in base64',
    ],
  ] as const)(
    'without a secret, or with one that %s, nothing is sent and it is tried later',
    async (_what, values, reason) => {
      const { url, got } = await receiver();
      const crm = webhook({ url, sign: { secret: 'crm-sign' } }, { secrets: secretsIn(values) });
      expect((await deliver(crm, aPass())).verdict).toEqual({ type: 'Later', reason, isFailure: true });
      expect(got).toEqual([]);
    },
  );

  test('a new secret is used from the next delivery on', async () => {
    const { url, got } = await receiver();
    const values: Record<string, string[]> = { token: ['one'] };
    const crm = webhook({ url, headers: { authorization: { secret: 'token' } } }, { secrets: secretsIn(values) });
    await deliver(crm, aPass());
    values.token = ['two'];
    await deliver(crm, aPass());
    expect(got.map(({ headers }) => headers.authorization)).toEqual(['one', 'two']);
  });
});

describe('what an answer comes to', () => {
  const verdictOf = async (reply: Parameters<typeof receiver>[0], settings: object = {}) => {
    const { url } = await receiver(reply);
    return deliver(webhook({ url, ...settings }), aPass());
  };
  const answerTo = async (status: number, retryAfter: string) => {
    const { url } = await receiver(answering(status, { 'retry-after': retryAfter }));
    let answer: unknown = null;
    const run: RunStep = async (_step, request) => {
      const said = await request(AbortSignal.timeout(5_000));
      answer = said;
      return said;
    };
    return { verdict: (await deliver(webhook({ url }), aPass(), { run })).verdict, answer };
  };
  const json = (status: number, body: unknown) =>
    answering(status, { 'content-type': 'application/json' }, JSON.stringify(body));

  test.each([200, 201, 202, 204])('%i is delivered', async (status) => {
    expect((await verdictOf(answering(status))).verdict).toEqual(DELIVERED);
  });

  test.each([
    [400, 'Bad Request'],
    [404, 'Not Found'],
    [410, 'Gone'],
    [302, 'Found: redirects are not followed'],
  ])('%i would be refused again: dead', async (status, reason) => {
    expect((await verdictOf(answering(status, { location: 'http://127.0.0.1:1/' }))).verdict).toEqual({
      type: 'Dead',
      reason,
    });
  });

  test.each([408, 425, 429, 500, 502, 503, 504])('%i passes by itself: later', async (status) => {
    expect((await verdictOf(answering(status))).verdict).toMatchObject({ type: 'Later', isFailure: true });
  });

  test.each([
    ['seconds', () => '7'],
    ['a date', () => new Date(Date.now() + 7_900).toUTCString()],
  ])('it asks not to be tried before Retry-After, %s; when that is, is left to the engine', async (_form, value) => {
    const { answer, verdict } = await answerTo(429, value());
    expect(answer).toMatchObject({ type: 'Failed', status: 429, retryAfterMs: expect.any(Number) });
    const { retryAfterMs } = answer as { readonly retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThan(5_000);
    expect(retryAfterMs).toBeLessThan(8_000);
    expect(verdict).toEqual({ type: 'Later', reason: 'Too Many Requests', isFailure: true });
  });

  test.each(['-1', 'soon', '1e3', '2026-11-02'])('Retry-After: %s says nothing', async (value) => {
    expect((await answerTo(503, value)).answer).toMatchObject({ type: 'Failed', retryAfterMs: null });
  });

  test('statuses that succeed, and that are retried, can be said', async () => {
    const said = { succeeds: { statuses: [409, '2xx'] }, retries: [404] };
    expect((await verdictOf(answering(409), said)).verdict).toEqual(DELIVERED);
    expect((await verdictOf(answering(404), said)).verdict).toMatchObject({ type: 'Later' });
    expect((await verdictOf(answering(503), said)).verdict).toEqual({ type: 'Dead', reason: 'Service Unavailable' });
  });

  test.each([
    [{ ok: true }, DELIVERED],
    [
      { ok: false, why: 'canary' },
      { type: 'Dead', reason: 'succeeds.condition is false' },
    ],
    [{ ok: 'canary' }, { type: 'Dead', reason: 'succeeds.condition gave neither true nor false' }],
    [{}, { type: 'Dead', reason: 'succeeds.condition gave neither true nor false' }],
  ])('a condition over the answer decides too: %j', async (body, verdict) => {
    expect((await verdictOf(json(200, body), { succeeds: { condition: 'body.ok' } })).verdict).toEqual(verdict);
  });

  test('a condition sees status and headers, and the text of what is no JSON', async () => {
    const condition = 'status = 200 and headers.`x-a` = "1" and body = "OK"';
    expect((await verdictOf(answering(200, { 'x-a': '1' }, 'OK'), { succeeds: { condition } })).verdict).toEqual(
      DELIVERED,
    );
  });

  test('what is to be kept of it is remembered, shown, and there for the next body', async () => {
    const { url, got } = await receiver(json(201, { id: 'c-7', secret: 'x' }));
    const crm = webhook({ url, keeps: '{ "id": body.id }', body: '{ "known": kept.id }' });
    const { progress } = await deliver(crm, aPass(1));
    expect(progress).toEqual({ kept: { id: 'c-7' } });
    await deliver(crm, aPass(2), { progress });
    expect(got.map(({ body }) => body)).toEqual(['{}', '{"known":"c-7"}']);
  });

  test.each([
    ['body.nothing', 'keeps gave nothing'],
    ['$string(body) ~> $pad(5000)', 'keeps gave more than 2048 bytes'],
    ['$number(body.id)', "keeps failed with JSONata's D3030 at character 8"],
  ])('what cannot be kept (%s) is told, and undoes nothing', async (keeps, reason) => {
    const { url } = await receiver(json(200, { id: 'canary' }));
    expect(await deliver(webhook({ url, keeps }), aPass(), { progress: { kept: 1 } })).toMatchObject({
      verdict: DELIVERED,
      progress: { kept: 1 },
      skipped: [{ step: 'keep', outcome: 'skipped', reason }],
    });
  });

  test('of an answer without end no more than 64 KiB are read, whether somebody wants it or nobody does', async () => {
    let written = 0;
    const endless: Parameters<typeof receiver>[0] = (response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(16 * 1024, 'x');
      const more = (): void => {
        while (!response.destroyed) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', more);
        }
      };
      more();
    };
    expect((await verdictOf(endless)).verdict).toEqual(DELIVERED);
    expect((await verdictOf(endless, { succeeds: { condition: 'true' } })).verdict).toEqual({
      type: 'Dead',
      reason: 'succeeds.condition: the answer is longer than 65536 bytes',
    });
    expect(written).toBeLessThan(32 * 1024 * 1024);
  });

  test('an answer that never ends holds nobody who does not want it', async () => {
    const { verdict } = await verdictOf((response) => void response.writeHead(200).write('a'));
    expect(verdict).toEqual(DELIVERED);
  });

  test.each([
    ['a reset', (response) => void response.socket?.destroy(), /^(?:UND_ERR_SOCKET|ECONNRESET)$/],
    ['a stall', () => undefined, /^no answer in time$/],
    ['a stall in the middle', (response) => void response.writeHead(200).write('{'), /^no answer in time$/],
  ] as const satisfies readonly (readonly [string, Parameters<typeof receiver>[0], RegExp])[])(
    '%s passes by itself',
    async (_what, reply, reason) => {
      const { url } = await receiver(reply);
      const crm = webhook({ url, keeps: 'body' });
      expect((await deliver(crm, aPass(), { run: once([], 300) })).verdict).toEqual({
        type: 'Later',
        reason: expect.stringMatching(reason),
        isFailure: true,
      });
    },
  );

  test('nobody there passes by itself', async () => {
    const { url, server } = await receiver();
    await new Promise((resolve) => server.close(resolve));
    expect((await deliver(webhook({ url }), aPass())).verdict).toEqual({
      type: 'Later',
      reason: 'ECONNREFUSED',
      isFailure: true,
    });
  });
});
