import type { FastifyInstance } from 'fastify';
import { toldOf } from '../http/told.ts';
import { TRACEPARENT } from './readEvents.ts';

/**
 * One line for each call, when it was answered: the route rather than the address, no header but a trace that looks like one, no body.
 * Looks at the health that are answered well are left to level debug.
 */
export const logInbound = (server: FastifyInstance): void => {
  server.addHook('onResponse', async (request, reply) => {
    const trace = request.headers.traceparent;
    const line = {
      method: request.method,
      route: request.routeOptions.url ?? null,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
      bytes: Number(request.headers['content-length'] ?? 0),
      ...(typeof trace === 'string' && TRACEPARENT.test(trace) && { traceparent: trace }),
      ...toldOf(request),
    };
    const isQuiet = request.routeOptions.url?.startsWith('/health') === true && reply.statusCode < 400;
    const level = isQuiet ? 'debug' : reply.statusCode >= 500 ? 'error' : reply.statusCode >= 400 ? 'warn' : 'info';
    request.log[level](line, 'inbound');
  });
};

/** Ids as machines make them: nobody's name, no address, no token of a hundred characters. */
export const isTold = (correlationId: string | null): correlationId is string =>
  correlationId !== null && /^[\w:./#-]{1,80}(?: [\w:./#-]{1,80})?$/.test(correlationId);
