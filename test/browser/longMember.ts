import { setImmediate as turn } from 'node:timers/promises';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { buildServer, type ServerDeps } from '#adapters/http/server.ts';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { emptyMemory } from '#adapters/memory/memory.ts';
import { memoryRecordStore } from '#adapters/memory/recordStore.ts';
import { memoryReleaseStore } from '#adapters/memory/releaseStore.ts';
import { cardDrawing } from '#adapters/middleware/cardDrawing.ts';
import { NOWHERE } from '#adapters/middleware/loadDestinations.ts';
import {
  advance,
  type Commit,
  type EventStore,
  emptyCatalog,
  type Live,
  memberStream,
  registry,
  retail,
  unseen,
  viewsOf,
} from '#domain/index.ts';
import { memberEvents } from '#test/bench/memberEvents.ts';
import { idleStatus } from './idleStatus.ts';

export const LONG = '0038d00000LongAAAA';
const NOW = Date.UTC(2026, 5, 1, 12);
const MINUTE_MS = 60_000;

/** The console and the JSON API over one member of so many events, an event a minute, in an array; what of it was asked for. */
export const serveLongMember = async (events: number) => {
  const stream = memberStream(LONG);
  const commits = memberEvents(7, events).map(
    (event, index): Commit => ({
      ...{ stream, version: index + 1, events: [event], recordedAt: NOW - (events - index) * MINUTE_MS },
      ...{ origin: { type: 'event', eventId: `e${index}` }, lane: 'live' },
    }),
  );
  const cause = { lane: 'live', causationId: `${stream}@1`, correlationId: 'c' } as const;
  const now = { at: NOW, timeZone: 'UTC' };
  const folded = advance(unseen(LONG), commits, now, emptyCatalog, cause);
  const live: Live = { ...folded, revision: 0, change: null };
  const load: EventStore['load'] = (name, { from = 1, to = commits.length } = {}) =>
    TE.fromTask(() => turn(name === stream ? commits.slice(from - 1, to) : []));
  const stopping = new AbortController();
  const buses: ServerDeps['buses'] = {
    ...({} as ServerDeps['buses']),
    head: async () => 0n,
    read: async () => [],
    waitForNews: (_bus: string, _place: bigint, signal: AbortSignal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
  };
  const asked: Partial<ServerDeps> = {
    ...{
      buses,
      stopping: stopping.signal,
      access: { names: [], token: null },
      clock: () => NOW,
      isReady: async () => true,
    },
    ...{ events: { load }, releases: memoryReleaseStore(), registry, mapping: retail, timeZone: 'UTC', standIns: null },
    status: async () => idleStatus,
    views: { load: () => TE.right(live), scan: () => TE.right({ lives: [], cursor: null }) } as never,
    viewsOf: async () => viewsOf(live, now, emptyCatalog, registry.main),
    stale: { ofMember: () => TE.right([]) } as never,
    parkedOf: () => TE.right([]),
    records: memoryRecordStore(emptyMemory(), { keys: memoryKeys(), personal: {}, clock: () => NOW }),
    cards: cardDrawing(NOWHERE),
  };
  const server = buildServer(asked as ServerDeps);
  const requests: string[] = [];
  server.addHook('onRequest', async ({ url }) => {
    if (url.startsWith(`/api/members/${LONG}`)) requests.push(url.slice(`/api/members/${LONG}`.length));
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  await (await fetch(`${url}/members`)).text();
  return {
    url,
    /** Of that part of the member, since it was asked last. */
    askedFor: (part: string): readonly string[] => {
      const own = requests.filter((request) => request.startsWith(part));
      requests.length = 0;
      return own;
    },
    close: async (): Promise<void> => {
      stopping.abort();
      await server.close();
    },
  };
};
