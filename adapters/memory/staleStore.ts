import * as TE from 'fp-ts/lib/TaskEither.js';
import { type ReReadRequest, type StaleEntry, type StaleStore, staleKey } from '#domain/index.ts';
import type { Memory } from './memory.ts';

/** What is stale, as a specification. */
export const memoryStaleStore = ({ stale }: Pick<Memory, 'stale'>): StaleStore => {
  const gaps = new Map<string, number>();
  const requests = new Map<string, ReReadRequest>();
  const sorted = (): readonly (readonly [string, StaleEntry])[] => [...stale].sort(([a], [b]) => (a < b ? -1 : 1));

  return {
    openObject: (object, since) =>
      TE.fromIO(() => {
        if (since <= (gaps.get(object) ?? Number.NEGATIVE_INFINITY)) return;
        gaps.set(object, since);
        const entry: StaleEntry = { scope: 'object', object, id: null, owner: null, since };
        stale.set(staleKey(entry), entry);
      }),
    close: (entry) =>
      TE.fromIO(() => {
        const held = stale.get(staleKey(entry));
        if (held !== undefined && held.since <= entry.since) stale.delete(staleKey(entry));
      }),
    ofMember: (memberId) =>
      TE.fromIO(() =>
        sorted().flatMap(([key, entry]) => (key.startsWith('*/') || key.startsWith(`${memberId}/`) ? [entry] : [])),
      ),
    list: (cursor, limit) =>
      TE.fromIO(() => {
        const page = sorted()
          .filter(([key]) => cursor === null || key > cursor)
          .slice(0, limit);
        return {
          entries: page.map(([, entry]) => entry),
          cursor: page.length < limit ? null : (page.at(-1)?.[0] ?? null),
        };
      }),
    count: () => TE.fromIO(() => stale.size),
    requests: () => TE.fromIO(() => [...requests.values()].sort((a, b) => (a.object < b.object ? -1 : 1))),
    remember: (request) =>
      TE.fromIO(() => {
        requests.set(request.object, request);
      }),
  };
};
