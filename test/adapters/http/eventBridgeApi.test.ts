import Fastify from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { eventBridgeApi } from '#adapters/http/eventBridgeApi.ts';

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
