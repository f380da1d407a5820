import Fastify, { type FastifyInstance } from 'fastify';
import { consolePage } from '../console/serve.ts';
import { impersonalFault } from '../impersonalFault.ts';
import type { Log } from '../local/functions.ts';
import { type Access, guard } from './access.ts';
import { type AdmissionLimits, admit, usualAdmission } from './admission.ts';
import { asksForPage } from './asksForPage.ts';
import { type BusEventApiDeps, busEventApi } from './busEventApi.ts';
import { type DeadLetterApiDeps, deadLetterApi } from './deadLetterApi.ts';
import { type DeliveryApiDeps, deliveryApi } from './deliveryApi.ts';
import { type DrawnCardApiDeps, drawnCardApi } from './drawnCardApi.ts';
import { endpointIndex } from './endpointIndex.ts';
import { type EventBridgeApiDeps, eventBridgeApi } from './eventBridgeApi.ts';
import { type FileApiDeps, fileApi } from './fileApi.ts';
import { type FlowApiDeps, flowApi } from './flowApi.ts';
import { type ForgetApiDeps, forgetApi } from './forgetApi.ts';
import { type HistoryApiDeps, historyApi } from './historyApi.ts';
import { type JobApiDeps, jobApi } from './jobApi.ts';
import { readJsonBodies } from './jsonBody.ts';
import { lingerOverBodies } from './lingering.ts';
import { type MappingApiDeps, mappingApi } from './mappingApi.ts';
import { type MemberApiDeps, memberApi } from './memberApi.ts';
import { type MemberListApiDeps, memberListApi } from './memberListApi.ts';
import { collectOperations } from './openApi.ts';
import { isPage } from './otherOrigin.ts';
import { type ParkApiDeps, parkApi } from './parkApi.ts';
import { type PassFileApiDeps, passFileApi } from './passFileApi.ts';
import { type PipeApiDeps, pipeApi } from './pipeApi.ts';
import { sendProblem } from './problem.ts';
import { type QuarantineApiDeps, quarantineApi } from './quarantineApi.ts';
import { type RunApiDeps, runApi } from './runApi.ts';
import { type SampleApiDeps, sampleApi } from './sampleApi.ts';
import { schemaApi } from './schemaApi.ts';
import { answerHeaders } from './securityHeaders.ts';
import { type ServiceApiDeps, serviceApi } from './serviceApi.ts';
import { type StandInApiDeps, standInApi } from './standInApi.ts';
import { type WhyApiDeps, whyApi } from './whyApi.ts';

export type ServerDeps = EventBridgeApiDeps &
  DrawnCardApiDeps &
  DeadLetterApiDeps &
  DeliveryApiDeps &
  FileApiDeps &
  FlowApiDeps &
  ForgetApiDeps &
  HistoryApiDeps &
  JobApiDeps &
  MappingApiDeps &
  MemberApiDeps &
  MemberListApiDeps &
  PassFileApiDeps &
  PipeApiDeps &
  ParkApiDeps &
  QuarantineApiDeps &
  RunApiDeps &
  SampleApiDeps &
  BusEventApiDeps &
  ServiceApiDeps &
  StandInApiDeps &
  WhyApiDeps & {
    readonly access: Access;
    readonly admission?: AdmissionLimits;
    readonly log: Log;
    /** Somebody is about to look at the console. */
    readonly isConsoleExpected: boolean;
  };

/** The HTTP surface of a running billfold. */
export const buildServer = (deps: ServerDeps): FastifyInstance => {
  const server = Fastify({
    forceCloseConnections: true,
    requestTimeout: REQUEST_WITHIN_MS,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
    // What the router itself refuses: an address that cannot be read.
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply.headers(answerHeaders()), error.statusCode ?? 400, 'expected a well-formed address');
    },
  });
  server.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    if (request.method === 'GET' && isPage(path) && asksForPage(request)) return page.send(reply.code(404));
    return sendProblem(reply, 404, 'No such resource', `${request.method} ${path}; GET / lists what there is.`);
  });
  server.setErrorHandler((error, { method, routeOptions }, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (status >= 500) deps.log({ type: 'RequestFailed', method, path: routeOptions.url, ...impersonalFault(error) });
    return sendProblem(
      reply,
      status,
      status < 500 && error instanceof Error ? error.message : 'Something went wrong here',
    );
  });

  lingerOverBodies(server);
  guard(server, deps.access, deps.clock);
  admit(server, deps.admission ?? usualAdmission);
  readJsonBodies(server);
  const routes = collectOperations(server);
  const page = consolePage({ textIndex: () => endpointIndex(routes), isExpected: deps.isConsoleExpected });
  server.register(page.routes);
  server.register(serviceApi(deps, routes));
  server.register(quarantineApi(deps));
  server.register(parkApi(deps));
  server.register(memberListApi(deps));
  server.register(memberApi(deps));
  server.register(forgetApi(deps));
  server.register(historyApi(deps));
  server.register(passFileApi(deps));
  server.register(drawnCardApi(deps));
  server.register(deliveryApi(deps));
  server.register(standInApi(deps));
  server.register(whyApi(deps));
  server.register(mappingApi(deps));
  server.register(pipeApi(deps));
  server.register(deadLetterApi(deps));
  server.register(busEventApi(deps));
  server.register(schemaApi());
  server.register(runApi(deps));
  server.register(jobApi(deps));
  server.register(fileApi(deps));
  server.register(flowApi(deps));
  server.register(sampleApi(deps));
  server.register(eventBridgeApi(deps));
  return server;
};

/** A file of some gigabytes over a slow network; nobody holds a connection longer by sending nothing. */
const REQUEST_WITHIN_MS = 3_600_000;
/** Longer than any name that is taken. */
const MAX_PARAM_LENGTH = 500;
