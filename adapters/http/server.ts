import Fastify, { type FastifyInstance } from 'fastify';
import { type EventBridgeApiDeps, eventBridgeApi } from './eventBridgeApi.ts';
import { type FileApiDeps, fileApi } from './fileApi.ts';
import { type MappingApiDeps, mappingApi } from './mappingApi.ts';
import { type MemberApiDeps, memberApi } from './memberApi.ts';
import { type ParkApiDeps, parkApi } from './parkApi.ts';
import { sendProblem } from './problem.ts';
import { type QuarantineApiDeps, quarantineApi } from './quarantineApi.ts';
import { type RunApiDeps, runApi } from './runApi.ts';
import { type WalletEventApiDeps, walletEventApi } from './walletEventApi.ts';

export type ServerDeps = EventBridgeApiDeps &
  FileApiDeps &
  MappingApiDeps &
  MemberApiDeps &
  ParkApiDeps &
  QuarantineApiDeps &
  RunApiDeps &
  WalletEventApiDeps & {
    readonly status: () => Promise<unknown>;
    /** False while the service starts or stops, or its store does not answer. */
    readonly isReady: () => Promise<boolean>;
  };

/** The HTTP surface of a running billfold. */
export const buildServer = (deps: ServerDeps): FastifyInstance => {
  const server = Fastify({
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
    // What the router itself refuses: an address that cannot be read.
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply, error.statusCode ?? 400, 'expected a well-formed address');
    },
  });
  server.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      404,
      'No such resource',
      `${request.method} ${request.url.split('?')[0]}; GET / lists what there is.`,
    ),
  );
  server.setErrorHandler((error, _request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    return sendProblem(
      reply,
      status,
      status < 500 && error instanceof Error ? error.message : 'Something went wrong here',
    );
  });

  server.get('/', async (_request, reply) => reply.type('text/plain; charset=utf-8').send(INDEX));
  server.get('/health', async () => ({ status: 'ok' }));
  server.get('/health/live', async () => ({ status: 'ok' }));
  server.get('/health/ready', async (_request, reply) =>
    (await deps.isReady()) ? { status: 'ok' } : sendProblem(reply, 503, 'Not ready'),
  );
  server.get('/api/status', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(await deps.status()),
  );
  server.register(quarantineApi(deps));
  server.register(parkApi(deps));
  server.register(memberApi(deps));
  server.register(mappingApi(deps));
  server.register(walletEventApi(deps));
  server.register(runApi(deps));
  server.register(fileApi(deps));
  server.register(eventBridgeApi(deps));
  return server;
};

/** Longer than any name that is taken. */
const MAX_PARAM_LENGTH = 500;

const INDEX = `billfold

POST /eventbridge                   PutEvents: aws events put-events --endpoint-url http://127.0.0.1:8400/eventbridge …
PUT  /api/inbox/{object}/{file}     an AppFlow file (NDJSON, plain or gzip)
GET  /api/members/{id}              what is known of a member; ?at=<instant or version> travels in recorded time
GET  /api/members/{id}/events       its domain events, oldest first
GET  /api/passes/{id}               its pass
GET  /api/wallet-events?after=N     what the wallet bus has carried; Accept: text/event-stream streams
GET  /api/quarantine                what could not be understood, with why; /{id}; DELETE /{id} gives one up
POST /api/quarantine/{id}/retry     reads it again after a mend; /api/quarantine/retry reads all
GET  /api/parked                    members whose projections failed, with why
POST /api/parked/retry              tries all of them again
GET  /api/mapping                   the objects and flows that are read, and what they mean
GET  /api/runs                      flow runs, newest first: open, complete, disagreeing, failed
POST /api/runs/{flow}/{executionId}/accept-deletions   the records that this full load left out are gone indeed
GET  /api/status                    counts, lag, idle
GET  /health /health/live /health/ready
`;
