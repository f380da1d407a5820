import { readFileSync } from 'node:fs';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as E from 'fp-ts/lib/Either.js';
import { connectDynamoDb } from '../dynamodb/client.ts';
import { fileSecrets } from '../secrets/fileSecrets.ts';
import { managedSecrets } from '../secrets/managedSecrets.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { tableNames } from '../tableNames.ts';
import { topology } from '../topology.ts';
import { dynamoDbStores } from './dynamoDbStores.ts';
import { type LoadedDestinations, loadDestinations, NOWHERE } from './loadDestinations.ts';
import { middlewareLog } from './log.ts';
import { middlewareMetrics } from './metrics.ts';
import { rateLimit } from './rateLimit.ts';
import type { Drain } from './server.ts';
import { middlewareService, type Service } from './service.ts';
import { readSettings, type Settings } from './settings.ts';

/** The middleware as a process of its own: what the container image runs. Exit codes: 0 stopped when told to, 1 could not start. */
const main = async (): Promise<void> => {
  const settings = readSettings(process.env);
  if (E.isLeft(settings)) return fail('The environment of the middleware cannot be used:', settings.left);
  const { host, port, prefix, level, destinations: path } = settings.right;
  const loaded = path === null ? E.right(NOWHERE) : await loadDestinations(path);
  if (E.isLeft(loaded)) return fail('The destinations cannot be used:', loaded.left);
  const log = middlewareLog({ level, prefix });
  const service = await serviceOf(settings.right, loaded.right, log);
  if (E.isLeft(service)) return fail('The destinations cannot be used as their secrets are:', service.left);
  stopWhenTold(service.right, log);
  try {
    await service.right.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return fail(`The middleware cannot listen on ${host}, port ${port} (${code}).`);
  }
  await service.right.deliver();
};

type Log = ReturnType<typeof middlewareLog>;

const stopWhenTold = (service: Service, log: Log): void => {
  let isStopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, 'draining');
    const late = setTimeout(() => {
      log.warn('stopped before everything was closed');
      process.exit(0);
    }, STOP_WITHIN_MS);
    await service.drain(DRAIN);
    clearTimeout(late);
    log.info('stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
};

/** Together well below the thirty seconds after which ECS kills a task (StopTimeout). A load balancer looks every few seconds. */
const DRAIN: Drain = { noticeMs: 5_000, withinMs: 15_000 };
const STOP_WITHIN_MS = 25_000;

const serviceOf = (settings: Settings, loaded: LoadedDestinations, log: Log) => {
  const { prefix, requestsPerSecond } = settings;
  const secrets = secretsOf(settings);
  return middlewareService({
    ...{ loaded, log, clock: Date.now, random: Math.random, reachedBy: 'balancer' },
    stores: dynamoDbStores({
      dynamodb: connectDynamoDb({}).dynamodb,
      tableName: tableNames(prefix),
      clock: Date.now,
      onUnavailable: (reason) => log.error({ reason }, 'store unavailable'),
    }),
    secrets: secrets.kept,
    // Asked anew each time: the keyring remembers, and a pending key has to be known as soon as it is tried.
    readKeys: () => secrets.fresh().candidates(topology.middleware.keySecret)(),
    metrics: middlewareMetrics(prefix),
    rateLimit: rateLimit({
      perSecond: requestsPerSecond,
      burst: 2 * requestsPerSecond,
      clock: () => performance.now(),
    }),
    version: versionOf(),
  });
};

/** kept: remembers for a minute. */
const secretsOf = ({ prefix, secretsFile }: Settings): { readonly kept: Secrets; readonly fresh: () => Secrets } => {
  if (secretsFile !== null) return { kept: fileSecrets(secretsFile), fresh: () => fileSecrets(secretsFile) };
  const client = new SecretsManagerClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
  });
  const fresh = (): Secrets => managedSecrets({ client, prefix, clock: Date.now });
  return { kept: fresh(), fresh };
};

const versionOf = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;

const fail = (message: string, lines: readonly string[] = []): never => {
  process.stderr.write(`${[message, ...lines].join('\n  ')}\n`);
  process.exit(1);
};

await main();
