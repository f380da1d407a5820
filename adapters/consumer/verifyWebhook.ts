import { timingSafeEqual } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import { signatureOf, signingKey } from '../webhook/signature.ts';
import type { LastSeen } from './lastSeen.ts';

export type WebhookReceiverOptions = {
  /** whsec_…; while one is being replaced, both. Asked for with every request. */
  readonly secrets: () => readonly string[] | Promise<readonly string[]>;
  /** Remembers what was taken: `memoryLastSeen` for one process, `dynamoLastSeen` for several. */
  readonly lastSeen: LastSeen;
  /** How far the sender's clock may be off, and how old a request may be. */
  readonly toleranceSeconds?: number;
  /** Of the names of the three headers. */
  readonly prefix?: string;
  /** Epoch ms. */
  readonly now?: () => number;
};

export type WebhookRequest = {
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The very bytes that came, or their text: a body that was parsed and written again has another signature. */
  readonly body: string | Uint8Array;
};
type Handle = (body: string) => number | Promise<number>;
/** reason: null where the request was handled. */
export type WebhookAnswer = { readonly status: number; readonly reason: string | null };

/**
 * Receives webhooks as Standard Webhooks 1.0.0 signs them. `handle` answers with a status, as `httpStatus` does; from 500 on the same request may come again.
 *
 *   401 not signed with one of our secrets, or not now      409 taken before: a replay. Whoever tries again signs anew
 *   503 it is being handled, or `lastSeen` fails            otherwise what `handle` says; 500 where it throws
 */
export const verifyWebhook = (options: WebhookReceiverOptions) => {
  const { secrets, lastSeen, now = Date.now } = options;

  return async (request: WebhookRequest, handle: Handle): Promise<WebhookAnswer> => {
    const verified = read(request, options, now());
    if (E.isLeft(verified)) return { status: 401, reason: verified.left };
    const keys = (await secrets()).map(signingKey);
    if (!keys.some((key) => E.isRight(key) && isSignedWith(key.right, verified.right, request.body)))
      return { status: 401, reason: 'no signature is of one of our secrets' };
    const { id, timestamp } = verified.right;
    const turn = await lastSeen.begin({ key: `webhook-${id}`, mark: timestamp, forgettable: true }).catch(() => null);
    if (turn === null) return { status: 503, reason: 'what was taken before cannot be looked up' };
    if (turn.type === 'Busy') return { status: 503, reason: 'it is being handled' };
    if (turn.type === 'Seen') return { status: 409, reason: 'it was taken before' };
    const status = await handled(handle, request.body);
    await (status < 500 ? turn.done() : turn.undone());
    return { status, reason: null };
  };
};

const handled = async (handle: Handle, body: string | Uint8Array): Promise<number> => {
  try {
    return await handle(typeof body === 'string' ? body : Buffer.from(body).toString());
  } catch {
    return 500;
  }
};

type Claimed = { readonly id: string; readonly timestamp: number; readonly signatures: readonly Buffer[] };

const read = (
  { headers }: WebhookRequest,
  { prefix = 'webhook', toleranceSeconds = 300 }: WebhookReceiverOptions,
  now: number,
): E.Either<string, Claimed> => {
  const said = (name: string): string => {
    const value = headers instanceof Headers ? headers.get(`${prefix}-${name}`) : headers[`${prefix}-${name}`];
    return typeof value === 'string' ? value : '';
  };
  const [id, timestamp, signature] = [said('id'), said('timestamp'), said('signature')];
  if (!/^[\x21-\x7e]{1,256}$/.test(id)) return E.left(`${prefix}-id: expected an id`);
  if (!/^\d{1,12}$/.test(timestamp)) return E.left(`${prefix}-timestamp: expected seconds since 1970`);
  if (Math.abs(now / 1_000 - Number(timestamp)) > toleranceSeconds)
    return E.left(`${prefix}-timestamp: expected at most ${toleranceSeconds} s from now`);
  const signatures = signature
    .split(' ', MAX_SIGNATURES)
    .flatMap((one) => (one.startsWith('v1,') ? [Buffer.from(one.slice(3), 'base64')] : []));
  return E.right({ id, timestamp: Number(timestamp), signatures });
};
const MAX_SIGNATURES = 16;

/** All are compared, each in constant time. */
const isSignedWith = (key: Buffer, { id, timestamp, signatures }: Claimed, body: string | Uint8Array): boolean => {
  const expected = signatureOf(key, id, timestamp, body);
  return signatures.reduce(
    (isFound, one) => (one.length === expected.length && timingSafeEqual(one, expected)) || isFound,
    false,
  );
};
