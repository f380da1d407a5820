import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { deviceName } from '../apple/deviceName.ts';
import { decoded } from '../dynamodb/decoded.ts';
import type { ApnsStandIn, SeenPush } from '../local/standIns/apns.ts';
import type { GoogleStandIn } from '../local/standIns/google.ts';
import type { Holders } from '../local/standIns/holders.ts';
import { APNS_ORDERS, apnsOrder, GOOGLE_ORDERS, googleOrder } from '../local/standIns/orders.ts';
import type { Held, Phone, Phones } from '../local/standIns/phones.ts';
import { sendProblem } from './problem.ts';

export type StandInApiDeps = {
  /** null: the middleware calls others, or nobody. */
  readonly standIns: {
    readonly apns: ApnsStandIn;
    readonly google: GoogleStandIn;
    readonly phones: Phones;
    readonly holders: Holders;
  } | null;
};

/**
 * What stands in for Apple, Google and phones on this machine.
 *
 *   GET    /api/stand-ins                 what they saw last, and what the phones hold
 *   POST   /api/stand-ins/phones          { memberId }: its holder adds the pass to a new phone
 *   POST   /api/stand-ins/apns/faults     what befalls the next push, or the next `times`
 *   POST   /api/stand-ins/google/faults   what befalls the next `times` calls; without `times` all of them, until mended
 *   DELETE /api/stand-ins/faults          mended
 */
export const standInApi =
  ({ standIns }: StandInApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    if (standIns === null) return;
    const { apns, google, phones, holders } = standIns;

    server.get('/api/stand-ins', async (_request, reply) =>
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
            .map(({ at, ...call }) => ({ at: iso(at), ...call })),
        },
      }),
    );

    server.post('/api/stand-ins/phones', async (request, reply) => {
      const asked = decoded(t.type({ memberId: t.string }), request.body);
      if (E.isLeft(asked)) return sendProblem(reply, 400, 'Not understood', asked.left);
      const phone = await holders.add(asked.right.memberId);
      if (phone === null) return sendProblem(reply, 404, 'No pass of such a member');
      return reply.code(201).send({ items: phoneText(phone) });
    });

    server.post('/api/stand-ins/apns/faults', async (request, reply) => {
      const order = apnsOrder(request.body, Date.now());
      if (order === null) return sendProblem(reply, 400, 'Not understood', APNS_ORDERS);
      apns.faults.push(...Array.from({ length: order.times ?? 1 }, () => order.fault));
      return reply.code(204).send();
    });

    server.post('/api/stand-ins/google/faults', async (request, reply) => {
      const order = googleOrder(request.body);
      if (order === null) return sendProblem(reply, 400, 'Not understood', GOOGLE_ORDERS);
      const { fault, times } = order;
      google.order({ fault, ...(times !== null && { times }) });
      return reply.code(204).send();
    });

    server.delete('/api/stand-ins/faults', async (_request, reply) => {
      apns.faults.length = 0;
      google.mend();
      return reply.code(204).send();
    });
  };

const SHOWN = 50;

/** phone: as `billfold deliveries` names it; null: it is not there any more. */
const pushText =
  (phones: readonly Phone[]) =>
  ({ at, pushToken, connection, status }: SeenPush) => {
    const phone = phones.find((one) => one.pushToken === pushToken);
    return { at: iso(at), phone: phone === undefined ? null : deviceName(phone.deviceId), connection, status };
  };

const phoneText = ({ deviceId, passes }: Phone) =>
  [...passes.values()].map(({ memberId, fetched, lastModified, pass }) => ({
    ...{ phone: deviceName(deviceId), memberId, fetched, lastModified, shows: shownOn(pass) },
  }));

/** What stands on the front of a pass, by label. */
const shownOn = ({ storeCard }: Held['pass']): Readonly<Record<string, unknown>> => {
  const { headerFields = [], primaryFields = [], secondaryFields = [], auxiliaryFields = [] } = Object(storeCard);
  const fields = [...headerFields, ...primaryFields, ...secondaryFields, ...auxiliaryFields];
  return Object.fromEntries(fields.map(({ key, label = key, value }) => [label, value]));
};

const iso = (at: number): string => new Date(at).toISOString();
