import Fastify from 'fastify';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { consolePage } from '#adapters/console/serve.ts';
import { drawnCardApi } from '#adapters/http/drawnCardApi.ts';
import { memberListApi } from '#adapters/http/memberListApi.ts';
import { memberDirectory } from '#adapters/local/memberDirectory.ts';
import { cardDrawing } from '#adapters/middleware/cardDrawing.ts';
import { NOWHERE } from '#adapters/middleware/loadDestinations.ts';
import { type Live, unseen, type ViewStore } from '#domain/index.ts';
import { zoe } from '#test/adapters/apple/support.ts';

/** The console over so many made-up members: its real page, list and cards; a store that is an array. Sorted by name, Zoë L099998 is the last of 100,000. */
export const serveMembers = async (members: number) => {
  const server = Fastify({ forceCloseConnections: true });
  const stopping = new AbortController();
  const views = arrayViews(members);
  const directory = memberDirectory({ views, clock: Date.now, stopping: stopping.signal, log: () => undefined });
  await server.register(consolePage({ textIndex: () => 'members', isExpected: true }));
  await server.register(memberListApi({ directory, views }));
  await server.register(drawnCardApi({ cards: cardDrawing(NOWHERE) }));
  server.get('/api/status', async () => ({ idle: true, paused: [] }));
  server.get<{ Params: { id: string } }>('/api/passes/:id', async ({ params }, reply) => {
    const at = numberIn(params.id);
    return at === null || at >= members
      ? reply.code(404).send({ title: 'No pass' })
      : { revision: 1, asOfVersion: 1, pass: liveAt(at).pass };
  });
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
