import * as E from 'fp-ts/lib/Either.js';
import type { QueueBatch } from '../lambda/ingest.ts';
import { type MiddlewareClientDeps, middlewareClient } from '../lambda/middlewareClient.ts';
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
      key: keyFrom(secrets),
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

/** Read when there is none, or when it is refused: reading the file for each post took a twentieth of the service's CPU. */
const keyFrom = (secrets: RelayToMiddleware['secrets']): MiddlewareClientDeps['key'] => {
  let known: string | null = null;
  return async (which) => {
    if (which === 'known' && known !== null) return E.right(known);
    const read = await secrets.current(topology.middleware.keySecret)();
    known = E.isRight(read) ? read.right : null;
    return read;
  };
};

/** Once more, and quickly: what does not go through waits for the next start. */
const STOPPING_MS = 2_000;
