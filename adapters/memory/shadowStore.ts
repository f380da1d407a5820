import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Shadow, ShadowStore } from '#domain/index.ts';

/** Shadows as a specification. */
export const memoryShadowStore = (): ShadowStore => {
  const shadows = new Map<string, Shadow>();
  const keyOf = (ref: string, memberId: string): string => `${ref} ${memberId}`;

  return {
    load: (ref, memberIds) => TE.fromIO(() => memberIds.map((memberId) => shadows.get(keyOf(ref, memberId)) ?? null)),
    replace: (shadow) => async () => {
      if (!isJson(shadow.state))
        return E.left({ type: 'Unstorable', what: shadow.ref, reason: 'the state is no JSON' });
      const key = keyOf(shadow.ref, shadow.memberId);
      if ((shadows.get(key)?.ver ?? 0) !== shadow.ver - 1) return E.left({ type: 'ViewLostRace' });
      shadows.set(key, shadow);
      return E.right(undefined);
    },
  };
};

/** Whether there is a JSON text that says so. */
export const isJson = (value: unknown): boolean => {
  try {
    return typeof JSON.stringify(value) === 'string';
  } catch {
    return false;
  }
};
