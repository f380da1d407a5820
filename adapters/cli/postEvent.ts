import { type Backoff, retryDelayMs, sleep } from '../local/backoff.ts';
import { CommandFailed } from './client.ts';

export type PostDeps = {
  readonly url: string;
  /** What is posted, in words. */
  readonly what: string;
  /** Goes with it as Authorization: Bearer; undefined: nothing does. */
  readonly key: string | undefined;
  readonly backoff: Backoff;
  readonly signal: AbortSignal;
  /** Not taken yet, and why; it is tried again after the delay. */
  readonly onRetry: (reason: string, delayMs: number) => void;
};

/**
 * POSTs a JSON body until it is taken: retried for as long as it takes after 5xx, 429, 408 and where nobody answers, not before
 * Retry-After. True when it was taken, false at the abort. Throws CommandFailed on any other answer: sent again it would be the same.
 */
export const postUntilTaken = async (
  { url, what, key, backoff, signal, onRetry }: PostDeps,
  body: string,
): Promise<boolean> => {
  for (let attempt = 1; !signal.aborted; attempt++) {
    const answer = await post(url, key, body, signal);
    if (answer.type === 'taken') return true;
    if (answer.type === 'refused') throw new CommandFailed(`${url} refuses ${what} (${answer.reason}).`);
    if (signal.aborted) return false;
    const delayMs = Math.max(retryDelayMs(backoff, attempt), answer.notBeforeMs);
    onRetry(answer.reason, delayMs);
    await sleep(delayMs, signal);
  }
  return false;
};

type Answer =
  | { readonly type: 'taken' }
  | { readonly type: 'refused'; readonly reason: string }
  | { readonly type: 'later'; readonly reason: string; readonly notBeforeMs: number };

const TIMEOUT_MS = 30_000;

const post = async (url: string, key: string | undefined, body: string, signal: AbortSignal): Promise<Answer> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
      body,
      // A redirect would turn the POST into a GET.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.arrayBuffer();
    const reason = `HTTP ${response.status}`;
    if (response.ok) return { type: 'taken' };
    const mayPass = response.status >= 500 || response.status === 429 || response.status === 408;
    if (!mayPass) return { type: 'refused', reason };
    return { type: 'later', reason, notBeforeMs: retryAfterMs(response.headers.get('retry-after')) };
  } catch (error) {
    return { type: 'later', reason: causeOf(error), notBeforeMs: 0 };
  }
};

/** A number of seconds or a date (RFC 9110, 10.2.3); never more than an hour. */
export const retryAfterMs = (header: string | null, now: number = Date.now()): number => {
  if (header === null) return 0;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), 3_600_000);
};

const causeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'no connection';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
};
