import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { destination as logTo } from 'pino';
import { adoptWaiting } from '../dynamodb/adoptWaiting.ts';
import { dynamoDbBudget, dynamoDbOnce } from '../dynamodb/budget.ts';
import { dynamoDbDeliveryStore } from '../dynamodb/deliveryStore.ts';
import type { DynamoDbTables } from '../dynamodb/eventStore.ts';
import { dynamoDbRegistrations } from '../dynamodb/registrations.ts';
import type { RelayDeps } from '../lambda/relay.ts';
import { type Composed, composeDestinations } from '../middleware/composeDestinations.ts';
import { engineLog } from '../middleware/engineLog.ts';
import { keyring } from '../middleware/keyring.ts';
import { loadDestinations } from '../middleware/loadDestinations.ts';
import { middlewareLog } from '../middleware/log.ts';
import { buildMiddleware } from '../middleware/server.ts';
import { wakingStore } from '../middleware/wakingStore.ts';
import { fileSecrets } from '../secrets/fileSecrets.ts';
import { topology } from '../topology.ts';
import type { LocalFunction, Log } from './functions.ts';
import { relayToMiddleware } from './relayToMiddleware.ts';
import { localSecrets } from './secrets.ts';
import { type Holders, holdersOf } from './standIns/holders.ts';
import { type StandIns, startStandIns } from './standIns/standIns.ts';

export type LocalMiddlewareDeps = DynamoDbTables & {
  readonly dataDir: string;
  readonly port: number;
  /** A destinations.json, or its folder; null: stand-ins on this machine. */
  readonly destinations: string | null;
  readonly log: Log;
  readonly stopping: AbortSignal;
};

export type LocalMiddleware = {
  readonly url: string;
  /** null: it calls the real ones. */
  readonly standIns: (StandIns & { readonly holders: Holders }) | null;
  /** Rejects where the port cannot be used. */
  readonly listen: () => Promise<void>;
  readonly close: () => Promise<void>;
  /** Reads the relay queues. bury: takes what can never be delivered. */
  readonly relay: (bury: RelayDeps['bury']) => LocalFunction;
};

/**
 * The middleware in this process, on a port of its own. Its log is <data>/middleware.log, of this start. Left: what of the destinations cannot be used, a
 * line each.
 */
export const localMiddleware = async (
  deps: LocalMiddlewareDeps,
): Promise<E.Either<readonly string[], LocalMiddleware>> => {
  const { dataDir, port, log, stopping } = deps;
  const url = `http://127.0.0.1:${port}`;
  const clock = () => Date.now();
  const standIns =
    deps.destinations === null
      ? await startStandIns({ folder: join(dataDir, 'stand-ins'), middlewareUrl: url, clock })
      : null;
  const secrets = fileSecrets(await localSecrets(dataDir, standIns?.secrets ?? {}));
  const loaded = await loadDestinations(standIns?.destinationsFile ?? deps.destinations ?? '');
  if (E.isLeft(loaded)) return loaded;
  const lines = middlewareLog({
    ...{ level: 'info', prefix: topology.prefix },
    stream: logTo({ dest: join(dataDir, 'middleware.log'), append: false, sync: false }),
  });
  const composed = await composeDestinations({
    ...{ loaded: loaded.right, secrets, clock, random: Math.random, tell: engineLog(lines) },
    stores: (route) => ({
      deliveries: dynamoDbDeliveryStore({ ...deps, clock, route }),
      registrations: dynamoDbRegistrations({ ...deps, clock }),
      budget: dynamoDbBudget({ ...deps, clock }),
      once: dynamoDbOnce({ ...deps, clock }),
    }),
    onMetric: () => undefined,
    onSecretProblem: ({ secret, problems }) => log({ type: 'SecretUnusable', secret, problems }),
    onCallback: () => undefined,
    ...(standIns !== null && { trust: { apns: standIns.ca, google: standIns.ca } }),
  });
  if (E.isLeft(composed)) {
    await standIns?.close();
    return composed;
  }
  const { engine, close } = composed.right;
  const { server, drain } = buildMiddleware({
    ...composed.right,
    deliveries: wakingStore(composed.right.deliveries, () => engine),
    keyring: keyring({ readKeys: secrets.candidates(topology.middleware.keySecret), clock }),
    // The only sender that matters here is our own, and whoever operates it sits before it.
    ...{ rateLimit: () => null, operators: null },
    ...{ version: 'local', log: lines, clock },
  });
  const holders =
    standIns === null
      ? null
      : holdersOf({
          ...{ middlewareUrl: url, phones: standIns.phones },
          log: (reason) => log({ type: 'PhoneFailed', reason }),
        });
  return E.right({
    url,
    standIns: standIns === null || holders === null ? null : { ...standIns, holders },
    listen: async () => {
      await server.listen({ host: '127.0.0.1', port });
      await adoptOld(deps, composed.right, log);
      engine.start();
    },
    close: async () => {
      await holders?.close();
      await drain({ noticeMs: 0, withinMs: 2_000 });
      await close();
      await standIns?.close();
    },
    relay: (bury) => relayToMiddleware({ url, secrets, log, stopping, bury }),
  });
};

/** What an earlier version took in and could not deliver yet. Where that fails, the next start does it. */
const adoptOld = async (deps: LocalMiddlewareDeps, { deliveries, destinations }: Composed, log: Log): Promise<void> => {
  const route = (event: Parameters<(typeof destinations)[number]['wants']>[0]) =>
    destinations.filter(({ wants }) => wants(event)).map(({ name }) => name);
  const adopted = await adoptWaiting({ ...deps, clock: () => Date.now(), route, accept: deliveries.accept })();
  if (E.isLeft(adopted)) log({ type: 'AdoptFailed', reason: adopted.left.type });
};
