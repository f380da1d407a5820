import type { QueueBatch } from '../lambda/ingest.ts';
import { middlewareClient } from '../lambda/middlewareClient.ts';
import { type RelayDeps, relayHandler } from '../lambda/relay.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { topology } from '../topology.ts';
import { sleep } from './backoff.ts';
import type { LocalFunction, Log } from './functions.ts';

export type RelayToMiddleware = {
  readonly url: string;
  readonly secrets: Pick<Secrets, 'current'>;
  readonly log: Log;
  readonly stopping: AbortSignal;
  /** Takes what can never be delivered. */
  readonly bury: RelayDeps['bury'];
};

/** The function that reads the relay queues: over HTTP, with a key, as anywhere else. */
export const relayToMiddleware = ({ url, secrets, log, stopping, bury }: RelayToMiddleware): LocalFunction => {
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
