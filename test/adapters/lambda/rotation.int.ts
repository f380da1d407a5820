import { createServer, type Server } from 'node:http';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isKeyAccepted } from '#adapters/lambda/isKeyAccepted.ts';
import { rotationHandler } from '#adapters/lambda/rotation.ts';
import { FRESH_MS, managedSecrets } from '#adapters/secrets/managedSecrets.ts';
import { type AwsJsonServer, closed, listening, startAwsJsonServer } from '#test/support/awsJsonServer.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
const SECRET = 'billfold-middleware-key';

/** Secrets Manager as far as a rotation goes: versions, and the stages that name them. */
const versionsOf = (current: string) => {
  const values = new Map<string, string>([['v1', current]]);
  const stages = new Map<string, Set<string>>([
    ['v1', new Set(['AWSCURRENT'])],
    ['v2', new Set(['AWSPENDING'])],
  ]);
  const holderOf = (stage: string) => [...stages].find(([, names]) => names.has(stage))?.[0];
  const move = (stage: string, to: string) => {
    const from = holderOf(stage);
    if (from !== undefined) stages.get(from)?.delete(stage);
    if (stage === 'AWSCURRENT' && from !== undefined && from !== to) move('AWSPREVIOUS', from);
    stages.set(to, (stages.get(to) ?? new Set()).add(stage));
  };
  return { values, stages, holderOf, move };
};

let secrets: AwsJsonServer;
let middleware: Server;
let middlewareUrl: string;
let versions: ReturnType<typeof versionsOf>;
let now = 0;
/** What the middleware answers instead; null: by the keys it knows. */
let status: number | null = null;

beforeEach(async () => {
  now = 0;
  status = null;
  versions = versionsOf('old key');
  secrets = await startAwsJsonServer(({ operation, body }) => {
    switch (operation) {
      case 'DescribeSecret':
        return {
          body: {
            RotationEnabled: true,
            VersionIdsToStages: Object.fromEntries([...versions.stages].map(([id, names]) => [id, [...names]])),
          },
        };
      case 'GetSecretValue': {
        const id = body.VersionId ?? versions.holderOf(String(body.VersionStage));
        const value = versions.values.get(String(id));
        return value === undefined ? { error: 'ResourceNotFoundException' } : { body: { SecretString: value } };
      }
      case 'PutSecretValue':
        versions.values.set(String(body.ClientRequestToken), String(body.SecretString));
        return { body: {} };
      case 'UpdateSecretVersionStage':
        versions.move(String(body.VersionStage), String(body.MoveToVersionId));
        return { body: {} };
      default:
        return { error: 'UnknownOperationException' };
    }
  });
  const known = managedSecrets({ client: clientOf(secrets), prefix: 'billfold', clock: () => now });
  middleware = createServer(async (request, response) => {
    const candidates = await known.candidates('middleware-key')();
    const given = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const isKnown = E.isRight(candidates) && candidates.right.includes(given);
    response.writeHead(status ?? (isKnown ? 202 : 401)).end('{}');
  });
  middlewareUrl = await listening(middleware);
});
afterEach(() => Promise.all([secrets.stop(), closed(middleware)]));

const clientOf = ({ endpoint }: AwsJsonServer): SecretsManagerClient =>
  new SecretsManagerClient({ endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });

const rotate = (Step: (typeof STEPS)[number], some: object = {}): Promise<void> =>
  rotationHandler({
    secrets: clientOf(secrets),
    isAccepted: isKeyAccepted(middlewareUrl),
    pause: async (ms) => {
      now += ms;
    },
  })({ Step, SecretId: SECRET, ClientRequestToken: 'v2', ...some });

/** Whether the middleware takes a key at this moment. */
const takes = (key: string): Promise<boolean> => isKeyAccepted(middlewareUrl)(key);

describe('the rotation of the key of the middleware', () => {
  test('ends with a new current key; at no moment of it is the old or the new one refused by who knows them', async () => {
    expect(await takes('old key')).toBe(true);
    for (const step of STEPS) {
      await rotate(step);
      expect(await takes('old key')).toBe(true);
    }
    const fresh = versions.values.get('v2') ?? '';
    expect(versions.holderOf('AWSCURRENT')).toBe('v2');
    expect(versions.holderOf('AWSPREVIOUS')).toBe('v1');
    expect(fresh).toMatch(/^[\w-]{43}$/);
    expect(await takes(fresh)).toBe(true);
    now += FRESH_MS;
    expect(await takes('old key')).toBe(true);
    expect(await takes('no key')).toBe(false);
  });

  test('every step may come twice, also after the end', async () => {
    for (const step of STEPS) {
      await rotate(step);
      const made = versions.values.get('v2');
      await rotate(step);
      expect(versions.values.get('v2')).toBe(made);
    }
    for (const step of STEPS) await rotate(step);
    expect(versions.holderOf('AWSCURRENT')).toBe('v2');
  });

  test('a pending key is tested only after every task of the middleware has had time to read it', async () => {
    // The middleware has just read its secrets: it does not know the key that is made now.
    await takes('old key');
    await rotate('createSecret');
    expect(await takes(versions.values.get('v2') ?? '')).toBe(false);
    await rotate('testSecret');
    expect(now).toBeGreaterThan(FRESH_MS);
  });

  test('a key that the middleware does not take never becomes current, and the failure says nothing of it', async () => {
    await rotate('createSecret');
    status = 401;
    await expect(rotate('testSecret')).rejects.toThrow('the middleware does not take the pending key');
    status = 503;
    await expect(rotate('testSecret')).rejects.toThrow('the middleware answers 503');
    expect(versions.holderOf('AWSCURRENT')).toBe('v1');
  });

  test('a test before anything was made is Secrets Manager trying how it is set up: it passes, though no middleware is there yet', async () => {
    status = 503;
    await rotate('testSecret');
    expect(now).toBe(0);
  });

  test('a version without a value never becomes current', async () => {
    await expect(rotate('finishSecret')).rejects.toThrow('no pending key');
    expect(versions.holderOf('AWSCURRENT')).toBe('v1');
  });

  test('a version that is not pending is refused, and so is what is no step', async () => {
    await expect(rotate('createSecret', { ClientRequestToken: 'v3' })).rejects.toThrow('not the pending one');
    await expect(rotate('createSecret', { Step: 'eraseSecret' })).rejects.toThrow('expected a rotation step');
  });
});
