import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '#domain/index.ts';
import { guesses } from './guesses.ts';
import { isOfOtherOrigin, isVisit } from './otherOrigin.ts';
import { isOwnHost, nameIn } from './ownHost.ts';
import { answerHeaders } from './securityHeaders.ts';
import { refuse, sendTooMany, signIn } from './signIn.ts';
import { SESSION_PATH } from './signInPage.ts';
import { cookieText, shownCookies, shownToken, type Token } from './token.ts';

export type Access = {
  /** Names by which it is reached, in small letters, beside addresses and localhost. */
  readonly names: readonly string[];
  /** null: whoever is on this machine may do everything. That is said where the service is started, and nowhere else. */
  readonly token: Token | null;
};

/** Puts itself before every answer: who may have it, and the headers of it. */
export const guard = (server: FastifyInstance, access: Access, clock: Clock): void => {
  const guessed = guesses(clock);
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(answerHeaders());
    const decision = decideAccess(request, access);
    if (decision.isTokenShown) {
      const waitS = guessed.mustWaitS(request.ip);
      if (waitS !== null) return sendTooMany(request, reply, waitS);
    }
    if (decision.type === 'allow') return;
    if (decision.type === 'signIn')
      return reply.code(303).headers({ location: decision.location, 'set-cookie': decision.cookie }).send();
    if (decision.isTokenShown) guessed.wrong(request.ip);
    return refuse(request, reply, decision);
  });
  if (access.token !== null) server.register(signIn(access.token, guessed));
};

type Asked = { readonly method: string; readonly url: string; readonly headers: IncomingHttpHeaders };
/** isTokenShown: right or wrong, it may be a guess. */
export type Refusal = {
  readonly status: 401 | 403 | 421;
  readonly isTokenShown: boolean;
  readonly title: string;
  readonly detail: string;
};
/** signIn: the address held the token, and is to be asked for again without it. */
export type Decision =
  | { readonly type: 'allow'; readonly isTokenShown: boolean }
  | { readonly type: 'signIn'; readonly isTokenShown: true; readonly location: string; readonly cookie: string }
  | ({ readonly type: 'refuse' } & Refusal);

/** Who may: first whether it is meant for us, then whether another site sent it, then who asks. */
export const decideAccess = ({ method, url, headers }: Asked, { names, token }: Access): Decision => {
  const [path = '', query = ''] = split(url);
  if (!isOwnHost(headers.host, names)) return misdirected(headers.host);
  if (isOfOtherOrigin(headers) && !isVisit(method, path, headers)) return ofOtherOrigin;
  if (token === null || isOpen(method, path)) return allow(false);
  const asked = method === 'GET' && path === '/' ? new URLSearchParams(query) : null;
  const typed = asked?.get('token') ?? null;
  if (asked !== null && typed !== null) {
    if (!token.isToken(typed)) return unknown(true);
    asked.delete('token');
    const location = asked.size === 0 ? '/' : `/?${asked}`;
    return { type: 'signIn', isTokenShown: true, location, cookie: cookieText(token) };
  }
  if (shownCookies(headers).some(token.isCookie)) return allow(false);
  const shown = shownToken(path, headers);
  if (shown === null) return unknown(false);
  return token.isToken(shown) ? allow(true) : unknown(true);
};

const split = (url: string): readonly string[] => {
  const at = url.indexOf('?');
  return at === -1 ? [url] : [url.slice(0, at), url.slice(at + 1)];
};

/** What nobody needs a token for: whether it lives, and showing a token. */
const isOpen = (method: string, path: string): boolean =>
  /^\/health(?:\/live|\/ready)?\/?$/.test(path) || (method === 'POST' && path === SESSION_PATH);

const allow = (isTokenShown: boolean): Decision => ({ type: 'allow', isTokenShown });

const misdirected = (host: string | undefined): Decision => ({
  type: 'refuse',
  isTokenShown: false,
  status: 421,
  title: 'Not the host of this billfold',
  detail: `Host: expected an address, localhost, or what --host or --name say${nameIn(host) === null ? '' : `, not ${nameIn(host)}`}`,
});

const ofOtherOrigin: Decision = {
  type: 'refuse',
  isTokenShown: false,
  status: 403,
  title: 'Sent by the page of another site',
  detail: 'Origin and Sec-Fetch-Site: expected those of this address, or none',
};

const unknown = (isTokenShown: boolean): Decision => ({
  type: 'refuse',
  isTokenShown,
  status: 401,
  title: isTokenShown ? 'Not the token' : 'Not known here',
  detail: 'expected Authorization: Bearer and the token that billfold was started with',
});
