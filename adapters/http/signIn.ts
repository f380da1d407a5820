import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Refusal } from './access.ts';
import { asksForPage } from './asksForPage.ts';
import type { Guesses } from './guesses.ts';
import { isPage } from './otherOrigin.ts';
import { problemOf, sendProblem } from './problem.ts';
import { signInHeaders } from './securityHeaders.ts';
import { SESSION_PATH, signInPage, signInStyleHash } from './signInPage.ts';
import { cookieText, type Token } from './token.ts';

/** POST /session: token=… as a form sends it. A browser then has the cookie, and is sent to the page that it asked for. */
export const signIn =
  (token: Token, guesses: Guesses) =>
  async (server: FastifyInstance): Promise<void> => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: MAX_FORM_BYTES },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );
    server.post(SESSION_PATH, { config: { operation: null } }, async (request, reply) => {
      const typed = request.body instanceof URLSearchParams ? request.body.get('token') : null;
      if (typed === null) return sendProblem(reply, 400, 'token: expected as the field of a form');
      const waitS = guesses.mustWaitS(request.ip);
      if (waitS !== null) return sendTooMany(request, reply, waitS);
      // A token that was copied brings blanks along.
      if (token.isToken(typed.trim()))
        return reply
          .code(303)
          .headers({ location: askedFor(request.headers), 'set-cookie': cookieText(token) })
          .send();
      guesses.wrong(request.ip);
      return refuse(request, reply, WRONG);
    });
  };

/** The page in whose place the form was shown, as the browser says; the first one where it does not. */
const askedFor = ({ host, referer = '' }: IncomingHttpHeaders): string => {
  const from = URL.parse(referer);
  if (from === null || from.host !== host || !isPage(from.pathname)) return '/';
  from.searchParams.delete('token');
  return `${from.pathname}${from.search}`;
};

const MAX_FORM_BYTES = 4_096;
const WRONG: Refusal = { status: 401, isTokenShown: true, title: 'Not the token', detail: 'token: expected another' };

/** To a browser where it can show a token, else a problem; to clients of AWS one that they can tell as well. */
export const refuse = (
  request: FastifyRequest,
  reply: FastifyReply,
  { status, title, detail, isTokenShown }: Refusal,
): FastifyReply => {
  if (status !== 401) return sendProblem(reply, status, title, detail);
  reply.header('www-authenticate', 'Bearer');
  if (asksForPage(request)) return sendPage(reply, 401, isTokenShown ? title : null);
  if (!request.url.startsWith('/eventbridge')) return sendProblem(reply, 401, title, detail);
  const message = 'expected the token that billfold was started with as the session token (AWS_SESSION_TOKEN)';
  return reply
    .code(401)
    .type('application/problem+json')
    .send({ ...problemOf(401, title, message), __type: 'UnrecognizedClientException', message });
};

export const sendTooMany = (request: FastifyRequest, reply: FastifyReply, waitS: number): FastifyReply => {
  reply.header('retry-after', String(waitS));
  if (asksForPage(request)) return sendPage(reply, 429, `Too many wrong tokens: try again in ${waitS} s`);
  return sendProblem(reply, 429, 'Too many wrong tokens', `tried again in ${waitS} s, it is looked at`);
};

const sendPage = (reply: FastifyReply, status: 401 | 429, said: string | null): FastifyReply =>
  reply.code(status).headers(signInHeaders(signInStyleHash)).type('text/html; charset=utf-8').send(signInPage(said));
