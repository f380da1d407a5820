import Fastify from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import { expect, it, onTestFinished } from 'vitest';
import { eventBridgeApi } from '#adapters/http/eventBridgeApi.ts';
import type { LocalBuses } from '#adapters/local/bus.ts';

it('what breaks is answered as AWS would, and logged without what was sent', async () => {
  const logged: unknown[] = [];
  const server = Fastify();
  onTestFinished(() => server.close());
  const putEvents = () => () => Promise.reject(new RangeError('of zoe@example.com'));
  const log = (line: unknown) => logged.push(line);
  await server.register(eventBridgeApi({ buses: { putEvents }, prefix: 'p', log, hasRoom: () => true }));
  const answer = await server.inject({
    ...{ method: 'POST', url: '/eventbridge' },
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' },
    payload: JSON.stringify({ Entries: [{ Source: 's', DetailType: 'd', Detail: '{}' }] }),
  });
  expect({ status: answer.statusCode, body: answer.json() }).toMatchObject({
    ...{ status: 500, body: { __type: 'InternalException' } },
  });
  expect(logged).toMatchObject([{ type: 'RequestFailed', method: 'POST', path: '/eventbridge', fault: 'RangeError' }]);
  expect(JSON.stringify(logged)).not.toContain('zoe');
});

it('where too much waits, what would wait with it is refused as a whole; what goes elsewhere is taken', async () => {
  const taken: string[] = [];
  const putEvents: LocalBuses['putEvents'] = (bus, entries) => async () => {
    taken.push(bus);
    return E.right(entries.map(() => ({ type: 'accepted', eventId: 'e' })));
  };
  const server = Fastify();
  onTestFinished(() => server.close());
  await server.register(
    eventBridgeApi({ buses: { putEvents }, prefix: 'p', log: () => undefined, hasRoom: () => false }),
  );
  const put = (...buses: readonly string[]) =>
    server.inject({
      ...{ method: 'POST', url: '/eventbridge' },
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' },
      payload: JSON.stringify({
        Entries: buses.map((EventBusName) => ({ Source: 's', DetailType: 'd', Detail: '{}', EventBusName })),
      }),
    });
  const refused = await put('p-wallet', 'aws.partner/salesforce.com/1/2');
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '1']);
  expect(refused.json()).toEqual({ __type: 'ThrottlingException', message: expect.any(String) });
  expect(taken).toEqual([]);
  expect((await put('p-wallet')).statusCode).toBe(200);
  expect(taken).toEqual(['wallet']);
});
