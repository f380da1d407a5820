import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { decoded } from '../dynamodb/decoded.ts';
import type { ApnsStandIn } from '../local/standIns/apns.ts';
import type { GoogleStandIn } from '../local/standIns/google.ts';
import type { Holders } from '../local/standIns/holders.ts';
import type { Phone, Phones } from '../local/standIns/phones.ts';
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
 *   POST   /api/stand-ins/apns/faults     what befalls the next pushes; `times` of it
 *   POST   /api/stand-ins/google/faults   what befalls the next calls; without `times` all of them, until mended
 *   DELETE /api/stand-ins/faults          mended
 */
export const standInApi =
  ({ standIns }: StandInApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    if (standIns === null) return;
    const { apns, google, phones, holders } = standIns;

    server.get('/api/stand-ins', async (_request, reply) =>
      reply.header('cache-control', 'no-store').send({
        apns: { url: apns.url, ...apns.counts, pushes: apns.seen.slice(-SHOWN), faults: apns.faults.length },
        google: { url: google.url, objects: google.objects().length, calls: google.seen().slice(-SHOWN) },
        phones: phones.all().flatMap(phoneText),
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
      const asked = decoded(ApnsOrder, request.body);
      if (E.isLeft(asked)) return sendProblem(reply, 400, 'Not understood', asked.left);
      const { times = 1, ...fault } = asked.right;
      apns.faults.push(...Array.from({ length: Math.min(times, MOST_FAULTS) }, () => fault));
      return reply.code(204).send();
    });

    server.post('/api/stand-ins/google/faults', async (request, reply) => {
      const asked = decoded(GoogleOrder, request.body);
      if (E.isLeft(asked)) return sendProblem(reply, 400, 'Not understood', asked.left);
      const { times, ...fault } = asked.right;
      google.order({ fault, ...(times !== undefined && { times }) });
      return reply.code(204).send();
    });

    server.delete('/api/stand-ins/faults', async (_request, reply) => {
      apns.faults.length = 0;
      google.mend();
      return reply.code(204).send();
    });
  };

const SHOWN = 50;
const MOST_FAULTS = 10_000;

const times = t.partial({ times: t.number });
const ApnsOrder = t.union(
  [
    t.intersection([
      t.type({ type: t.literal('answer'), status: t.number, reason: t.string }),
      t.partial({ retryAfter: t.string }),
      times,
    ]),
    t.intersection([t.type({ type: t.literal('gone'), timestamp: t.number }), times]),
    t.intersection([t.type({ type: t.keyof({ goaway: null, reset: null, stall: null, hangUp: null }) }), times]),
  ],
  '{ "type": "answer", "status", "reason" }, "gone" with a timestamp, "goaway", "reset", "stall" or "hangUp"',
);
const GoogleOrder = t.union(
  [
    t.intersection([
      t.type({ type: t.literal('Status'), status: t.number }),
      t.partial({ reason: t.string, domain: t.string, retryAfter: t.string }),
      times,
    ]),
    t.intersection([t.type({ type: t.literal('Reset') }), t.partial({ isDone: t.boolean }), times]),
    t.intersection([t.type({ type: t.literal('Stall'), ms: t.number }), times]),
  ],
  '{ "type": "Status", "status" }, "Reset", or "Stall" with ms',
);

const phoneText = ({ deviceId, passes }: Phone) =>
  [...passes.values()].map(({ memberId, fetched, lastModified }) => ({ deviceId, memberId, fetched, lastModified }));
