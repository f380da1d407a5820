import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { middlewareClient } from '#adapters/lambda/middlewareClient.ts';
import { type RelayCounts, relayHandler } from '#adapters/lambda/relay.ts';
import { secretUnavailable } from '#adapters/secrets/secrets.ts';
import { envelopeOf, KEY, startMiddleware, TRACE, waitingIn, walletEvent } from '#test/adapters/middleware/support.ts';
import { at } from '#test/contract/given.ts';
import { closed, listening, textOf } from '#test/support/awsJsonServer.ts';

type Asked = { readonly headers: IncomingHttpHeaders; readonly body: readonly unknown[] };
type Script = (response: ServerResponse, asked: Asked, call: number) => void;

/** A server that answers as it is told to, call by call. */
const scripted = async (script: Script) => {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const call = { headers: request.headers, body: JSON.parse(await textOf(request)) as unknown[] };
    asked.push(call);
    script(response, call, asked.length);
  });
  const url = await listening(server);
  onTestFinished(() => closed(server));
  return { url, asked };
};
const answer = (status: number, body: unknown = {}, headers: Readonly<Record<string, string>> = {}): Script => {
  return (response) => void response.writeHead(status, headers).end(JSON.stringify(body));
};
const takeAll: Script = (response, { body }, call) =>
  answer(202, { accepted: body.length, duplicates: 0 })(response, { headers: {}, body }, call);
/** One after the other, the last one from then on. */
const inTurn =
  (...scripts: readonly Script[]): Script =>
  (response, asked, call) =>
    scripts[Math.min(call, scripts.length) - 1]?.(response, asked, call);

