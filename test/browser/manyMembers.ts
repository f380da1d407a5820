import * as TE from 'fp-ts/lib/TaskEither.js';
import { buildServer, type ServerDeps } from '#adapters/http/server.ts';
import { memberDirectory } from '#adapters/local/memberDirectory.ts';
import { cardDrawing } from '#adapters/middleware/cardDrawing.ts';
import { NOWHERE } from '#adapters/middleware/loadDestinations.ts';
import { type Live, unseen, type ViewStore } from '#domain/index.ts';
import { zoe } from '#test/adapters/apple/support.ts';
import { idleStatus } from './idleStatus.ts';

/** The console over so many made-up members: its real page, list and cards; a store that is an array. Sorted by name, Zoë L099998 is the last of 100,000. */
export const serveMembers = async (members: number) => {
  const stopping = new AbortController();
  const views = arrayViews(members);
  const directory = memberDirectory({ views, clock: Date.now, stopping: stopping.signal, log: () => undefined });
  const asked: Partial<ServerDeps> = {
    ...{ directory, views: views as ServerDeps['views'], cards: cardDrawing(NOWHERE), standIns: null },
    ...{ status: async () => idleStatus, access: { names: [], token: null }, clock: Date.now, isConsoleExpected: true },
    log: () => undefined,
  };
  const server = buildServer(asked as ServerDeps);
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  // Its page is made when it is first asked for; a browser is not to wait for that.
  await (await fetch(`${url}/members`)).text();
  return {
    url,
    close: async (): Promise<void> => {
      stopping.abort();
      await server.close();
    },
  };
};

/** Known, and without a pass. */
export const PROVISIONAL = '0038d00000zzzzzAAA';

const arrayViews = (members: number): Pick<ViewStore, 'scan' | 'load'> => ({
  scan: (cursor, limit) => {
    const from = Number(cursor ?? 0);
    const to = Math.min(members, from + limit);
    const lives = Array.from({ length: to - from }, (_, at) => liveAt(from + at));
    return TE.right({ lives, cursor: to === members ? null : String(to) });
  },
  load: (memberId) => {
    const at = numberIn(memberId);
    if (memberId === PROVISIONAL) return TE.right({ ...unseen(memberId), asOf: 1, ver: 1 });
    return TE.right(at === null || at >= members ? unseen(memberId) : liveAt(at));
  },
});

const FIRST_NAMES = ['Ada', 'Eve', 'Zoë'];
const TIERS = ['Silver', 'Gold', 'Member', 'Platinum'];

const liveAt = (at: number): Live => {
  const memberId = `0038d00000${String(at).padStart(5, '0')}AAA`;
  const tier = { ...zoe.tier, name: TIERS[at % TIERS.length] ?? null, progress: (at % 100) / 100 };
  const lastName = `L${String(at).padStart(6, '0')}`;
  const holder = { firstName: FIRST_NAMES[at % FIRST_NAMES.length] ?? null, lastName };
  const status = at % 50 === 49 ? 'withdrawn' : 'active';
  return {
    ...unseen(memberId),
    ...{ asOf: 1, revision: 1, ver: 1, evaluatedAt: Date.UTC(2026, 4, 1) },
    pass: { ...zoe, memberId, memberNumber: `M-${100_000 + at}`, holder, tier, status },
  };
};

const numberIn = (memberId: string): number | null => {
  const digits = /^0038d00000(\d{5})AAA$/.exec(memberId)?.[1];
  return digits === undefined ? null : Number(digits);
};
