import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dynamoDbDeliveryStore } from '../dynamodb/deliveryStore.ts';
import type { DynamoDbTables } from '../dynamodb/eventStore.ts';
import type { QueueBatch } from '../lambda/ingest.ts';
import { middlewareClient } from '../lambda/middlewareClient.ts';
import { type RelayDeps, relayHandler } from '../lambda/relay.ts';
import { keyring } from '../middleware/keyring.ts';
import { buildMiddleware } from '../middleware/server.ts';
import { fileSecrets } from '../secrets/fileSecrets.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { topology } from '../topology.ts';
import { sleep } from './backoff.ts';
import type { LocalFunction, Log } from './functions.ts';

export type LocalMiddlewareDeps = DynamoDbTables & {
  readonly dataDir: string;
  readonly port: number;
  readonly log: Log;
  readonly stopping: AbortSignal;
};

export type LocalMiddleware = {
  readonly url: string;
  /** Rejects where the port cannot be used. */
  readonly listen: () => Promise<void>;
  readonly close: () => Promise<void>;
  /** Reads the relay queues. bury: takes what can never be delivered. */
  readonly relay: (bury: RelayDeps['bury']) => LocalFunction;
};

/** The middleware in this process, on a port of its own, and the function that relays to it: over HTTP, with a key, as anywhere else. */
export const localMiddleware = async (deps: LocalMiddlewareDeps): Promise<LocalMiddleware> => {
  const { port, log, stopping } = deps;
  const url = `http://127.0.0.1:${port}`;
  const secrets = fileSecrets(await secretsFile(deps.dataDir));
  const clock = () => Date.now();
  const { server, drain } = buildMiddleware({
    deliveries: dynamoDbDeliveryStore({ ...deps, clock, route: () => [] }),
    destinations: [],
    keyring: keyring({ readKeys: secrets.candidates(topology.middleware.keySecret), clock }),
    // The only sender that matters here is our own.
    rateLimit: () => null,
    version: 'local',
    logger: false,
  });
  return {
    url,
    listen: async () => {
      await server.listen({ host: '127.0.0.1', port });
    },
    close: () => drain({ noticeMs: 0, withinMs: 2_000 }),
    relay: (bury) => relayTo(url, secrets, log, stopping, bury),
  };
};

const relayTo = (
  url: string,
  secrets: Secrets,
  log: Log,
  stopping: AbortSignal,
  bury: RelayDeps['bury'],
): LocalFunction => {
  const relay = relayHandler({
    post: middlewareClient({
      url: `${url}${topology.middleware.eventsPath}`,
      key: () => secrets.current(topology.middleware.keySecret)(),
      pause: (ms) => sleep(ms, stopping),
      random: Math.random,
    }),
    bury,
    clock: () => Date.now(),
    onRelayed: () => undefined,
    onFailure: (reason, messages) => log({ type: 'RelayFailed', reason, messages }),
  });
  const withinMs = topology.functions.relay.timeoutSeconds * 1_000;
  return (records) => {
    const until = performance.now() + withinMs;
    return relay({ Records: records as QueueBatch['Records'] }, () =>
      stopping.aborted ? STOPPING_MS : until - performance.now(),
    );
  };
};

/** Once more, and quickly: what does not go through waits for the next start. */
const STOPPING_MS = 2_000;

/** Made once, and only for whoever owns the folder to read. */
const secretsFile = async (dataDir: string): Promise<string> => {
  const path = join(dataDir, 'secrets.json');
  const secrets = { [topology.middleware.keySecret]: { current: randomBytes(32).toString('base64url') } };
  try {
    await writeFile(path, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return path;
};
