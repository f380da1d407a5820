import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { passedOn } from './passedOn.ts';

export type DeliveryApiDeps = {
  /** Where the middleware is: it delivers. */
  readonly middlewareUrl: string;
  /** How long it may take to answer. */
  readonly middlewarePatienceMs?: number;
};

/**
 * What the middleware tells whoever operates it, here too: a browser asks one service alone. Query, status and problem are passed on as they are.
 *
 *   GET  /api/deliveries            ?member=ID, or ?destination=NAME&state=&after=&limit=
 *   POST /api/deliveries/redrive    { destination?, member?, whole?, after? }
 *   GET  /api/destinations
 */
export const deliveryApi =
  ({ middlewareUrl, middlewarePatienceMs = 10_000 }: DeliveryApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    server.removeContentTypeParser('text/plain');

    const passOn = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const { method, body, routeOptions, url } = request;
      const at = url.indexOf('?');
      const answer = await fetch(`${middlewareUrl}${routeOptions.url}${at === -1 ? '' : url.slice(at)}`, {
        method,
        ...(body !== undefined && { headers: JSON_BODY, body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(middlewarePatienceMs),
      }).catch(() => null);
      return passedOn(reply, answer, ['content-type', 'cache-control', 'retry-after']);
    };

    server.get('/api/deliveries', passOn);
    server.get('/api/destinations', passOn);
    server.post('/api/deliveries/redrive', { bodyLimit: 10_000 }, passOn);
  };

const JSON_BODY = { 'content-type': 'application/json' };
