import Fastify, { type FastifyInstance } from 'fastify';
import { consolePage } from '../console/serve.ts';
import { type BusEventApiDeps, busEventApi } from './busEventApi.ts';
import { type EventBridgeApiDeps, eventBridgeApi } from './eventBridgeApi.ts';
import { type FileApiDeps, fileApi } from './fileApi.ts';
import { type JobApiDeps, jobApi } from './jobApi.ts';
import { type MappingApiDeps, mappingApi } from './mappingApi.ts';
import { type MemberApiDeps, memberApi } from './memberApi.ts';
import { type ParkApiDeps, parkApi } from './parkApi.ts';
import { type PassFileApiDeps, passFileApi } from './passFileApi.ts';
import { type PipeApiDeps, pipeApi } from './pipeApi.ts';
import { sendProblem } from './problem.ts';
import { type QuarantineApiDeps, quarantineApi } from './quarantineApi.ts';
import { type RunApiDeps, runApi } from './runApi.ts';
import { type SampleApiDeps, sampleApi } from './sampleApi.ts';
import { schemaApi } from './schemaApi.ts';
import { type StandInApiDeps, standInApi } from './standInApi.ts';
import { type WhyApiDeps, whyApi } from './whyApi.ts';

export type ServerDeps = EventBridgeApiDeps &
  FileApiDeps &
  JobApiDeps &
  MappingApiDeps &
  MemberApiDeps &
  PassFileApiDeps &
  PipeApiDeps &
  ParkApiDeps &
  QuarantineApiDeps &
  RunApiDeps &
  SampleApiDeps &
  BusEventApiDeps &
  StandInApiDeps &
  WhyApiDeps & {
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

  server.register(consolePage({ textIndex: INDEX }));
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
  server.register(passFileApi(deps));
  server.register(standInApi(deps));
  server.register(whyApi(deps));
  server.register(mappingApi(deps));
  server.register(pipeApi(deps));
  server.register(busEventApi(deps));
  server.register(schemaApi());
  server.register(runApi(deps));
  server.register(jobApi(deps));
  server.register(fileApi(deps));
  server.register(sampleApi(deps));
  server.register(eventBridgeApi(deps));
  return server;
};

/** Longer than any name that is taken. */
const MAX_PARAM_LENGTH = 500;

const INDEX = `billfold

POST /eventbridge                   PutEvents: aws events put-events --endpoint-url http://127.0.0.1:8400/eventbridge …
PUT  /api/inbox/{object}/{file}     an AppFlow file (NDJSON, plain or gzip); GET /api/inbox/{file as it answered} what became of it
GET  /api/members/{id}              what is known of a member; ?at=<instant or version> travels in recorded time
GET  /api/members/{id}/events       its domain events, oldest first
GET  /api/members/{id}/why/{what}   where a value on its pass comes from, such as tier.name; ?at= as above
GET  /api/passes/{id}               its pass; /api/passes/{id}.pkpass signed for Apple Wallet
GET  /api/stand-ins                 without destinations of your own: what the phones, Apple and Google of this machine saw
POST /api/stand-ins/phones          { memberId }: a phone adds its pass; /api/stand-ins/apns/faults, /google/faults order faults
GET  /api/wallet-events?after=N     what the wallet bus has carried; Accept: text/event-stream streams
GET  /api/domain-events?after=N     the same of the domain bus
GET  /api/schemas                   the JSON Schemas of both; /{detailType}; GET /api/asyncapi: both buses, for tools
GET  /api/quarantine                what could not be understood, with why; /{id}; DELETE /{id} gives one up
POST /api/quarantine/{id}/retry     reads it again after a mend; /api/quarantine/retry reads all
GET  /api/parked                    members whose projections failed, with why
POST /api/parked/retry              tries all of them again
GET  /api/mapping                   the objects and flows that are read, and what they mean
GET  /api/runs                      flow runs, newest first: open, complete, disagreeing, failed
POST /api/runs/{flow}/{executionId}/accept-deletions   the records that this full load left out are gone indeed
POST /api/jobs                      replay, verify, diff, promote, reconcile; GET /api/jobs/{id} follows, POST /api/jobs/{id}/resume goes on
GET  /api/projections               which versions are live, which wait beside them
GET  /api/passes                    every current pass as a wallet event: state, not history
GET  /api/pipes                     the live pipes: running, paused, whether work waits
POST /api/pipes/{name}/pause        delivers nothing until /api/pipes/{name}/resume; answers once it is so
GET  /api/stand-ins                 what stands in for Apple, Google and phones saw last
POST /api/stand-ins/phones          { memberId }: its holder adds the pass to a phone
POST /api/stand-ins/apns/faults     { type, …, times }: what befalls the next pushes; /google/faults; DELETE /api/stand-ins/faults mends
POST /api/sample/purchases          { memberId, amount }: somebody of the sample org buys something; /vouchers, /redemptions, /names, /returns
GET  /api/sample/traces/{id}        what came of such a change: domain events, wallet event, deliveries
GET  /api/status                    counts, lag, idle, what is paused
GET  /health /health/live /health/ready
`;
