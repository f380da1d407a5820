import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pino } from 'pino';
import type { DynamoDbTables } from '../dynamodb/eventStore.ts';
import type { RelayDeps } from '../lambda/relay.ts';
import { type CardDrawing, cardDrawing } from '../middleware/cardDrawing.ts';
import { dynamoDbStores } from '../middleware/dynamoDbStores.ts';
import { type LoadedDestinations, loadDestinations, NOWHERE } from '../middleware/loadDestinations.ts';
import { middlewareLog } from '../middleware/log.ts';
import { middlewareService, type Service } from '../middleware/service.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { topology } from '../topology.ts';
import type { LocalFunction, Log } from './functions.ts';
import { relayToMiddleware } from './relayToMiddleware.ts';
import { localSecrets } from './secrets.ts';
import type { StandIns } from './standIns/standIns.ts';

/** file: a destinations.json, or its folder. */
export type LocalDestinations = 'stand-ins' | 'nowhere' | { readonly file: string };

export type LocalMiddlewareDeps = DynamoDbTables & {
  readonly dataDir: string;
  readonly port: number;
  readonly destinations: LocalDestinations;
  readonly log: Log;
  readonly stopping: AbortSignal;
};

export type LocalMiddleware = {
  readonly url: string;
  /** null: it calls others, or nobody. */
  readonly standIns: StandIns | null;
  /** Rejects where the port cannot be used. */
  readonly listen: () => Promise<void>;
  /** From now on what was taken in goes to its destinations. */
  readonly deliver: () => Promise<void>;
  readonly close: () => Promise<void>;
  /** Reads the relay queues. bury: takes what can never be delivered. */
  readonly relay: (bury: RelayDeps['bury']) => LocalFunction;
  /** How its destinations draw a pass. */
  readonly cards: CardDrawing;
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
  const standIns = deps.destinations === 'stand-ins' ? await standInsFor(deps, url) : null;
  const secrets = await localSecrets(dataDir, standIns?.secrets ?? {});
  const loaded = await loadedFrom(standIns === null ? deps.destinations : { file: standIns.destinationsFile });
  if (E.isLeft(loaded)) {
    await standIns?.close();
    return loaded;
  }
  const service = await serviceFor(deps, secrets, standIns, loaded.right);
  if (E.isLeft(service)) {
    await standIns?.close();
    return service;
  }
  const { listen, deliver, drain } = service.right;
  return E.right({
    ...{ url, standIns },
    listen: () => listen({ host: '127.0.0.1', port }),
    deliver: async () => {
      await deliver();
      standIns?.holders.start();
    },
    close: async () => {
      await standIns?.holders.close();
      await drain({ noticeMs: 0, withinMs: 2_000 });
      await standIns?.close();
    },
    cards: cardDrawing(loaded.right),
    relay: (bury) => relayToMiddleware({ url, secrets, log, stopping, bury }),
  });
};

const clock = () => Date.now();

/** Their code is loaded where they are started. */
const standInsFor = async ({ dataDir, log }: LocalMiddlewareDeps, middlewareUrl: string): Promise<StandIns> => {
  const { startStandIns } = await import('./standIns/standIns.ts');
  return startStandIns({
    ...{ folder: join(dataDir, 'stand-ins'), middlewareUrl, clock },
    onPhoneFailed: (reason) => log({ type: 'PhoneFailed', reason }),
  });
};

const serviceFor = async (
  deps: LocalMiddlewareDeps,
  secrets: Secrets,
  standIns: StandIns | null,
  loaded: LoadedDestinations,
): Promise<E.Either<readonly string[], Service>> =>
  middlewareService({
    ...{ secrets, clock, random: Math.random, loaded },
    ...{ reachedBy: 'loopback', metrics: null, version: 'local' },
    stores: dynamoDbStores({ ...deps, clock }),
    readKeys: secrets.candidates(topology.middleware.keySecret),
    // The only sender that matters here is our own.
    rateLimit: () => null,
    log: middlewareLog({
      ...{ level: 'info', prefix: topology.prefix },
      stream: pino.destination({ dest: join(deps.dataDir, 'middleware.log'), append: false, sync: false }),
    }),
    ...(standIns !== null && { trust: { apns: standIns.ca, google: standIns.ca } }),
  });

const loadedFrom = async (destinations: LocalDestinations): Promise<E.Either<readonly string[], LoadedDestinations>> =>
  typeof destinations === 'string' ? E.right(NOWHERE) : loadDestinations(destinations.file);
