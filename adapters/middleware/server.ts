import Fastify, { type FastifyInstance, LogController } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Lane } from '../delivery/acceptedEvent.ts';
import type { DeliveryStore, Waiting } from '../delivery/deliveryStore.ts';
import { sendProblem } from '../http/problem.ts';
import { type EventApiDeps, eventApi } from './eventApi.ts';
import { faultLine, logInbound } from './inboundLog.ts';
import type { Keyring } from './keyring.ts';

export type MiddlewareDeps = EventApiDeps & {
  readonly deliveries: Pick<DeliveryStore, 'accept' | 'waiting'>;
  /** Names of the destinations whose queues there are. */
  readonly destinations: readonly string[];
  readonly keyring: Keyring;
  readonly version: string;
  readonly logger: NonNullable<Fastify.FastifyServerOptions['logger']>;
};

/** noticeMs: how long it still takes calls after it said that it is not ready. withinMs: then, how long those under way may take. */
export type Drain = { readonly noticeMs: number; readonly withinMs: number };

export type Middleware = {
  readonly server: FastifyInstance;
  /** Not ready first, then no new calls, then those under way are ended. Resolves when nothing is left. */
  readonly drain: (how: Drain) => Promise<void>;
};

type State = 'ready' | 'draining' | 'keys unavailable' | 'store unavailable';

/** What is GET /health, for people and dashboards. waiting null: the store does not tell. */
export type Health = {
  readonly version: string;
  readonly state: State;
  readonly waiting: Readonly<Record<Lane, number>> | null;
};

/** The service that takes events in for delivery. */
export const buildMiddleware = (deps: MiddlewareDeps): Middleware => {
  const server = Fastify({
    logger: deps.logger,
    logController: new LogController({ disableRequestLogging: true }),
    // Longer than a load balancer keeps a connection that nobody uses (60 s by default), or it sends into one that is being closed.
    keepAliveTimeout: 75_000,
    requestTimeout: 15_000,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply, error.statusCode ?? 400, 'expected a well-formed address');
    },
  });
  let isDraining = false;

  const health = async (): Promise<Health> => {
    const waiting = await waitingIn(deps)();
    const state: State = isDraining
      ? 'draining'
      : E.isLeft(waiting)
        ? 'store unavailable'
        : (await deps.keyring.isLoaded())
          ? 'ready'
          : 'keys unavailable';
    return { version: deps.version, state, waiting: E.isRight(waiting) ? waiting.right : null };
  };

  logInbound(server);
  server.setNotFoundHandler((_request, reply) => sendProblem(reply, 404, 'No such resource'));
  server.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (status >= 500) request.log.error(faultLine(error), 'fault');
    return sendProblem(reply, status, REFUSALS[status] ?? (status < 500 ? 'Refused' : 'Something went wrong here'));
  });
  server.get('/health/live', async () => ({ status: 'ok' }));
  server.get('/health/ready', async (_request, reply) => {
    const { state } = isDraining ? { state: 'draining' } : await health();
    return state === 'ready' ? { status: 'ok' } : sendProblem(reply, 503, 'Not ready', state);
  });
  server.get('/health', async (_request, reply) => reply.header('cache-control', 'no-store').send(await health()));
  server.register(eventApi(deps));

  const drain: Middleware['drain'] = async ({ noticeMs, withinMs }) => {
    isDraining = true;
    await new Promise((resolve) => setTimeout(resolve, noticeMs));
    const late = setTimeout(() => server.server.closeAllConnections(), withinMs);
    await server.close();
    clearTimeout(late);
  };
  return { server, drain };
};

/** Of all destinations. Where there are none, the store is asked all the same: whether it answers is what is looked for. */
const waitingIn = ({ deliveries, destinations }: MiddlewareDeps) =>
  TE.map((queues: readonly Waiting[]) => ({
    live: queues.reduce((sum, { live }) => sum + live, 0),
    bulk: queues.reduce((sum, { bulk }) => sum + bulk, 0),
  }))(TE.traverseArray(deliveries.waiting)(destinations.length === 0 ? ['none'] : destinations));

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'Not understood',
  413: 'Too large',
  415: 'expected application/json, application/cloudevents+json or application/cloudevents-batch+json',
};
