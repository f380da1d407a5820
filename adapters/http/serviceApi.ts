import type { FastifyInstance } from 'fastify';
import { OpenApiDocument } from './answers/schemas.ts';
import { Healthy, RuntimeStatus } from './answers/status.ts';
import { type DocumentedRoute, openApiOf } from './openApi.ts';
import { route } from './operation.ts';
import { sendProblem } from './problem.ts';

export type ServiceApiDeps = {
  readonly status: () => Promise<RuntimeStatus>;
  /** False while the service starts or stops, or its store does not answer. */
  readonly isReady: () => Promise<boolean>;
};

/** How the service is, and what it answers to. `routes` is looked at when it is asked for, so it may fill up until then. */
export const serviceApi =
  ({ status, isReady }: ServiceApiDeps, routes: readonly DocumentedRoute[]) =>
  async (server: FastifyInstance): Promise<void> => {
    const tag = 'service';
    route(
      server,
      'GET',
      '/api/status',
      { id: 'getStatus', tag, summary: 'counts, lag, idle, what is paused', answers: { 200: RuntimeStatus } },
      async (_request, reply) => reply.header('cache-control', 'no-store').send(await status()),
    );
    for (const [id, path, summary] of [
      ['getHealth', '/health', 'that it lives'],
      ['getLiveness', '/health/live', 'the same, for whoever restarts what does not'],
    ] as const)
      route(server, 'GET', path, { id, tag, summary, answers: { 200: Healthy } }, async () => ({
        status: 'ok' as const,
      }));
    route(
      server,
      'GET',
      '/health/ready',
      {
        id: 'getReadiness',
        tag,
        summary: 'whether it may be sent to',
        answers: { 200: Healthy },
        refusals: { 503: 'It starts or stops, or its store does not answer' },
      },
      async (_request, reply) => ((await isReady()) ? { status: 'ok' } : sendProblem(reply, 503, 'Not ready')),
    );
    route(
      server,
      'GET',
      '/api/openapi.json',
      {
        id: 'getOpenApi',
        tag: 'schemas',
        summary: 'all of this as an OpenAPI 3.1 document',
        answers: { 200: OpenApiDocument },
      },
      async () => openApiOf(routes),
    );
  };
