import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { failureText, type ViewStore } from '#domain/index.ts';
import { deviceName } from '../apple/deviceName.ts';
import { isoText } from '../isoText.ts';
import { KeyText } from '../keyText.ts';
import { reasonOf } from '../local/functions.ts';
import type { ApnsStandIn, SeenPush } from '../local/standIns/apns.ts';
import type { GoogleStandIn } from '../local/standIns/google.ts';
import type { Holders } from '../local/standIns/holders.ts';
import {
  APNS_ORDERS,
  ApnsOrder,
  apnsOrder,
  GOOGLE_ORDERS,
  GoogleOrder,
  googleOrder,
} from '../local/standIns/orders.ts';
import type { Held, Phone, Phones } from '../local/standIns/phones.ts';
import { AddedPhone, type PhoneText, StandInsSeen } from './answers/standIns.ts';
import { idOf } from './memberApi.ts';
import { operation, route } from './operation.ts';
import { STORE } from './parameters.ts';
import { sendProblem } from './problem.ts';

export type StandInApiDeps = {
  readonly views: Pick<ViewStore, 'load'>;
  /** null: the middleware calls others, or nobody. */
  readonly standIns: {
    readonly apns: ApnsStandIn;
    readonly google: GoogleStandIn;
    readonly phones: Phones;
    readonly holders: Holders;
  } | null;
};

/** What stands in for Apple, Google and phones on this machine. */
export const standInApi =
  ({ standIns, views }: StandInApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    if (standIns === null) return;
    const { apns, google, phones, holders } = standIns;

    route(server, 'GET', '/api/stand-ins', GET_STAND_INS, async (_request, reply) =>
      reply.header('cache-control', 'no-store').send({
        phones: phones.all().flatMap(phoneText),
        apns: {
          url: apns.url,
          ...apns.counts,
          faults: apns.faults.length,
          pushes: apns.seen.slice(-SHOWN).map(pushText(phones.all())),
        },
        google: {
          ...{ url: google.url, objects: google.objects().length },
          calls: google
            .seen()
            .slice(-SHOWN)
            .map(({ at, ...call }) => ({ at: isoText(at), ...call })),
        },
      }),
    );

    route(server, 'POST', '/api/stand-ins/phones', ADD_PHONE, async ({ body }, reply) => {
      const memberId = idOf(body.memberId);
      const live = await views.load(memberId)();
      if (E.isLeft(live)) return sendProblem(reply, 503, failureText(live.left));
      // A pass that was issued may be on its way to the middleware, and is waited for; for another one that would be in vain.
      const { pass, revision } = live.right;
      const added =
        pass === null || revision === 0 ? E.right(null) : await TE.tryCatch(() => holders.add(memberId), reasonOf)();
      if (E.isLeft(added)) return sendProblem(reply, 503, 'The phone was given no pass', `${added.left}. Ask again.`);
      if (added.right === null) return sendProblem(reply, 404, 'No pass of such a member');
      return reply.code(201).send({ items: phoneText(added.right) });
    });

    route(server, 'POST', '/api/stand-ins/apns/faults', ORDER_APNS_FAULTS, async (request, reply) => {
      const order = apnsOrder(request.body, Date.now());
      if (order === null) return sendProblem(reply, 400, 'Not understood', APNS_ORDERS);
      apns.faults.push(...Array.from({ length: order.times ?? 1 }, () => order.fault));
      return reply.code(204).send();
    });

    route(server, 'POST', '/api/stand-ins/google/faults', ORDER_GOOGLE_FAULTS, async (request, reply) => {
      const order = googleOrder(request.body);
      if (order === null) return sendProblem(reply, 400, 'Not understood', GOOGLE_ORDERS);
      const { fault, times } = order;
      google.order({ fault, ...(times !== null && { times }) });
      return reply.code(204).send();
    });

    route(server, 'DELETE', '/api/stand-ins/faults', MEND, async (_request, reply) => {
      apns.faults.length = 0;
      google.mend();
      return reply.code(204).send();
    });
  };

const tag = 'stand-ins';

const GET_STAND_INS = operation({
  id: 'getStandIns',
  tag,
  summary: 'without destinations of your own: what the phones, Apple and Google of this machine saw',
  answers: { 200: StandInsSeen },
});

const ADD_PHONE = operation({
  id: 'addPhone',
  tag,
  summary: '{ memberId }: its holder adds the pass to a new phone',
  body: t.type({ memberId: KeyText }, 'AskedPhone'),
  answers: { 201: AddedPhone },
  refusals: {
    404: 'No pass of such a member',
    503: `${STORE}, or the middleware gives the phone no pass`,
  },
});

const ORDER_APNS_FAULTS = operation({
  id: 'orderApnsFaults',
  tag,
  summary: '{ type, …, times }: what befalls the next push, or the next `times`',
  body: { 'application/json': ApnsOrder },
  answers: { 204: null },
});

const ORDER_GOOGLE_FAULTS = operation({
  id: 'orderGoogleFaults',
  tag,
  summary: '{ type, …, times }: what befalls the next `times` calls; without `times` all of them, until mended',
  body: { 'application/json': GoogleOrder },
  answers: { 204: null },
});

const MEND = operation({
  id: 'mendStandIns',
  tag,
  summary: 'nothing befalls them any more',
  answers: { 204: null },
});

const SHOWN = 50;

/** phone: as `billfold deliveries` names it; null: it is not there any more. */
const pushText =
  (phones: readonly Phone[]) =>
  ({ at, pushToken, connection, status }: SeenPush) => {
    const phone = phones.find((one) => one.pushToken === pushToken);
    return { at: isoText(at), phone: phone === undefined ? null : deviceName(phone.deviceId), connection, status };
  };

const phoneText = ({ deviceId, passes }: Phone): readonly PhoneText[] =>
  [...passes.values()].map(({ memberId, fetched, lastModified, pass }) => ({
    ...{ phone: deviceName(deviceId), memberId, fetched, lastModified, shows: shownOn(pass) },
  }));

/** What stands on the front of a pass, by label. */
const shownOn = ({ storeCard }: Held['pass']): Readonly<Record<string, unknown>> => {
  const { headerFields = [], primaryFields = [], secondaryFields = [], auxiliaryFields = [] } = Object(storeCard);
  const fields = [...headerFields, ...primaryFields, ...secondaryFields, ...auxiliaryFields];
  return Object.fromEntries(fields.map(({ key, label = key, value }) => [label, value]));
};
