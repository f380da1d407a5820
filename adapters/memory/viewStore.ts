import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Live, unseen, type ViewStore } from '#domain/index.ts';
import { isJson } from './shadowStore.ts';

/** LIVE as a specification. */
export const memoryViewStore = (): ViewStore => {
  const lives = new Map<string, Live>();
  const load = (memberId: string): Live => lives.get(memberId) ?? unseen(memberId);

  return {
    load: (memberId) => TE.fromIO(() => load(memberId)),

    loadMany: (memberIds) => TE.fromIO(() => memberIds.map(load)),

    loadFolded: (memberIds) =>
      TE.fromIO(() =>
        memberIds.map(load).map(({ ver, asOf, epoch, parked, states }) => ({
          ...{ ver, asOf, epoch, parked },
          statesText: JSON.stringify(states),
        })),
      ),

    replace: (live) => async () => {
      if (!isJson(live.states))
        return E.left({ type: 'Unstorable', what: `LIVE of ${live.memberId}`, reason: 'a state is no JSON' });
      if (load(live.memberId).ver !== live.ver - 1) return E.left({ type: 'ViewLostRace' });
      lives.set(live.memberId, live);
      return E.right(undefined);
    },

    due: (until, limit) =>
      TE.fromIO(() =>
        [...lives.values()]
          .flatMap(({ memberId, due }) => (due !== null && due <= until ? [{ memberId, due }] : []))
          .sort((a, b) => a.due - b.due)
          .slice(0, limit)
          .map(({ memberId }) => memberId),
      ),

    scan: (cursor, limit) =>
      TE.fromIO(() => {
        const page = [...lives.values()]
          .filter(({ memberId }) => cursor === null || memberId > cursor)
          .sort((a, b) => (a.memberId < b.memberId ? -1 : 1))
          .slice(0, limit);
        return { lives: page, cursor: page.length < limit ? null : (page.at(-1)?.memberId ?? null) };
      }),
  };
};
