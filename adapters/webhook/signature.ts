import { createHash, createHmac } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';

/** As Standard Webhooks 1.0.0 says it (section "Verifying webhook authenticity", read November 2026). */
export const SECRET_EXPECTED = 'whsec_ and 24 to 64 random bytes in base64';

/** The key of a secret. Left: what was expected, never the secret. */
export const signingKey = (secret: string): E.Either<string, Buffer> => {
  const base64 = SECRET.exec(secret.trim())?.[1] ?? '';
  const key = Buffer.from(base64, 'base64');
  return key.length >= 24 && key.length <= 64 ? E.right(key) : E.left(SECRET_EXPECTED);
};
const SECRET = /^whsec_([A-Za-z\d+/]+={0,2})$/;

/** Of the very bytes that are sent. timestamp: seconds since 1970, of the try. */
export const signatureOf = (key: Buffer, id: string, timestamp: number, body: string | Uint8Array): Buffer =>
  createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();

export type Signed = { readonly id: string; readonly timestamp: number; readonly signatures: string };

/** One signature for each key, so that a receiver that knows any of them is content. */
export const signed = (keys: readonly Buffer[], id: string, timestamp: number, body: string): Signed => ({
  ...{ id, timestamp },
  signatures: keys.map((key) => `v1,${signatureOf(key, id, timestamp, body).toString('base64')}`).join(' '),
});

/** The same for every try of an event. A digest: ids may hold full stops, which would let one part of what is signed pass for another. */
export const webhookId = (source: string, id: string): string =>
  `msg_${createHash('sha256').update(`${source}\0${id}`).digest('base64url').slice(0, 32)}`;
