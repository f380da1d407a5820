import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AcceptedEvent } from '#adapters/delivery/acceptedEvent.ts';
import { deliveryApi } from '#adapters/http/deliveryApi.ts';
import { memoryDeliveryStore } from '#adapters/memory/deliveryStore.ts';
import { operate } from '#test/adapters/middleware/operated.ts';
import { got } from '#test/contract/given.ts';

const event = (memberId: string): AcceptedEvent => ({
  ...{ id: `${memberId}.1`, source: 'billfold.wallet', type: 'WalletPassUpdated', lane: 'live' },
  ...{ pass: { memberId, revision: 1, changed: ['tier'] }, traceparent: null, correlationId: null, content: '{}' },
});

const passedOnTo = async (middlewareUrl: string) => {
  const server = Fastify();
  await server.register(deliveryApi({ middlewareUrl, middlewarePatienceMs: 1_000 }));
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  return async (path: string, init?: RequestInit) => {
    const response = await fetch(`${url}${path}`, init);
    return { status: response.status, body: await response.json(), type: response.headers.get('content-type') };
  };
};
const post = (body: unknown, type = 'application/json'): RequestInit => ({
  ...{ method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) },
});

describe('deliveries, asked of the service itself', () => {
  const both = async () => {
    const deliveries = memoryDeliveryStore({ clock: Date.now, route: () => ['apple', 'google'] });
    await deliveries.accept([event('M1'), event('M2')]);
    const claim = await got(
      deliveries.claim({ subject: { type: 'member', memberId: 'M1' }, destination: 'google' }, 60_000),
    );
    if (claim._tag === 'None') throw new Error('expected something to claim');
    const verdict = { type: 'Dead', reason: 'permissionDenied' } as const;
    await got(deliveries.settle(claim.value, { verdict, revision: 1, steps: [], progress: null }));
    const { url, ask: there } = await operate({}, deliveries);
    return { here: await passedOnTo(url), there };
  };

  it.each([
    '/api/destinations',
    '/api/deliveries?member=M1',
    '/api/deliveries?destination=google&state=waiting&limit=1',
    '/api/deliveries?member=nobody',
    '/api/deliveries?destination=nowhere',
    '/api/deliveries',
    '/api/deliveries?destination=google&limit=0',
  ])('GET %s is answered as the middleware answers it, refusals with their words', async (path) => {
    const { here, there } = await both();
    const { status, body, headers } = await there(path);
    expect(await here(path)).toEqual({ status, body, type: headers.get('content-type') });
  });

  it('what is to be sent again is, once it is understood', async () => {
    const { here } = await both();
    const path = '/api/deliveries/redrive';
    expect(await here(path, post({ destination: 'google' }))).toMatchObject({ status: 200, body: { redriven: 1 } });
    expect(await here(path, post({ whole: 'x', member: 'M1' }))).toMatchObject({
      ...{ status: 400, body: { detail: expect.stringContaining('whole') } },
    });
    expect(await here(path, { method: 'POST' })).toMatchObject({ status: 400 });
  });

  it('nothing is sent again by what a page of another site can send unasked', async () => {
    const { here } = await both();
    expect(await here('/api/deliveries/redrive', post({ member: 'M1' }, 'text/plain'))).toMatchObject({ status: 415 });
  });

  it('where the middleware does not answer: 503', async () => {
    const here = await passedOnTo('http://127.0.0.1:1');
    expect(await here('/api/destinations')).toMatchObject({ status: 503, body: { status: 503 } });
  });

  it('where it breaks off in the middle of an answer: 503', async () => {
    const middleware = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      response.write('{', () => response.destroy());
    });
    await new Promise<void>((listening) => middleware.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void middleware.close());
    const here = await passedOnTo(`http://127.0.0.1:${(middleware.address() as AddressInfo).port}`);
    expect(await here('/api/destinations')).toMatchObject({ status: 503, body: { status: 503 } });
  });
});
