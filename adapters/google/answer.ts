import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { EpochMs } from '#domain/index.ts';
import type { Answer } from '../delivery/destination.ts';
import { retryAfterMs } from '../delivery/retryAfter.ts';
import { parsedJson } from '../parsedJson.ts';
import type { Response } from './httpCall.ts';

/**
 * What an answer of Google's is to be taken for. `read` null: a good answer that cannot be understood, which passes.
 *
 *   2xx Ok        401, 403, 404, 409, other 4xx  Refused, by their reason        408, 429, 5xx  Failed
 *   403 of the API's rate (rateLimitExceeded, or quotaExceeded of another domain than walletobjects) is Failed, as 429 is
 */
export const answerOf = <Value>(
  { status, headers, body }: Response,
  now: EpochMs,
  read: (body: unknown) => Value | null,
  of?: string,
): Answer<Value> => {
  const json = parsedJson(body);
  if (status >= 200 && status < 300) {
    const value = read(json);
    return value === null ? failed(status, named('not understood', of), null) : { type: 'Ok', status, value };
  }
  const { reason, isOfRate } = refusalIn(json);
  if (status >= 500 || status === 429 || status === 408 || (status === 403 && isOfRate)) {
    const header = headers['retry-after'];
    return failed(status, named(reason, of), retryAfterMs(Array.isArray(header) ? header[0] : header, now));
  }
  return { type: 'Refused', status, reason: named(reason, of) };
};

/** Of a request without an answer: its code, such as ECONNRESET, or what it was, such as TimeoutError. */
export const faultOf = (error: unknown, of?: string): Answer<never> => {
  const { code, name } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: null, name: 'unknown' };
  // Of an abort it is a number that says nothing.
  return failed(null, named(typeof code === 'string' ? code : name, of), null);
};

const failed = (status: number | null, reason: string, wait: number | null): Answer<never> => ({
  ...{ type: 'Failed', status, reason, retryAfterMs: wait },
});

const named = (reason: string, of: string | undefined): string => (of === undefined ? reason : `${of}: ${reason}`);

const Refusal = t.type({
  error: t.intersection([
    t.type({}),
    t.partial({
      status: t.string,
      errors: t.array(t.partial({ domain: t.string, reason: t.string, location: t.string })),
      details: t.array(t.partial({ reason: t.string, fieldViolations: t.array(t.partial({ field: t.string })) })),
    }),
  ]),
});
const OAuthRefusal = t.type({ error: t.string });

/** Codes and where, never a message: it may quote what was sent. */
const refusalIn = (json: unknown): { readonly reason: string; readonly isOfRate: boolean } => {
  const oauth = OAuthRefusal.decode(json);
  if (E.isRight(oauth)) return { reason: word(oauth.right.error) ?? 'refused', isOfRate: false };
  const refusal = Refusal.decode(json);
  if (E.isLeft(refusal)) return { reason: 'refused', isOfRate: false };
  const { status, errors = [], details = [] } = refusal.right.error;
  const first = errors[0];
  const reason = word(first?.reason) ?? details.map(({ reason }) => word(reason)).find(isSaid) ?? word(status);
  const where =
    word(first?.location) ??
    details
      .flatMap((detail) => detail.fieldViolations ?? [])
      .map(({ field }) => word(field))
      .find(isSaid);
  const isOfRate =
    reason === 'rateLimitExceeded' ||
    reason === 'userRateLimitExceeded' ||
    (reason === QUOTA_EXCEEDED && first?.domain !== 'walletobjects');
  return { reason: [reason ?? 'refused', where].filter(isSaid).join(' at '), isOfRate };
};

/** More notifications of a pass than Google sends in a day (seen as 403, domain walletobjects: edutap.wallet_google issue 3, read November 2026). */
export const QUOTA_EXCEEDED = 'quotaExceeded';

const isSaid = <A>(value: A | undefined): value is A => value !== undefined;
const word = (text: string | undefined): string | undefined =>
  text !== undefined && /^[\w.[\]'-]{1,100}$/.test(text) ? text : undefined;
