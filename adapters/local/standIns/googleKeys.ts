import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createLocalJWKSet, exportJWK, jwtVerify } from 'jose';
import type { Clock, EpochMs } from '#domain/index.ts';

const SCOPE = 'https://www.googleapis.com/auth/wallet_object.issuer';
const TOKEN_MS = 3_600_000;

const newPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
/** Made once in a process: it takes a while. */
let first: ReturnType<typeof newPair> | null = null;
const firstPair = () => {
  first ??= newPair();
  return first;
};

/** A service account with a key made now, and the tokens that its assertions are exchanged for. */
export const googleAccount = (clock: Clock) => {
  const email = 'billfold@stand-in.iam.gserviceaccount.com';
  let pair = firstPair();
  let keyId = randomUUID();
  const tokens = new Map<string, EpochMs>();

  const verified = async (token: string, audience: string) => {
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: keyId, alg: 'RS256' };
    return jwtVerify(token, createLocalJWKSet({ keys: [jwk] }), {
      ...{ issuer: email, audience, algorithms: ['RS256'], currentDate: new Date(clock()) },
    });
  };

  return {
    email,
    /** The secret, as Google's console gives it. */
    file: (url: string): string =>
      JSON.stringify({
        ...{ type: 'service_account', project_id: 'stand-in', client_id: '0', client_email: email },
        ...{ private_key_id: keyId, private_key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) },
        token_uri: `${url}/token`,
      }),
    /** A new key; assertions of the old one are refused from now on. */
    rotate: (): void => {
      pair = newPair();
      keyId = randomUUID();
    },
    revokeTokens: (): void => tokens.clear(),
    /** null: not an assertion of ours. */
    exchange: async (
      assertion: string,
      url: string,
    ): Promise<{ readonly token: string; readonly lastsMs: number } | null> => {
      const jwt = await verified(assertion, `${url}/token`).catch(() => null);
      if (jwt === null) return null;
      const { iat = 0, exp = 0, scope } = jwt.payload;
      if (scope !== SCOPE || exp - iat > TOKEN_MS / 1_000) return null;
      const token = `ya29.${randomUUID()}`;
      tokens.set(token, clock() + TOKEN_MS);
      return { token, lastsMs: TOKEN_MS };
    },
    isKnown: (authorization: string | undefined): boolean =>
      (tokens.get(/^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '') ?? 0) > clock(),
    /** The objects that a link saves; null: not a link of this account. */
    savedBy: async (token: string): Promise<readonly string[] | null> => {
      const jwt = await verified(token, 'google').catch(() => null);
      const payload = jwt?.payload.payload as
        | { readonly loyaltyObjects?: readonly { readonly id: string }[] }
        | undefined;
      return jwt?.payload.typ === 'savetowallet' ? (payload?.loyaltyObjects ?? []).map(({ id }) => id) : null;
    },
  };
};

const PROTOCOL = 'ECv2SigningOnly';
const SENDER = 'GooglePayPasses';

/** Signs callbacks as Google does: a root key signs an intermediate one, that signs the message. */
export const callbackSigner = (clock: Clock) => {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const intermediate = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keyOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'der' }).toString('base64');
  const expires = (ms: number): string => String(clock() + ms);
  return {
    /** As published. */
    keys: (): string =>
      JSON.stringify({
        keys: [{ keyValue: keyOf(root.publicKey), protocolVersion: PROTOCOL, keyExpiration: expires(86_400_000) }],
      }),
    signed: (recipient: string, message: object): string => {
      const signedMessage = JSON.stringify(message);
      const signedKey = JSON.stringify({ keyValue: keyOf(intermediate.publicKey), keyExpiration: expires(3_600_000) });
      return JSON.stringify({
        protocolVersion: PROTOCOL,
        signature: signatureOf(intermediate.privateKey, [SENDER, recipient, PROTOCOL, signedMessage]),
        intermediateSigningKey: {
          signedKey,
          signatures: [signatureOf(root.privateKey, [SENDER, PROTOCOL, signedKey])],
        },
        signedMessage,
      });
    },
  };
};

const signatureOf = (key: KeyObject, fields: readonly string[]): string => {
  const parts = fields.flatMap((field) => {
    const bytes = Buffer.from(field);
    return [Buffer.from(Uint32Array.of(bytes.length).buffer), bytes];
  });
  return sign('sha256', Buffer.concat(parts), { key, dsaEncoding: 'der' }).toString('base64');
};
