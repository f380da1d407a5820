import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, LogController } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import { APPLE_PATH } from '../apple/path.ts';
import type { DeliveryStore } from '../delivery/deliveryStore.ts';
import type { Engine } from '../delivery/engine.ts';
import { readJsonBodies } from '../http/jsonBody.ts';
import { lingerOverBodies } from '../http/lingering.ts';
import { sendProblem } from '../http/problem.ts';
import { impersonalFault } from '../impersonalFault.ts';
import { topology } from '../topology.ts';
import { type DeliveriesApiDeps, deliveriesApi } from './deliveriesApi.ts';
import { type EventApiDeps, eventApi } from './eventApi.ts';
import { healthOf, type State } from './health.ts';
import { logInbound } from './inboundLog.ts';
import type { Keyring } from './keyring.ts';
import { type OverviewDeps, overviewOf } from './overview.ts';
import { thisMachineOnly } from './thisMachineOnly.ts';

export type MiddlewareDeps = Omit<EventApiDeps, 'deliveries'> &
  Omit<DeliveriesApiDeps, 'overview' | 'deliveries'> &
  OverviewDeps & {
    readonly engine: Pick<Engine, 'state' | 'drain'>;
    readonly version: string;
    /** How many stand between it and those who ask: so many name the address before theirs (X-Forwarded-For). */
    readonly proxies: number;
    readonly deliveries: Pick<DeliveryStore, 'accept' | 'card' | 'ofMember' | 'list' | 'redrive'>;
    readonly keyring: Keyring;
    readonly log: FastifyBaseLogger;
    /** What destinations serve themselves: Apple's web service, Google's callbacks. */
    readonly routes: readonly Routes[];
  };

/** A part of the service, registered as a plugin. */
export type Routes = (server: FastifyInstance) => Promise<void>;

/** noticeMs: how long it still takes calls after it said that it is not ready. withinMs: then, how long those under way may take. */
export type Drain = { readonly noticeMs: number; readonly withinMs: number };

export type Middleware = {
  readonly server: FastifyInstance;
  /** Not ready first, then no new calls, then those under way are ended, deliveries among them. Resolves when nothing is left. */
  readonly drain: (how: Drain) => Promise<void>;
};

/** The service that takes events in for delivery, and tells what became of them. */
export const buildMiddleware = (deps: MiddlewareDeps): Middleware => {
  const server: FastifyInstance = Fastify({
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true }),
    // Longer than a load balancer keeps a connection that nobody uses (60 s by default), or it sends into one that is being closed.
    keepAliveTimeout: 75_000,
    requestTimeout: 15_000,
    trustProxy: (_address: string, hop: number) => hop < deps.proxies,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => {
      const status = error.statusCode ?? 400;
      if (isDevices(request.url)) (reply as FastifyReply).code(status).send();
      else sendProblem(reply, status, 'expected a well-formed address');
    },
  });
  const overview = overviewOf(deps);
  let isDraining = false;

  const state = async (): Promise<State> => {
    if (isDraining) return 'draining';
    // The smallest read there is: of nobody.
    const asked = await deps.deliveries.card('health')();
    if (E.isLeft(asked) && asked.left.type === 'StoreUnavailable') return 'store unavailable';
    return (await deps.keyring.isLoaded()) ? 'ready' : 'keys unavailable';
  };

  lingerOverBodies(server);
  logInbound(server);
  readJsonBodies(server);
  // Nobody is asked who he is: see Operators.
  if (deps.operators === null) thisMachineOnly(server);
  server.setNotFoundHandler((request, reply) =>
    isDevices(request.url) ? reply.code(404).send() : sendProblem(reply, 404, 'No such resource'),
  );
  server.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (status >= 500) request.log.error(impersonalFault(error), 'fault');
    const title = REFUSALS[status] ?? (status < 500 ? 'Refused' : 'Something went wrong here');
    return sendProblem(reply, status, title, isNoJson(error) ? 'expected JSON' : undefined);
  });
  server.get(topology.middleware.livePath, async () => ({ status: 'ok' }));
  server.get(topology.middleware.healthPath, async (_request, reply) => {
    const told = await state();
    return told === 'ready' ? { status: 'ok' } : sendProblem(reply, 503, 'Not ready', told);
  });
  server.get('/health', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(healthOf(deps.version, await state(), await overview())),
  );
  server.register(eventApi(deps));
  server.register(deliveriesApi({ ...deps, overview }));
  for (const routes of deps.routes) server.register(routes);

  const drain: Middleware['drain'] = async ({ noticeMs, withinMs }) => {
    isDraining = true;
    const stopped = deps.engine.drain({ withinMs: noticeMs + withinMs });
    await new Promise((resolve) => setTimeout(resolve, noticeMs));
    const late = setTimeout(() => server.server.closeAllConnections(), withinMs);
    await Promise.all([server.close(), stopped]);
    clearTimeout(late);
  };
  return { server, drain };
};

/** A pass type identifier has up to 155 characters (Fastify's default is 100). */
const MAX_PARAM_LENGTH = 256;

/** Phones read statuses and nothing else: Apple documents no body. */
const isDevices = (url: string): boolean => url.startsWith(`${APPLE_PATH}/`);

const isNoJson = (error: unknown): boolean =>
  error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === NO_JSON);
const NO_JSON = 'FST_ERR_CTP_INVALID_JSON_BODY';

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'Not understood',
  413: 'Too large',
  415: 'expected application/json',
};
