import type { EpochMs } from '#domain/index.ts';
import type { Answer } from '../delivery/destination.ts';
import { retryAfterMs } from '../delivery/retryAfter.ts';
import { parsedJson } from '../parsedJson.ts';

/** What came back to one push, or that nothing did. */
export type Reply =
  | { readonly type: 'Answered'; readonly status: number; readonly retryAfter: string | null; readonly body: string }
  /** reason: a code, never a value. */
  | { readonly type: 'Broken'; readonly reason: string };

/** What APNs said of the push token. Gone: nobody has it any more; before: it was so at that time, null: it always was. */
export type PushAnswer = {
  readonly answer: Answer<null>;
  readonly gone: { readonly before: EpochMs | null } | null;
};

/**
 * As Apple says its statuses are to be taken ("Handling notification responses from APNs", read November 2026).
 *
 *   410, and 400 of a token that is none or not of this topic   refused, the token is gone
 *   403                                                          certificate or key: passes only when somebody mends it, so it is tried rarely, and opens the breaker
 *   429, 5xx, no answer                                          failed
 *   any other                                                    refused
 *
 * isProven: it took a push of this process before. Until then a 400 of a token is as a 403: at an address of APNs for tests, or with the key of another
 * team, every token is said to be none, and phones do not register again for that.
 */
export const pushAnswer = (reply: Reply, { now, isProven }: Heard): PushAnswer => {
  if (reply.type === 'Broken')
    return { answer: { type: 'Failed', status: null, reason: reply.reason, retryAfterMs: null }, gone: null };
  const { status } = reply;
  if (status === 200) return { answer: { type: 'Ok', status, value: null }, gone: null };
  const { reason, timestamp } = bodyOf(reply.body);
  const isOfToken = status === 400 && GONE.has(reason);
  if (status === 410 || (isOfToken && isProven))
    return { answer: { type: 'Refused', status, reason }, gone: { before: status === 410 ? timestamp : null } };
  if (status === 403 || isOfToken)
    return { answer: { type: 'Failed', status, reason, retryAfterMs: MEND_MS }, gone: null };
  if (status === 429 || status >= 500)
    return {
      answer: { type: 'Failed', status, reason, retryAfterMs: retryAfterMs(reply.retryAfter, now) },
      gone: null,
    };
  return { answer: { type: 'Refused', status, reason }, gone: null };
};

export type Heard = { readonly now: EpochMs; readonly isProven: boolean };

const GONE: ReadonlySet<string> = new Set(['BadDeviceToken', 'DeviceTokenNotForTopic']);
/** Nothing mends itself sooner. */
const MEND_MS = 60_000;

const bodyOf = (body: string): { readonly reason: string; readonly timestamp: EpochMs | null } => {
  const said: { readonly reason?: unknown; readonly timestamp?: unknown } = Object(parsedJson(body));
  const reason = typeof said.reason === 'string' && /^\w{1,60}$/.test(said.reason) ? said.reason : 'no reason';
  return { reason, timestamp: Number.isSafeInteger(said.timestamp) ? Number(said.timestamp) : null };
};
