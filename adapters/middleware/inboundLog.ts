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

/** What billfold itself calls the cause of an event (Cause, correlationId), and nothing else: a name of two words looks much like a kind and an id. */
export const isTold = (correlationId: string | null): correlationId is string =>
  correlationId !== null && TOLD.test(correlationId);
const TOLD = /^(?:clock|reconcile|retry|(?:catalog|event|promotion|replay) (?=\D{0,127}\d)[\w.:/#@+=-]{1,128})$/;
