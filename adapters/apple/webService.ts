import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import * as t from 'io-ts';
import type { Clock } from '#domain/index.ts';
import type { Card } from '../delivery/card.ts';
import type { DeliveryStore } from '../delivery/deliveryStore.ts';
import type { Registrations } from '../delivery/registrations.ts';
import { networkOf } from '../http/guesses.ts';
import { tell } from '../http/told.ts';
import { impersonalFault } from '../impersonalFault.ts';
import { parsedJson } from '../parsedJson.ts';
import { APPLE } from './destination.ts';
import { readDeviceLog } from './deviceLog.ts';
import { inTurn } from './inTurn.ts';
import { PKPASS_TYPE } from './mediaType.ts';
import type { PassPackage } from './passPackage.ts';
import { APPLE_PATH } from './path.ts';
import { updatedSince, updateTag } from './updateTag.ts';
import {
  atOnce,
  bare,
  byPass,
  comeAgain,
  deviceOnly,
  failed,
  type HolderDeps,
  holderGuard,
  jsonOnly,
  type OfPass,
  type Rates,
  ratesOf,
  tokenOf,
} from './webServiceGuards.ts';
import { whoFetched } from './whoFetched.ts';

export type WebServiceDeps = HolderDeps & {
  readonly deliveries: Pick<DeliveryStore, 'card' | 'cards' | 'nudge'>;
  readonly registrations: Registrations;
  readonly passPackage: PassPackage;
  readonly clock: Clock;
  readonly rates?: Partial<Rates>;
  /** Requests under way; more are told to come again. */
  readonly mostAtOnce?: number;
};

/**
 * Apple's web service for passes, under /apple/v1 (PassKit Web Service Reference, read November 2026). Answers are bare statuses: nobody reads more.
 *
 *   POST   /devices/D/registrations/T/S   201 new, 200 known            DELETE   200, also where there was none
 *   GET    /devices/D/registrations/T     200 { serialNumbers, lastUpdated }, 204 nothing newer than the tag
 *   GET    /passes/T/S                    200, 304, 404 its holder is known and the pass is not     HEAD   the same, without the pass
 *   POST   /log                           200
 *
 *   401 not this pass's token, whether there is such a pass or not     403 too many passes on the device     429, 503 come again, with Retry-After
 *   400, 413, 415 the body     404 no such address, or none that a device would ask for
 */
export const appleWebService = (deps: WebServiceDeps) => async (root: FastifyInstance) => {
  await root.register(endpoints(deps), { prefix: `${APPLE_PATH}/v1` });
};

