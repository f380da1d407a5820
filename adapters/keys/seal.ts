import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';

/**
 * Bytes, or text as UTF-8, under a data key: AES-256-GCM. `belongsTo` is authenticated with it, so that a seal moved to another place does not open.
 * Layout: version (1 byte) | iv (12) | tag (16) | ciphertext.
 */
export const seal = (key: Uint8Array, belongsTo: string, content: string | Uint8Array): Uint8Array => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyObject(key), iv).setAAD(Buffer.from(belongsTo));
  const ciphertext = Buffer.concat([cipher.update(content), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), ciphertext]);
};

/** Made once for each key that is held, as making it costs as much as opening a seal. It goes when the key does. */
const keyObject = (key: Uint8Array): KeyObject => {
  const made = keyObjects.get(key) ?? createSecretKey(key);
  keyObjects.set(key, made);
  return made;
};
const keyObjects = new WeakMap<Uint8Array, KeyObject>();

export type SealBroken = { readonly type: 'SealBroken' };

/** None: the key was destroyed. Left: sealed under another key, for another place, or changed since. */
export const openSeal = (
  key: Uint8Array | null,
  belongsTo: string,
  sealed: Uint8Array,
): E.Either<SealBroken, O.Option<Buffer>> => {
  if (key === null) return E.right(O.none);
  if (sealed[0] !== VERSION || sealed.length < HEADER_BYTES) return E.left({ type: 'SealBroken' });
  const iv = sealed.subarray(1, 1 + IV_BYTES);
  const tag = sealed.subarray(1 + IV_BYTES, HEADER_BYTES);
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyObject(key), iv).setAAD(Buffer.from(belongsTo)).setAuthTag(tag);
    return E.right(O.some(Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES)), decipher.final()])));
  } catch {
    return E.left({ type: 'SealBroken' });
  }
};

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + IV_BYTES + TAG_BYTES;
