import { randomBytes } from 'node:crypto';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { KeyStore } from '#domain/index.ts';

export const memoryKeys = (): KeyStore => {
  const keys = new Map<string, Uint8Array | null>();
  return {
    obtain: (keyIds) =>
      TE.fromIO(
        () =>
          new Map(
            keyIds.map((id) => {
              if (!keys.has(id)) keys.set(id, randomBytes(KEY_BYTES));
              return [id, keys.get(id) ?? null] as const;
            }),
          ),
      ),
    destroy: (keyId) =>
      TE.fromIO(() => {
        keys.set(keyId, null);
      }),
  };
};

/** AES-256. */
export const KEY_BYTES = 32;
