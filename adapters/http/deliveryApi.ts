import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Deliveries, Destinations, Redriven } from './answers/deliveries.ts';
import { operation, route } from './operation.ts';
import { pages } from './parameters.ts';
import { passedOn } from './passedOn.ts';
import type { AnyReply } from './problem.ts';

export type DeliveryApiDeps = {
  /** Where the middleware is: it delivers. */
  readonly middlewareUrl: string;
  /** How long it may take to answer. */
  readonly middlewarePatienceMs?: number;
};

/** What the middleware tells whoever operates it, here too: a browser asks one service alone. Query, status and problem are passed on as they are. */
export const deliveryApi =
  ({ middlewareUrl, middlewarePatienceMs = 10_000 }: DeliveryApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    server.removeContentTypeParser('text/plain');

    const passOn = async (request: Asked, reply: AnyReply): Promise<FastifyReply> => {
      const { method, body, routeOptions, url } = request;
      const at = url.indexOf('?');
      const answer = await fetch(`${middlewareUrl}${routeOptions.url}${at === -1 ? '' : url.slice(at)}`, {
        method,
        ...(body !== undefined && { headers: JSON_BODY, body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(middlewarePatienceMs),
      }).catch(() => null);
      return passedOn(reply, answer, ['content-type', 'cache-control', 'retry-after']);
    };

    route(server, 'GET', '/api/destinations', GET_DESTINATIONS, passOn);
    route(server, 'GET', '/api/deliveries', LIST_DELIVERIES, passOn);
    route(server, 'POST', '/api/deliveries/redrive', REDRIVE, passOn);
  };

type Asked = Pick<FastifyRequest, 'method' | 'body' | 'routeOptions' | 'url'>;
const JSON_BODY = { 'content-type': 'application/json' };

const tag = 'deliveries';
const refusals = { 404: 'No such member or destination', 503: 'The middleware, or its store, does not answer' };

const GET_DESTINATIONS = operation({
  id: 'getDestinations',
  tag,
  summary: 'where passes go, each with its breaker, its pace, what waits and what is dead',
  answers: { 200: Destinations },
  refusals,
});

const LIST_DELIVERIES = operation({
  id: 'listDeliveries',
  tag,
  summary: 'what became of a member’s pass (?member=), or what waits or is dead (?destination=)',
  query: {
    member: 'Its deliveries, with every phone; nothing else beside it',
    destination: 'A page of what is there',
    state: 'waiting, where it is not said; confirming; dead',
    ...pages(100),
  },
  answers: { 200: Deliveries },
  refusals,
});

const REDRIVE = operation({
  id: 'redriveDeliveries',
  tag,
  summary: '{ destination?, member?, whole?, after? }: sends again what is dead there, or what a member lacks',
  description:
    'Of a destination a page at a time: `next` of the answer, as `after`, goes on. Of a member what is not delivered; whole: all of it.',
  body: { 'application/json': '{ destination?: text, member?: text, whole?: boolean, after?: text }' },
  answers: { 200: Redriven },
  refusals,
});
