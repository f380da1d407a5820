import { readFileSync } from 'node:fs';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as E from 'fp-ts/lib/Either.js';
import { connectDynamoDb } from '../dynamodb/client.ts';
import { dynamoDbDeliveryStore } from '../dynamodb/deliveryStore.ts';
import { fileSecrets } from '../secrets/fileSecrets.ts';
import { managedSecrets } from '../secrets/managedSecrets.ts';
import { physicalName, topology } from '../topology.ts';
import { type KeyringDeps, keyring } from './keyring.ts';
import { rateLimit } from './rateLimit.ts';
import { buildMiddleware, type Drain } from './server.ts';
import { readSettings, type Settings } from './settings.ts';

/** The middleware as a process of its own: what the container image runs. Exit codes: 0 stopped when told to, 1 could not start. */
const main = async (): Promise<void> => {
  const settings = readSettings(process.env);
  if (E.isLeft(settings))
    return fail(['The environment of the middleware cannot be used:', ...settings.left].join('\n  '));
  const { server, drain } = middlewareOf(settings.right);
  const { host, port } = settings.right;
  try {
    await server.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return fail(`The middleware cannot listen on ${host}, port ${port} (${code}).`);
  }
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      server.log.info({ signal }, 'draining');
      void drain(DRAIN).then(() => {
        server.log.info('stopped');
        process.exit(0);
      });
    });
};

/** Together well below the thirty seconds after which ECS kills a task (StopTimeout). A load balancer looks every few seconds. */
const DRAIN: Drain = { noticeMs: 5_000, withinMs: 15_000 };

const middlewareOf = (settings: Settings) => {
  const { prefix, level, requestsPerSecond } = settings;
  const clock = () => Date.now();
  const middleware = buildMiddleware({
    destinations: [],
    deliveries: dynamoDbDeliveryStore({
      ...{ dynamodb: connectDynamoDb({}).dynamodb, tableName: (name) => physicalName(prefix, name), clock },
      route: () => [],
      onUnavailable: (reason) => middleware.server.log.error({ reason }, 'store unavailable'),
    }),
    keyring: keyring({ readKeys: keysOf(settings), clock }),
    rateLimit: rateLimit({
      perSecond: requestsPerSecond,
      burst: 2 * requestsPerSecond,
      clock: () => performance.now(),
    }),
    version: versionOf(),
    logger: {
      level,
      base: { service: 'middleware', prefix },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
  });
  return middleware;
};

/** Asked anew each time: the keyring remembers, and a pending key has to be known as soon as it is tried. */
const keysOf = ({ prefix, secretsFile }: Settings): KeyringDeps['readKeys'] => {
  const name = topology.middleware.keySecret;
  if (secretsFile !== null) return fileSecrets(secretsFile).candidates(name);
  const client = new SecretsManagerClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
  });
  return () => managedSecrets({ client, prefix, clock: Date.now }).candidates(name)();
};

const versionOf = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;

const fail = (message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

await main();
