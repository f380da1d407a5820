import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { EpochMs } from '#domain/index.ts';
import { parsedJson } from '../parsedJson.ts';

/**
 * What Google sends, signed as ECv2SigningOnly: the root keys sign an intermediate key, that signs the message. ECDSA over P-256 with SHA-256, DER, base64.
 * Signed are fields one after the other, each after its length in bytes, four of them, the least first (developers.google.com/pay/api/web/guides/resources/
 * payment-data-cryptography; Tink, apps/paymentmethodtoken, PaymentMethodTokenRecipient; read November 2026).
 */
export const PROTOCOL = 'ECv2SigningOnly';
/** Of callbacks (Google Wallet, Use callbacks for saves and deletions, read November 2026). */
export const SENDER = 'GooglePayPasses';

const Envelope = t.type({
  protocolVersion: t.literal(PROTOCOL),
  signature: t.string,
  intermediateSigningKey: t.type({ signedKey: t.string, signatures: t.array(t.string) }),
  signedMessage: t.string,
});
const Expiring = t.type({ keyValue: t.string, keyExpiration: t.string });

/** Malformed: not such an envelope at all. Unverified: nobody we trust signed it so, or not for us, or too long ago. */
export type Doubt = { readonly type: 'Malformed' | 'Unverified'; readonly reason: string };

export type VerifyInput = {
  readonly recipient: string;
  readonly rootKeys: readonly KeyObject[];
  readonly now: EpochMs;
};

/** The message as it was signed, JSON text. */
export const verifySigned = (text: string, { recipient, rootKeys, now }: VerifyInput): E.Either<Doubt, string> => {
  const envelope = Envelope.decode(parsedJson(text));
  if (E.isLeft(envelope)) return E.left({ type: 'Malformed', reason: `expected ${PROTOCOL}` });
  const { protocolVersion, signature, intermediateSigningKey, signedMessage } = envelope.right;
  const { signedKey, signatures } = intermediateSigningKey;
  if (signatures.length > MOST_SIGNATURES) return E.left({ type: 'Malformed', reason: 'too many signatures' });
  const keyBytes = lengthPrefixed([SENDER, protocolVersion, signedKey]);
  if (!signatures.some((one) => rootKeys.some((root) => isSignedBy(root, keyBytes, one))))
    return unverified('the intermediate key is not signed by a known key');
  const key = Expiring.decode(parsedJson(signedKey));
  if (E.isLeft(key)) return unverified('the intermediate key cannot be read');
  if (!isAfter(key.right.keyExpiration, now)) return unverified('the intermediate key has expired');
  const intermediate = publicKeyOf(key.right.keyValue);
  const messageBytes = lengthPrefixed([SENDER, recipient, protocolVersion, signedMessage]);
  if (intermediate === null || !isSignedBy(intermediate, messageBytes, signature))
    return unverified('the message is not signed for this issuer');
  return E.right(signedMessage);
};

/** Each costs a verification, whoever sent it. */
const MOST_SIGNATURES = 4;

export const lengthPrefixed = (fields: readonly string[]): Buffer =>
  Buffer.concat(
    fields.flatMap((field) => {
      const bytes = Buffer.from(field, 'utf8');
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );

/** A P-256 key, SubjectPublicKeyInfo in base64; null: something else. */
export const publicKeyOf = (base64: string): KeyObject | null => {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : null;
  } catch {
    return null;
  }
};

/** Milliseconds since 1970, as text. */
export const isAfter = (millis: string, now: EpochMs): boolean => /^\d{1,16}$/.test(millis) && Number(millis) > now;

const isSignedBy = (key: KeyObject, bytes: Buffer, signature: string): boolean =>
  verify('sha256', bytes, { key, dsaEncoding: 'der' }, Buffer.from(signature, 'base64'));

const unverified = (reason: string): E.Either<Doubt, never> => E.left({ type: 'Unverified', reason });
