import { afterEach, expect, test, vi } from 'vitest';
import { variables } from '#adapters/topology.ts';
import { type AwsJsonAnswer, type AwsJsonServer, startAwsJsonServer } from '#test/support/awsJsonServer.ts';
import { contextWith } from '#test/support/lambdaEvents.ts';
import { capturePrinted } from '#test/support/printed.ts';

let server: AwsJsonServer;
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.resetModules();
  await server.stop();
});

/** As Lambda starts an entry: what it is told by its environment, and services that answer. */
const startOver = async (service: string, answer: (operation: string) => AwsJsonAnswer): Promise<void> => {
  server = await startAwsJsonServer(({ operation }) => answer(operation));
  const environment = {
    ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    [`AWS_ENDPOINT_URL_${service}`]: server.endpoint,
    [variables.prefix]: 'billfold',
    [variables.middlewareUrl]: 'https://middleware.example.test',
  };
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
};

test('the function activate, both of its handlers: a partner source that is pending is there', async () => {
  await startOver('EVENTBRIDGE', () => ({ body: { State: 'PENDING' } }));
  const { onEvent, isComplete } = await import('#adapters/lambda/entry/activate.ts');
  const step = {
    RequestType: 'Create' as const,
    ResourceProperties: { action: 'awaitSource', source: 'aws.partner/appflow/salesforce.com/111122223333/billfold' },
  };
  expect(await onEvent(step)).toEqual({ PhysicalResourceId: expect.stringContaining('salesforce.com') });
  expect(await isComplete(step)).toEqual({ IsComplete: true });
});

test('the function rotateKey makes a key that nobody has seen, and prints nothing of it', async () => {
  const printed = capturePrinted();
  await startOver('SECRETS_MANAGER', (operation) => {
    if (operation === 'GetSecretValue') return { error: 'ResourceNotFoundException' };
    return { body: { RotationEnabled: true, VersionIdsToStages: { v1: ['AWSCURRENT'], v2: ['AWSPENDING'] } } };
  });
  const { handler } = await import('#adapters/lambda/entry/rotateKey.ts');
  const step = { Step: 'createSecret', SecretId: 'billfold-middleware-key', ClientRequestToken: 'v2' };
  await handler(step, contextWith());
  const made = server.asked.find(({ operation }) => operation === 'PutSecretValue')?.body;
  expect(made).toMatchObject({ ClientRequestToken: 'v2', VersionStages: ['AWSPENDING'] });
  expect(String(made?.SecretString).length).toBeGreaterThan(40);
  expect(printed.text()).not.toContain(String(made?.SecretString));
});
