import { afterEach, expect, test, vi } from 'vitest';
import { physicalName, topology, variables } from '#adapters/topology.ts';
import { envelopeOf, KEY, startMiddleware, waitingIn, walletEvent } from '#test/adapters/middleware/support.ts';
import { contextWith, sqsEvent } from '#test/support/lambdaEvents.ts';
import { capturePrinted } from '#test/support/printed.ts';
import { startSecretsServer } from '#test/support/secretsServer.ts';
import { startSqsServer } from '#test/support/sqsServer.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.resetModules();
});

test('the function relay, as Lambda starts it: events to the middleware, a renewed key at once, counts as metrics', async () => {
  const printed = capturePrinted();
  const { url, deliveries } = await startMiddleware();
  const secrets = await startSecretsServer();
  const dead = await startSqsServer();
  const name = physicalName('billfold', topology.middleware.keySecret);
  secrets.set(name, { AWSCURRENT: 'of-yesterday' });
  const environment = {
    ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    [variables.prefix]: 'billfold',
    AWS_ENDPOINT_URL_SQS: dead.endpoint,
    [variables.middlewareUrl]: `${url}/`,
    [variables.relayDeadQueue]: dead.queueUrl,
  };
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
  const { handler } = await import('#adapters/lambda/entry/relay.ts');
  const call = (...bodies: readonly object[]) => handler(sqsEvent(...bodies), contextWith());

  expect((await call(envelopeOf(walletEvent(1)))).batchItemFailures).toHaveLength(1);
  secrets.set(name, { AWSCURRENT: KEY });
  expect(await call(envelopeOf(walletEvent(1)), envelopeOf(walletEvent(2)))).toEqual({ batchItemFailures: [] });
  expect(await call({ not: 'an event' })).toEqual({ batchItemFailures: [] });
  expect(dead.taken).toEqual(['{"not":"an event"}']);
  expect((await waitingIn(deliveries)).map(({ pass }) => pass?.revision)).toEqual([2]);
  await secrets.stop();
  await dead.stop();

  const text = printed.text();
  expect(text).toMatch(/"Relayed":2,?/);
  expect(text).toMatch(/"RelayRetried":1,?/);
  expect(text).toMatch(/"RelayRefused":1,?/);
  expect(text).not.toMatch(/canary|of-yesterday|Zoë|Roth/);
});
