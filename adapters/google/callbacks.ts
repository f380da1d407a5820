import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Clock, EpochMs } from '#domain/index.ts';
import type { Once } from '../delivery/budget.ts';
import { boundedRate, type Rate } from '../http/boundedRate.ts';
import { networkOf } from '../http/guesses.ts';
import { sendProblem } from '../http/problem.ts';
import { parsedJson } from '../parsedJson.ts';
import type { RootKeys } from './rootKeys.ts';
import { type Doubt, verifySigned } from './signedMessage.ts';

/** A holder put a card into Google Wallet, or took it out. */
export type Callback = {
  readonly type: 'Saved' | 'Deleted';
  readonly classId: string;
  readonly objectId: string;
  readonly at: EpochMs;
};

export type CallbackDeps = {
  readonly issuerId: string;
  readonly rootKeys: RootKeys;
  readonly once: Once;
  /** Told of each once, as far as they are told at all: Google sends them as well as it can. Nobody waits for it. */
  readonly onCallback: (callback: Callback) => void;
  readonly clock: Clock;
  /** Of a network. */
  readonly rate?: Rate;
};

/** More than all members of a large programme save at once; a check of the signatures costs less than a millisecond of CPU. */
export const usualCallbackRate: Rate = { perSecond: 50, burst: 500 };

/**
 * POST /google/callbacks: what Google tells of saves and deletions.
 *
 *   200 understood, also where it was told before      400 not such a message      401 not signed by Google for this issuer, or expired
 *   413 too large        429 too many from there, with Retry-After        503 the keys, or the memory of what was told, cannot be had; with Retry-After
 */
export const callbacks =
  (deps: CallbackDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    const rate = boundedRate(deps.rate ?? usualCallbackRate, MOST_NETWORKS, deps.clock);
    const admit = async ({ ip }: FastifyRequest, reply: FastifyReply) => {
      const waitSeconds = rate(networkOf(ip));
      if (waitSeconds === null) return;
      return sendProblem(reply.header('retry-after', waitSeconds), 429, 'Too many requests');
    };
    server.post('/google/callbacks', { onRequest: admit, bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
      const taken = await take(deps, typeof request.body === 'string' ? request.body : '');
      if (taken === 'Taken') return reply.code(200).send({ status: 'ok' });
      if (taken === 'Unavailable') return sendProblem(reply.header('retry-after', 30), 503, 'Not now');
      return taken.type === 'Malformed'
        ? sendProblem(reply, 400, 'Not understood', taken.reason)
        : sendProblem(reply, 401, 'Not verified', taken.reason);
    });
  };

const MAX_BODY_BYTES = 16 * 1024;
const MOST_NETWORKS = 10_000;

const take = async (deps: CallbackDeps, text: string): Promise<'Taken' | 'Unavailable' | Doubt> => {
  const { once, onCallback, clock } = deps;
  const message = await messageIn(deps, text);
  if (message === 'Unavailable') return message;
  if (E.isLeft(message)) return message.left;
  const { nonce, callback, expiresAt } = message.right;
  const forMs = Math.min(expiresAt - clock() + MARGIN_MS, REMEMBERED_MS);
  const isFirst = await once(`google-callback ${nonce}`, forMs)();
  if (E.isLeft(isFirst)) return 'Unavailable';
  if (isFirst.right) onCallback(callback);
  return 'Taken';
};

/** Once a message has expired it is refused by that: its nonce is remembered until then. */
const MARGIN_MS = 60_000;
const REMEMBERED_MS = 30 * 86_400_000;

type Told = { readonly nonce: string; readonly callback: Callback; readonly expiresAt: EpochMs };

const messageIn = async (
  { issuerId, rootKeys, clock }: CallbackDeps,
  text: string,
): Promise<'Unavailable' | E.Either<Doubt, Told>> => {
  const keys = await rootKeys();
  if (keys === null) return 'Unavailable';
  const now = clock();
  const verified = verifySigned(text, { recipient: issuerId, rootKeys: keys, now });
  if (E.isRight(verified)) return readMessage(verified.right, issuerId, now);
  if (verified.left.type === 'Malformed') return verified;
  // A key may be new.
  const newer = await rootKeys(true);
  if (newer === null || newer.every((key) => keys.includes(key))) return verified;
  const again = verifySigned(text, { recipient: issuerId, rootKeys: newer, now });
  return E.isLeft(again) ? again : readMessage(again.right, issuerId, now);
};

const Message = t.type({
  classId: t.string,
  objectId: t.string,
  expTimeMillis: t.union([t.number, t.string]),
  eventType: t.keyof({ save: null, del: null }),
  nonce: t.string,
});

const readMessage = (text: string, issuerId: string, now: EpochMs): E.Either<Doubt, Told> => {
  const message = Message.decode(parsedJson(text));
  if (E.isLeft(message)) return E.left({ type: 'Malformed', reason: 'expected a save or a deletion' });
  const { classId, objectId, expTimeMillis, eventType, nonce } = message.right;
  const expiresAt = Number(expTimeMillis);
  if (!(expiresAt > now)) return E.left({ type: 'Unverified', reason: 'the message has expired' });
  if (!objectId.startsWith(`${issuerId}.`) || nonce === '' || nonce.length > 200)
    return E.left({ type: 'Malformed', reason: 'expected an object of this issuer, and a nonce' });
  const type = eventType === 'save' ? 'Saved' : 'Deleted';
  return E.right({ nonce, expiresAt, callback: { type, classId, objectId, at: now } });
};
