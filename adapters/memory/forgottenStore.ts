import * as TE from 'fp-ts/lib/TaskEither.js';
import type { AskedToBeForgotten, ForgottenStore } from '#domain/index.ts';

/** Who asked to be forgotten, as a specification. */
export const memoryForgottenStore = (): ForgottenStore => {
  const asked = new Map<string, AskedToBeForgotten>();
  return {
    ask: (memberId, askedAt) =>
      TE.fromIO(() => {
        const first = asked.get(memberId)?.askedAt ?? askedAt;
        asked.set(memberId, { memberId, askedAt: first, isSettled: false });
      }),
    among: (ids) => TE.fromIO(() => new Set(ids.filter((id) => asked.has(id)))),
    settle: (memberId) =>
      TE.fromIO(() => {
        const known = asked.get(memberId);
        if (known !== undefined) asked.set(memberId, { ...known, isSettled: true });
      }),
    list: () => TE.fromIO(() => [...asked.values()].toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1))),
  };
};
