import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { SecretUnavailable } from '../secrets/secrets.ts';

/**
 * How a list of events fared. Answered: each by itself, `failed` by index. Rejected: the list as a whole, for good. Away: nobody took any, come again.
 */
export type Posted =
  | { readonly type: 'Answered'; readonly failed: readonly FailedEvent[] }
  | { readonly type: 'Rejected'; readonly status: number }
  | { readonly type: 'Away'; readonly reason: string };
type FailedEvent = t.TypeOf<typeof Failed>;

/** Headers are of the list; remainingMs: how long the caller may still take. */
export type PostEvents = (
  events: readonly string[],
  headers: Readonly<Record<string, string>>,
  remainingMs: () => number,
) => Promise<Posted>;

export type MiddlewareClientDeps = {
  /** Of the events: https://…/events. */
  readonly url: string;
  /** renewed: not the one that was just refused, if there is another. */
  readonly key: (which: 'known' | 'renewed') => Promise<E.Either<SecretUnavailable, string>>;
  readonly pause: (ms: number) => Promise<void>;
  readonly random: () => number;
  /** Longer than the middleware takes to say that its store is away. */
  readonly tryMs?: number;
};

/** POST to the middleware, tried again while there is time: full jitter, or as long as it asks for. A key that is refused is asked for anew, once. */
export const middlewareClient =
  (deps: MiddlewareClientDeps): PostEvents =>
  async (events, headers, remainingMs) => {
    let which: 'known' | 'renewed' = 'known';
    for (let attempt = 1; ; ) {
      const tried = await tryOnce(deps, events, headers, which, remainingMs);
      if (tried.type === 'KeyRefused') {
        if (which === 'renewed') return { type: 'Away', reason: 'status 401' };
        which = 'renewed';
        continue;
      }
      if (tried.type !== 'Away') return tried;
      const waitMs = Math.max(tried.retryAfterMs, deps.random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt));
      if (attempt === MAX_TRIES || remainingMs() < waitMs + LEAST_TRY_MS) return tried;
      await deps.pause(waitMs);
      attempt += 1;
    }
  };

const MAX_TRIES = 5;
const BASE_MS = 250;
const CAP_MS = 5_000;
const TRY_MS = 6_000;
/** What is kept of the caller's time to tell of it. */
const MARGIN_MS = 1_000;
const LEAST_TRY_MS = MARGIN_MS + 500;

type Tried =
  | Exclude<Posted, { readonly type: 'Away' }>
  | { readonly type: 'KeyRefused' }
  | { readonly type: 'Away'; readonly reason: string; readonly retryAfterMs: number };

const tryOnce = async (
  { url, key, tryMs = TRY_MS }: MiddlewareClientDeps,
  events: readonly string[],
  headers: Readonly<Record<string, string>>,
  which: 'known' | 'renewed',
  remainingMs: () => number,
): Promise<Tried> => {
  const authority = await key(which);
  if (E.isLeft(authority)) return away('the key cannot be read');
  try {
    const response = await fetch(url, {
      method: 'POST',
      // A key is not carried to wherever somebody points.
      redirect: 'manual',
      headers: { ...headers, 'content-type': 'application/json', authorization: `Bearer ${authority.right}` },
      body: `[${events.join(',')}]`,
      signal: AbortSignal.timeout(Math.max(1, Math.min(tryMs, remainingMs() - MARGIN_MS))),
    });
    return readAnswer(response.status, await response.text(), response.headers, events.length);
  } catch (error) {
    return away(error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : 'no connection');
  }
};

const readAnswer = (status: number, text: string, headers: Headers, events: number): Tried => {
  if (status === 401) return { type: 'KeyRefused' };
  if (status === 202 || status === 207 || status === 422) {
    const answer = Answer.decode(parsed(text));
    if (E.isRight(answer)) {
      const { accepted = 0, duplicates = 0, failed = [] } = answer.right;
      if (accepted + duplicates + failed.length === events) return { type: 'Answered', failed };
    }
    return status === 422 ? { type: 'Rejected', status } : away('answered by something else than the middleware');
  }
  if (status === 400 || status === 413 || status === 415) return { type: 'Rejected', status };
  return away(`status ${status}`, retryAfterMs(headers.get('retry-after')));
};

const away = (reason: string, retryAfterMs = 0): Tried => ({ type: 'Away', reason, retryAfterMs });

/** Seconds, as the middleware and load balancers say it. A date, which HTTP allows too, is left to the jitter. */
const retryAfterMs = (value: string | null): number =>
  value !== null && /^\d{1,6}$/.test(value.trim()) ? Number(value) * 1_000 : 0;

const Failed = t.type({ index: t.number, retry: t.boolean, reason: t.string });
const Answer = t.partial({ accepted: t.number, duplicates: t.number, failed: t.readonlyArray(Failed) });

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
