import type { FastifyInstance, FastifyReply } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import { type Clock, failureText, type ReadFailure } from '#domain/index.ts';
import type { DeliveryStore } from '../delivery/deliveryStore.ts';
import type { Registrations } from '../delivery/registrations.ts';
import { sendProblem } from '../http/problem.ts';
import { type Listing, readListing, readRedrive } from './deliveryQuery.ts';
import { type DeliveryText, type DeviceText, deliveryText, deviceText } from './deliveryText.ts';
import { destinationText } from './destinationText.ts';
import { type Operators, operatorsOnly } from './operators.ts';
import type { Overview } from './overview.ts';
import { type PassApiDeps, passApi } from './passApi.ts';
import { redriveDead, redriveMember } from './redrive.ts';

export type DeliveriesApiDeps = PassApiDeps & {
  readonly deliveries: Pick<DeliveryStore, 'card' | 'ofMember' | 'list' | 'redrive'>;
  /** null: there is no destination `apple`. */
  readonly registrations: Pick<Registrations, 'ofMember'> | null;
  readonly overview: () => Promise<Overview>;
  readonly operators: Operators;
  readonly clock: Clock;
};

/** devices: of `apple` alone. */
export type MemberDelivery = DeliveryText & { readonly devices?: readonly DeviceText[] };

/**
 * For whoever operates the middleware.
 *
 *   GET  /api/deliveries?member=ID                                what became of a member's pass, at each destination and on each phone
 *   GET  /api/deliveries?destination=NAME&state=&after=&limit=    what waits, is to be confirmed, or is dead: a page
 *   POST /api/deliveries/redrive { destination?, member?, whole?, after? }   sends again: of a destination what is dead, a page at a time; of a member what is not delivered, whole: all
 *   GET  /api/destinations                                        each with breaker, pace, what waits
 *
 *   400 what was expected     401 not the operator key      404 no such member, no such destination     503 the store, the keys
 */
export const deliveriesApi =
  (deps: DeliveriesApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    server.removeContentTypeParser('text/plain');
    server.addHook('onRequest', operatorsOnly(deps.operators));
    const names = async (): Promise<readonly string[]> => (await deps.overview()).destinations.map(({ name }) => name);

    server.get('/api/deliveries', async (request, reply) => {
      const asked = readListing(request.query);
      if (E.isLeft(asked)) return sendProblem(reply, 400, 'Not understood', asked.left);
      if (asked.right.type === 'Member') return ofMember(deps, reply, asked.right.memberId);
      return noSuchDestination(reply, await names(), asked.right.destination) ?? listed(deps, reply, asked.right);
    });

    server.post('/api/deliveries/redrive', { bodyLimit: 10_000 }, async (request, reply) => {
      const asked = readRedrive(request.body);
      if (E.isLeft(asked)) return sendProblem(reply, 400, 'Not understood', asked.left);
      const { destination, member, whole, after } = asked.right;
      const missing = destination === null ? undefined : noSuchDestination(reply, await names(), destination);
      if (missing !== undefined) return missing;
      const redriven =
        member === null
          ? await redriveDead(deps, destination ?? '', after)
          : await redriveMember(deps, member, destination === null ? await names() : [destination], whole);
      if (E.isLeft(redriven)) return unavailable(reply, redriven.left);
      return redriven.right === null ? unknownMember(reply) : reply.send(redriven.right);
    });

    server.get('/api/destinations', async () => {
      const { destinations, certificateDaysLeft } = await deps.overview();
      return { items: destinations.map((one) => destinationText(one, certificateDaysLeft)), next: null };
    });

    server.register(passApi(deps));
  };

/** Pages are as large as that. */
const PAGE = 100;

const ofMember = async (
  { deliveries, registrations, overview }: DeliveriesApiDeps,
  reply: FastifyReply,
  memberId: string,
): Promise<FastifyReply> => {
  const found = await deliveries.ofMember(memberId)();
  if (E.isLeft(found)) return unavailable(reply, found.left);
  if (found.right.length === 0) return unknownMember(reply);
  const hasApple = registrations !== null && found.right.some(({ key }) => key.destination === 'apple');
  const devices = hasApple ? await registrations.ofMember(memberId)() : E.right([]);
  if (E.isLeft(devices)) return unavailable(reply, devices.left);
  const { destinations } = await overview();
  const items = found.right.map((delivery): MemberDelivery => {
    const text = deliveryText(delivery, viewOf(destinations, delivery.key.destination));
    if (text.destination !== 'apple') return text;
    return { ...text, devices: devices.right.map((device) => deviceText(device, delivery)) };
  });
  return reply.send({ items, next: null });
};

const listed = async (
  { deliveries, overview }: DeliveriesApiDeps,
  reply: FastifyReply,
  { destination, state, after, limit }: Extract<Listing, { type: 'Destination' }>,
): Promise<FastifyReply> => {
  const page = await deliveries.list(destination, state, { limit: limit ?? PAGE, next: after })();
  if (E.isLeft(page)) return unavailable(reply, page.left);
  const view = viewOf((await overview()).destinations, destination);
  return reply.send({ items: page.right.deliveries.map((one) => deliveryText(one, view)), next: page.right.next });
};

const viewOf = (views: Overview['destinations'], destination: string) =>
  views.find(({ name }) => name === destination) ?? null;

const noSuchDestination = (reply: FastifyReply, names: readonly string[], name: string): FastifyReply | undefined =>
  names.includes(name)
    ? undefined
    : sendProblem(
        reply,
        404,
        'No such destination',
        names.length === 0 ? 'none is configured' : `there are ${names.join(', ')}`,
      );

const unknownMember = (reply: FastifyReply): FastifyReply =>
  sendProblem(
    reply,
    404,
    'No delivery of such a member',
    'nothing was ever taken in for it, or not for that destination',
  );

const unavailable = (reply: FastifyReply, failure: ReadFailure): FastifyReply =>
  sendProblem(reply.header('retry-after', 2), 503, failureText(failure));