const endpoints = (deps: WebServiceDeps) => async (server: FastifyInstance) => {
  const { deliveries, registrations, passTypeIdentifier } = deps;
  const rated = ratesOf(deps);
  const holderOnly = holderGuard(deps);
  const key = (memberId: string) => ({ subject: { type: 'member', memberId }, destination: APPLE }) as const;

  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
    done(null, parsedJson(String(body))),
  );
  server.setNotFoundHandler((_request, reply) => bare(reply, 404));
  server.addHook<{ Params: OfPass }>('onRequest', atOnce(deps.mostAtOnce ?? MOST_AT_ONCE));
  server.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (status >= 500) request.log.error(impersonalFault(error), 'fault');
    return bare(reply, status);
  });

  const onRequest = [rated('registrations', byPass), holderOnly, deviceOnly];
  const registering = { onRequest: [...onRequest, jsonOnly], bodyLimit: MAX_REGISTRATION_BYTES };
  server.post<{ Params: OfPass }>(REGISTRATION, registering, async (request, reply) => {
    const { deviceId, serial: memberId } = request.params;
    const body = RegistrationBody.decode(request.body);
    if (E.isLeft(body)) return bare(reply, 400);
    const lookLater = deliveries.nudge(key(memberId), deps.clock() + FIRST_LOOK_MS);
    // First: what is registered and then not nudged would never be told. It is looked at when this is long done.
    if (E.isLeft(await lookLater())) return comeAgain(reply, 503);
    const registered = await registrations.register({ deviceId, memberId, pushToken: body.right.pushToken })();
    if (E.isLeft(registered)) return failed(reply, registered.left);
    // And once more: what was due already may have been delivered in between, to all devices but this one. Mostly a read.
    if (E.isLeft(await lookLater())) return comeAgain(reply, 503);
    return bare(reply, STATUS[registered.right]);
  });

  const unregistering = { onRequest, bodyLimit: MAX_REGISTRATION_BYTES };
  server.delete<{ Params: OfPass }>(REGISTRATION, unregistering, async (request, reply) => {
    const { deviceId, serial: memberId } = request.params;
    const gone = await registrations.unregister({ deviceId, memberId })();
    return E.isLeft(gone) ? failed(reply, gone.left) : bare(reply, 200);
  });

  const list = { onRequest: [rated('lists', ({ params }) => params.deviceId), deviceOnly] };
  server.get<{ Params: OfPass; Querystring: Readonly<Record<string, unknown>> }>(
    '/devices/:deviceId/registrations/:passTypeId',
    list,
    async (request, reply) => {
      const { deviceId, passTypeId } = request.params;
      if (passTypeId !== passTypeIdentifier) return bare(reply, 204);
      const held = await registrations.ofDevice(deviceId)();
      if (E.isLeft(held)) return failed(reply, held.left);
      const cards = await deliveries.cards(held.right.map(({ memberId }) => memberId))();
      if (E.isLeft(cards)) return failed(reply, cards.left);
      const told = new Map(held.right.map(({ memberId, listed }) => [memberId, listed?.revision ?? 0]));
      // A pass that was deleted and added again may be an old file: what the device carries of the one before is not of this one.
      const isNew = ({ memberId }: Card): boolean => told.get(memberId) === 0;
      const newer = updatedSince(request.query.passesUpdatedSince, cards.right);
      const updated = cards.right.filter((card) => isNew(card) || newer.includes(card));
      if (updated.length === 0) return bare(reply, 204);
      // Whoever was told so before is not written again: the first time counts.
      const unsaid = updated.filter(({ memberId, revision }) => revision > (told.get(memberId) ?? 0));
      await Promise.all(
        unsaid.map(({ memberId, revision }) => registrations.saw({ deviceId, memberId }, 'listed', revision)()),
      );
      return reply.header('cache-control', 'no-store').send({
        serialNumbers: updated.map(({ memberId }) => memberId),
        lastUpdated: updateTag(cards.right),
      });
    },
  );

  server.route<{ Params: OfPass }>({
    method: ['GET', 'HEAD'],
    url: '/passes/:passTypeId/:serial',
    onRequest: [rated('passes', byPass), holderOnly],
    handler: async (request, reply) => {
      const found = await deliveries.card(request.params.serial)();
      if (E.isLeft(found)) return failed(reply, found.left);
      if (O.isNone(found.right)) return bare(reply, 404);
      const card = found.right.value;
      reply
        .header('last-modified', new Date(card.modifiedAt).toUTCString())
        .header('cache-control', 'private, no-cache');
      const isKnown = card.modifiedAt <= instantOf(request.headers['if-modified-since']);
      if (request.method === 'HEAD') return isKnown ? bare(reply, 304) : reply.type(PKPASS_TYPE).send();
      // The token that it shows, as a pass cannot change its token: after a rotation there are passes of both.
      const bytes = isKnown ? null : await deps.passPackage(card, tokenOf(request));
      await oneByOne(card.memberId, () => fetched(card));
      return bytes === null ? bare(reply, 304) : reply.type(PKPASS_TYPE).send(bytes);
    },
  });

  /** Two devices that fetch at once would be taken for the same one. */
  const oneByOne = inTurn();
  /** Whoever got the last revision has it, or had it. A mark that is missing costs a push, so it keeps nobody from the pass. */
  const fetched = async ({ memberId, revision }: Card): Promise<void> => {
    const held = await registrations.ofMember(memberId)();
    const device = E.isRight(held) ? whoFetched(held.right, revision) : null;
    if (E.isLeft(held) || device === null) return;
    const saw = await registrations.saw({ deviceId: device.deviceId, memberId }, 'fetched', revision)();
    const lacking = held.right.filter((one) => (one.fetched?.revision ?? 0) < revision);
    if (E.isRight(saw) && lacking.length === 1) await deliveries.nudge(key(memberId), deps.clock())();
  };

  const logRates = [rated('logs', ({ ip }) => networkOf(ip)), rated('allLogs', () => 'all')];
  const log = { onRequest: [...logRates, jsonOnly], bodyLimit: MAX_LOG_BYTES };
  server.post<{ Params: OfPass }>('/log', log, async (request, reply) => {
    const read = readDeviceLog(request.body);
    if (read === null) return bare(reply, 400);
    tell(request, { deviceLog: read.lines, deviceLogMore: read.more });
    return bare(reply, 200);
  });
};

const REGISTRATION = '/devices/:deviceId/registrations/:passTypeId/:serial';
/** Passes under way take a hundred KB each. */
const MOST_AT_ONCE = 500;
const MAX_REGISTRATION_BYTES = 4 * 1024;
const MAX_LOG_BYTES = 64 * 1024;
/** After a device registered. It asks by itself in between, as far as it means to. */
const FIRST_LOOK_MS = 30_000;
const STATUS = { Registered: 201, Known: 200, Full: 403 } as const;

/** It becomes a part of an address. Apple names no length, and what it looks like is APNs' business, as long as it stays one part. */
const RegistrationBody = t.type({ pushToken: t.refinement(t.string, (text) => /^[\w~-][\w.~-]{0,199}$/.test(text)) });

/** -Infinity: it says nothing that could be understood. */
const instantOf = (date: string | undefined): number => {
  const at = date === undefined || date.length > 64 ? Number.NaN : Date.parse(date);
  return Number.isNaN(at) ? Number.NEGATIVE_INFINITY : at;
};
