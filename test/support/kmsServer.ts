import { randomBytes } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { openSeal, seal } from '#adapters/keys/seal.ts';
import { type AwsJsonAnswer, type AwsJsonServer, startAwsJsonServer } from './awsJsonServer.ts';

export const wrappingKey = 'arn:aws:kms:eu-west-1:111122223333:key/0f0e0d0c-0b0a-4908-8706-050403020100';

export type KmsServer = AwsJsonServer & {
  /** The next requests fail so; null: the connection breaks. */
  readonly fail: (...errors: readonly (string | null)[]) => void;
};

/** KMS with one key: GenerateDataKey and Decrypt, which really encrypt, bound to the encryption context (KMS API reference). */
export const startKmsServer = async (): Promise<KmsServer> => {
  const master = randomBytes(32);
  const failures: (string | null)[] = [];
  const server = await startAwsJsonServer(({ operation, body }): AwsJsonAnswer => {
    if (failures.length > 0) {
      const error = failures.shift() ?? null;
      return error === null ? null : { error };
    }
    if (body.KeyId !== wrappingKey) return { error: 'NotFoundException' };
    const context = JSON.stringify(Object.entries(body.EncryptionContext ?? {}).toSorted());
    if (operation === 'GenerateDataKey') {
      const key = randomBytes(32);
      return {
        body: { KeyId: wrappingKey, Plaintext: base64(key), CiphertextBlob: base64(seal(master, context, key)) },
      };
    }
    if (operation !== 'Decrypt') return { error: 'UnknownOperationException' };
    const opened = openSeal(master, context, Buffer.from(String(body.CiphertextBlob), 'base64'));
    return E.isRight(opened) && O.isSome(opened.right)
      ? { body: { KeyId: wrappingKey, Plaintext: base64(opened.right.value) } }
      : { error: 'InvalidCiphertextException' };
  });
  return { ...server, fail: (...errors) => void failures.push(...errors) };
};

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
