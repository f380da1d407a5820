import type { FastifyReply, FastifyRequest } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Clock } from '#domain/index.ts';
import { boundedRate, type Rate } from '../http/boundedRate.ts';
import { isAuthenticationToken } from './authenticationToken.ts';

/** registrations, passes: of a pass and an address. lists: of a device. logs: of a network, allLogs: of all together, as anybody may send them. */
export type Rates = Readonly<Record<'registrations' | 'passes' | 'lists' | 'logs' | 'allLogs', Rate>>;

export const usualRates: Rates = {
  registrations: { perSecond: 0.5, burst: 20 },
  passes: { perSecond: 1, burst: 30 },
  lists: { perSecond: 1, burst: 30 },
  logs: { perSecond: 1, burst: 60 },
  allLogs: { perSecond: 10, burst: 300 },
};

export type HolderDeps = {
  readonly passTypeIdentifier: string;
  /** Every value of `apple-token-key` that counts now. */
  readonly tokenKeys: TaskEither<{ readonly reason: string }, readonly string[]>;
};

export type OfPass = { readonly deviceId: string; readonly passTypeId: string; readonly serial: string };
export type Asked = FastifyRequest<{ Params: OfPass }>;
/** Answers instead of whatever comes after it, or lets it pass. */
export type Guard = (request: Asked, reply: FastifyReply) => Promise<FastifyReply | undefined>;

export const ratesOf =
  ({ rates, clock }: { readonly rates?: Partial<Rates>; readonly clock: Clock }) =>
  (of: keyof Rates, nameOf: (request: Asked) => string): Guard => {
    const rate = boundedRate(rates?.[of] ?? usualRates[of], MOST_REMEMBERED, clock);
    return async (request, reply) => {
      const waitSeconds = rate(nameOf(request));
      return waitSeconds === null ? undefined : comeAgain(reply, 429, waitSeconds);
    };
  };
/** Some MB in all. */
const MOST_REMEMBERED = 10_000;
export const byPass = ({ ip, params }: Asked): string => `${ip} ${params.serial}`;

/** No more at once: while a store is slow, phones that were all woken together wait outside, and come again. */
export const atOnce = (most: number): Guard => {
  let underWay = 0;
  return async (_request, reply) => {
    if (underWay >= most) return comeAgain(reply, 503);
    underWay += 1;
    // Also where the phone gave up.
    reply.raw.once('close', () => {
      underWay -= 1;
    });
    return undefined;
  };
};

/** Of every request the token is computed, whatever is asked for: how long a refusal takes says nothing. Nothing is looked up. */
export const holderGuard =
  ({ tokenKeys, passTypeIdentifier }: HolderDeps): Guard =>
  async (request, reply) => {
    const keys = await tokenKeys();
    if (E.isLeft(keys)) return comeAgain(reply, 503);
    const { passTypeId, serial } = request.params;
    const isHolder = isAuthenticationToken(tokenOf(request), keys.right, passTypeIdentifier, serial);
    if (isHolder && passTypeId === passTypeIdentifier && NAME.test(serial)) return undefined;
    return bare(reply.header('www-authenticate', 'ApplePass'), 401);
  };

export const tokenOf = ({ headers }: Asked): string => APPLE_PASS.exec(headers.authorization ?? '')?.[1] ?? '';
const APPLE_PASS = /^ApplePass +([\x21-\x7e]{1,512})$/i;

export const deviceOnly: Guard = async ({ params }, reply) =>
  NAME.test(params.deviceId) ? undefined : bare(reply, 404);

/** Said, or nothing said of it. */
export const jsonOnly: Guard = async ({ headers }, reply) =>
  JSON_TYPE.test(headers['content-type'] ?? 'application/json') ? undefined : bare(reply, 415);

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
/** One that billfold makes, and one that a device does: no part of a path, nothing that has to be escaped. */
const NAME = /^(?!\.{1,2}$)[\w.~-]{1,100}$/;

export const bare = (reply: FastifyReply, status: number): FastifyReply => reply.code(status).send();

export const comeAgain = (reply: FastifyReply, status: 429 | 503, seconds = RETRY_AFTER_SECONDS): FastifyReply =>
  bare(reply.header('retry-after', seconds), status);

export const failed = (reply: FastifyReply, { type }: { readonly type: string }): FastifyReply =>
  type === 'StoreUnavailable' ? comeAgain(reply, 503) : bare(reply, 500);
const RETRY_AFTER_SECONDS = 5;
