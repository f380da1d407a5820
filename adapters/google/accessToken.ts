import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { SignJWT } from 'jose';
import type { Clock, EpochMs } from '#domain/index.ts';
import { stopwatch } from '../clocks.ts';
import type { Answer } from '../delivery/destination.ts';
import { answerOf, faultOf } from './answer.ts';
import type { Call } from './httpCall.ts';
import type { ReadAccount, ServiceAccount } from './serviceAccount.ts';

export type AccessTokens = {
  /** One that lasts a while yet. Many that ask at once wait for one request. */
  readonly take: () => Promise<Answer<string>>;
  /** It was refused: the next one is another. */
  readonly drop: (token: string) => void;
};

export type AccessTokensDeps = { readonly account: ReadAccount; readonly call: Call; readonly clock: Clock };

/** OAuth 2.0 for service accounts: a signed assertion for a token of an hour (RFC 7523; developers.google.com/identity/protocols/oauth2/service-account). */
export const accessTokens = ({ account, call, clock }: AccessTokensDeps): AccessTokens => {
  let known: Known | null = null;
  let refused: Refusal | null = null;
  let asking: Promise<Answer<string>> | null = null;

  const ask = async (now: ServiceAccount): Promise<Answer<string>> => {
    const askedAgoMs = stopwatch(clock);
    const answer = await requestToken(call, now, clock());
    // Such as invalid_grant, 400: of no request of ours, but of who we are.
    if (answer.type === 'Refused') {
      refused = { of: now, answer: { ...answer, status: 401 }, askedAgoMs: stopwatch(clock) };
      return refused.answer;
    }
    if (answer.type === 'Failed') return answer;
    known = { of: now, ...answer.value, askedAgoMs };
    return { ...answer, value: known.token };
  };

  return {
    take: async () => {
      const now = await account();
      if (E.isLeft(now)) return { type: 'Refused', status: 401, reason: `service account: ${now.left.reason}` };
      // A renewed secret is another account, whatever the old token is still good for.
      if (known?.of === now.right && known.askedAgoMs() < known.lastsMs - EARLY_MS)
        return { type: 'Ok', status: 200, value: known.token };
      if (refused?.of === now.right && refused.askedAgoMs() < REFUSED_MS) return refused.answer;
      asking ??= ask(now.right).finally(() => {
        asking = null;
      });
      return asking;
    },
    drop: (token) => {
      if (known?.token === token) known = null;
    },
  };
};

type Known = {
  readonly of: ServiceAccount;
  readonly token: string;
  readonly lastsMs: number;
  readonly askedAgoMs: () => number;
};

type Refusal = { readonly of: ServiceAccount; readonly answer: Answer<never>; readonly askedAgoMs: () => number };

/** Every card would ask again, and be refused again. */
const REFUSED_MS = 30_000;
/** As long as requests that carry it may take, retries included. */
const EARLY_MS = 120_000;
const SCOPE = 'https://www.googleapis.com/auth/wallet_object.issuer';

const requestToken = async (call: Call, { email, key, keyId, tokenUri }: ServiceAccount, now: EpochMs) => {
  const iat = Math.floor(now / 1_000);
  const assertion = await new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(keyId !== null && { kid: keyId }) })
    .setIssuer(email)
    .setAudience(tokenUri)
    .setIssuedAt(iat)
    .setExpirationTime(iat + 3_600)
    .sign(key);
  try {
    const response = await call(tokenUri, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }).toString(),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return answerOf(response, now, tokenIn, 'token');
  } catch (error) {
    return faultOf(error, 'token');
  }
};
const TIMEOUT_MS = 10_000;

const Token = t.type({ access_token: t.string, expires_in: t.number });
const tokenIn = (body: unknown) => {
  const token = Token.decode(body);
  return E.isLeft(token) ? null : { token: token.right.access_token, lastsMs: token.right.expires_in * 1_000 };
};
