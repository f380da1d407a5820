import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What everybody shows who is let in. */
export type Token = {
  readonly isToken: (shown: string) => boolean;
  /** What a browser keeps instead of it. */
  readonly cookie: string;
  readonly isCookie: (shown: string) => boolean;
};

/**
 * Compared in constant time. The cookie is an HMAC of the token: cookies are sent to every port of a host, and lie in files of the browser, so whoever reads one
 * can come here with it, but learns nothing to show as a token, nor to try tokens against, since the key stays with us. A change of either ends all cookies.
 */
export const tokenOf = (token: string, cookieKey: string): Token => {
  const digest = digestOf(token);
  const cookie = createHmac('sha256', cookieKey).update(token).digest('base64url');
  const cookieDigest = digestOf(cookie);
  return {
    isToken: (shown) => timingSafeEqual(digestOf(shown), digest),
    cookie,
    isCookie: (shown) => timingSafeEqual(digestOf(shown), cookieDigest),
  };
};

/** Of equal length, whatever is shown. */
const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** What a caller shows as a token; null: nothing. */
export const shownToken = (path: string, headers: IncomingHttpHeaders): string | null =>
  BEARER.exec(headers.authorization ?? '')?.[1] ?? (EVENT_BRIDGE.test(path) ? signersToken(headers) : null);

/**
 * Clients of AWS cannot be told of a Bearer token: theirs is the session token, or the access key id where they know no session. The signature is not looked at
 * (Signature Version 4, "Authorization header": Credential=<access key id>/<date>/<region>/<service>/aws4_request).
 */
const signersToken = (headers: IncomingHttpHeaders): string | null => {
  const { authorization = '', 'x-amz-security-token': session } = headers;
  if (typeof session === 'string') return session;
  return SIGNED.exec(authorization)?.[1] ?? null;
};

const EVENT_BRIDGE = /^\/eventbridge\/?$/;
/** RFC 6750, section 2.1. */
const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i;
const SIGNED = /^AWS4-HMAC-SHA256 .*?\bCredential=([\x21-\x7e]{1,512}?)\/\d{8}\/[^/,\s]+\/[^/,\s]+\/aws4_request/;

const COOKIE = 'billfold';

/** Of a Cookie header, in its order. */
export const shownCookies = ({ cookie = '' }: IncomingHttpHeaders): readonly string[] =>
  cookie
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${COOKIE}=`))
    .map((pair) => pair.slice(COOKIE.length + 1));

/** No port belongs to a cookie: two services on one host take each other's place. */
export const cookieText = ({ cookie }: Token): string => `${COOKIE}=${cookie}; HttpOnly; SameSite=Strict; Path=/`;