/** A relay whose pauses take no time but are counted, as its function's time is. */
const relayTo = (
  url: string,
  some: {
    readonly key?: string;
    readonly tryMs?: number;
    readonly ms?: number;
    readonly areDeadLettersAway?: boolean;
  } = {},
) => {
  const counts: RelayCounts[] = [];
  const reasons: string[] = [];
  const pauses: number[] = [];
  const keys: string[] = [];
  const buried: string[] = [];
  const handle = relayHandler({
    bury: async (body) => {
      if (some.areDeadLettersAway === true) return 'no queue';
      buried.push(body);
      return null;
    },
    post: middlewareClient({
      url: `${url}/events`,
      key: async (which) => {
        keys.push(which);
        return E.right(some.key ?? (which === 'renewed' ? KEY : 'old'));
      },
      pause: async (ms) => void pauses.push(ms),
      random: () => 0.5,
      ...(some.tryMs !== undefined && { tryMs: some.tryMs }),
    }),
    clock: () => at,
    onRelayed: (count) => counts.push(count),
    onFailure: (reason, messages) => reasons.push(`${messages}: ${reason}`),
  });
  const relay = async (bodies: readonly unknown[]): Promise<readonly string[]> => {
    const Records = bodies.map((body, index) => ({
      messageId: `m-${index}`,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }));
    const left = () => (some.ms ?? 30_000) - pauses.reduce((sum, ms) => sum + ms, 0);
    const { batchItemFailures } = await handle({ Records }, left);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { relay, counts, reasons, pauses, keys, buried };
};

const [one, two, three] = [walletEvent(1), walletEvent(2), walletEvent(3)].map(envelopeOf);

describe('the relay', () => {
  it('hands a batch to the middleware in one request; again, it is known there', async () => {
    const { url, deliveries, lines } = await startMiddleware();
    const { relay, counts } = relayTo(url, { key: KEY });
    expect(await relay([one, two])).toEqual([]);
    expect(await relay([two, three])).toEqual([]);
    const waiting = await waitingIn(deliveries);
    expect(waiting.map(({ pass }) => pass?.revision)).toEqual([3]);
    expect(JSON.parse(waiting[0]?.content ?? '')).toMatchObject({ relayedAt: new Date(at).toISOString() });
    expect(counts).toEqual([
      { relayed: 2, refused: 0, retried: 0 },
      { relayed: 2, refused: 0, retried: 0 },
    ]);
    await expect.poll(() => lines.filter((line) => line.includes('inbound'))).toHaveLength(2);
  });

  it('sends the events as they came, to the digit, with when it received them; trace and cause as headers too', async () => {
    const { url, asked } = await scripted(takeAll);
    const foreign = '{ "id":"1","source":"shop","detail-type":"Sold","detail":{"number":12345678901234567890} }';
    const { relay } = relayTo(url);
    expect(await relay([one])).toEqual([]);
    expect(asked[0]).toMatchObject({
      headers: { traceparent: TRACE, 'x-correlation-id': 'event e-1', authorization: 'Bearer old' },
      body: [{ ...one, relay: { receivedAt: new Date(at).toISOString(), messageId: 'm-0' } }],
    });
    expect(await relay([one, foreign])).toEqual([]);
    expect(asked[1]?.headers.traceparent).toBeUndefined();
    const { url: real, deliveries } = await startMiddleware();
    expect(await relayTo(real, { key: KEY }).relay([foreign])).toEqual([]);
    expect((await waitingIn(deliveries))[0]?.content).toContain('12345678901234567890');
  });

  it('a message that is no event is buried at once, alone, and is not sent', async () => {
    const { url, asked } = await scripted(takeAll);
    const { relay, counts, reasons, buried } = relayTo(url);
    const bad = { ...one, detail: { metadata: { memberId: 'Zoë-canary' } } };
    expect(await relay(['{"Zoë-canary', one, bad, [one], '[]'])).toEqual([]);
    expect(buried).toEqual(['{"Zoë-canary', JSON.stringify(bad), JSON.stringify([one]), '[]']);
    expect(asked.map(({ body }) => body.length)).toEqual([1]);
    expect(counts).toEqual([{ relayed: 1, refused: 4, retried: 0 }]);
    expect(reasons.join()).not.toContain('canary');
  });

  it('a key that is refused is asked for anew, once', async () => {
    const { url } = await startMiddleware();
    const renewed = relayTo(url);
    expect(await renewed.relay([one])).toEqual([]);
    expect(renewed.keys).toEqual(['known', 'renewed']);

    const wrong = relayTo(url, { key: 'wrong' });
    expect(await wrong.relay([one, two])).toEqual(['m-0', 'm-1']);
    expect(wrong.keys).toEqual(['known', 'renewed']);
    expect(wrong.counts).toEqual([{ relayed: 0, refused: 0, retried: 2 }]);
  });

  it('a key that cannot be read: all of it comes again', async () => {
    const handle = relayHandler({
      post: middlewareClient({
        ...{ url: 'http://127.0.0.1:1/events', pause: async () => undefined, random: () => 0 },
        key: async () => E.left(secretUnavailable('middleware-key', 'away')),
      }),
      ...{ bury: async () => null, clock: () => at, onRelayed: () => undefined, onFailure: () => undefined },
    });
    const Records = [{ messageId: 'm', body: JSON.stringify(one) }];
    expect(await handle({ Records }, () => 30_000)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
  });

  it('too many requests: it waits as long as it is told to, then goes on', async () => {
    const { url, asked } = await scripted(inTurn(answer(429, {}, { 'retry-after': '7' }), takeAll));
    const { relay, pauses } = relayTo(url);
    expect(await relay([one])).toEqual([]);
    expect(pauses).toEqual([7_000]);
    expect(asked).toHaveLength(2);
  });

  it('told to wait longer than the function may run, it gives the messages back at once', async () => {
    const { url, asked } = await scripted(answer(503, {}, { 'retry-after': '60' }));
    const { relay, pauses, counts } = relayTo(url);
    expect(await relay([one, two])).toEqual(['m-0', 'm-1']);
    expect(pauses).toEqual([]);
    expect(asked).toHaveLength(1);
    expect(counts).toEqual([{ relayed: 0, refused: 0, retried: 2 }]);
  });

  it.each<[string, Script]>([
    ['fails', answer(500)],
    ['resets the connection', (response) => void response.destroy()],
    ['does not answer', () => undefined],
    ['stops in the middle of an answer', (response) => void response.writeHead(202).write('{"accepted":')],
    ['sends elsewhere', answer(307, {}, { location: 'http://127.0.0.1:1/' })],
    ['is another one altogether', answer(200, { hello: 'world' })],
    ['says 202 of another number of events', answer(202, { accepted: 1, duplicates: 0 })],
    ['does not know the address', answer(404)],
  ])('a middleware that %s: tried again with growing pauses, then all of it comes again', async (_what, script) => {
    const { url, asked } = await scripted(script);
    const { relay, pauses, counts } = relayTo(url, { tryMs: 50 });
    expect(await relay([one, two])).toEqual(['m-0', 'm-1']);
    expect(asked).toHaveLength(5);
    expect(pauses).toEqual([250, 500, 1_000, 2_000]);
    expect(counts).toEqual([{ relayed: 0, refused: 0, retried: 2 }]);
  });

  it('a middleware that comes back meanwhile gets everything', async () => {
    const { url } = await scripted(inTurn(answer(500), (response) => void response.destroy(), takeAll));
    expect(await relayTo(url).relay([one, two])).toEqual([]);
  });

  it('nobody there: all of it comes again, within the time of the function', async () => {
    const { relay, pauses } = relayTo('http://127.0.0.1:1', { ms: 3_000 });
    expect(await relay([one])).toEqual(['m-0']);
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(2_000);
  });

  it('what cannot be buried is given back to its queue', async () => {
    const { url } = await scripted(takeAll);
    const { relay, reasons } = relayTo(url, { areDeadLettersAway: true });
    expect(await relay(['[]', one])).toEqual(['m-0']);
    expect(reasons).toContain('1: not buried: no queue');
  });

  it('of a list that is taken in part, what may pass comes back, and what cannot is buried', async () => {
    const failed = [
      { index: 0, retry: false, reason: 'detail: expected object' },
      { index: 2, retry: true, reason: 'could not be stored' },
    ];
    const { url } = await scripted(answer(207, { accepted: 1, duplicates: 0, failed }));
    const { relay, counts, reasons, buried } = relayTo(url);
    expect(await relay([one, two, three])).toEqual(['m-2']);
    expect(buried).toEqual([JSON.stringify(one)]);
    expect(counts).toEqual([{ relayed: 1, refused: 1, retried: 1 }]);
    expect(reasons).toEqual(['1: detail: expected object', '1: could not be stored']);
  });

  it.each([400, 413, 415, 422])('a list that is rejected as a whole (%i) is sent one by one', async (status) => {
    const { url, asked } = await scripted((response, call, number) => {
      const isPoisoned = call.body.some((event) => JSON.stringify(event).includes('"revision":2'));
      (isPoisoned ? answer(status) : takeAll)(response, call, number);
    });
    const { relay, counts, buried } = relayTo(url);
    expect(await relay([one, two, three])).toEqual([]);
    expect(buried).toEqual([JSON.stringify(two)]);
    expect(asked.map(({ body }) => body.length)).toEqual([3, 1, 1, 1]);
    expect(counts).toEqual([{ relayed: 2, refused: 1, retried: 0 }]);
  });
});
