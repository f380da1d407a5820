import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { CarriedEvent } from '#adapters/http/answers/busEvents.ts';
import type { Log } from '#adapters/local/functions.ts';
import { memberDirectory } from '#adapters/local/memberDirectory.ts';
import { memoryViewStore } from '#adapters/memory/viewStore.ts';
import { type Live, restatementOf, unseen, type ViewStore } from '#domain/index.ts';
import { zoe } from '#test/adapters/apple/support.ts';

const liveOf = (memberId: string, revision: number): Live => ({
  ...unseen(memberId),
  ...{ asOf: revision, revision, ver: 1, evaluatedAt: revision * 1_000 },
  pass: { ...zoe, memberId, holder: { firstName: `Name ${revision}`, lastName: null } },
});
const eventOf = (live: Live): CarriedEvent => {
  const event = restatementOf(live, '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
  if (event === null) throw new Error('no pass');
  return { sequence: 1, 'detail-type': event.type, detail: event.detail } as CarriedEvent;
};

const directoryOver = (views: Pick<ViewStore, 'scan'>, mostMembers = 1_000) => {
  const stopping = new AbortController();
  let now = 0;
  const logged: unknown[] = [];
  const log: Log = (line) => logged.push(line);
  const directory = memberDirectory({ views, clock: () => now, stopping: stopping.signal, log, mostMembers });
  const setClock = (at: number): void => {
    now = at;
  };
  return { directory, stop: () => stopping.abort(), setClock, logged };
};
const found = ({ search }: ReturnType<typeof memberDirectory>): ReadonlySet<string> =>
  new Set(search('').map(({ memberId, name }) => `${memberId} ${name}`));

/** A store whose pages are given when the test says so: each as it was when it was read. */
const heldStore = (members: readonly string[]) => {
  const lives = new Map(members.map((id) => [id, liveOf(id, 1)]));
  const held: (() => void)[] = [];
  const scan: ViewStore['scan'] = (cursor) => () => {
    const page = [...lives.values()].filter(({ memberId }) => cursor === null || memberId > cursor).slice(0, 2);
    const next = page.length < 2 ? null : (page.at(-1)?.memberId ?? null);
    return new Promise((resolve) => held.push(() => resolve(E.right({ lives: page, cursor: next }))));
  };
  return { lives, scan, give: () => held.shift()?.() };
};

describe('the directory of members', () => {
  it('reads nothing before somebody asks, then all; what is published later is heard', async () => {
    const views = memoryViewStore();
    for (const id of ['a', 'b', 'c']) await views.replace(liveOf(id, 1))();
    const scan = vi.fn(views.scan);
    const { directory, stop } = directoryOver({ scan });
    onTestFinished(stop);
    directory.heard(eventOf(liveOf('d', 1)));
    expect(scan).not.toHaveBeenCalled();
    expect(directory.search('')).toEqual([]);
    expect(directory.progress().complete).toBe(false);
    await vi.waitFor(() => expect(directory.progress()).toEqual({ known: 3, complete: true, unreadable: 0 }));
    directory.heard(eventOf(liveOf('b', 2)));
    directory.heard(eventOf(liveOf('d', 1)));
    expect(found(directory)).toEqual(new Set(['a Name 1', 'b Name 2', 'c Name 1', 'd Name 1']));
  });

  it('goes on past a member that cannot be read, counts it and says so once', async () => {
    const views = memoryViewStore();
    for (const id of ['a', 'b']) await views.replace(liveOf(id, 1))();
    const scan: ViewStore['scan'] = (cursor, limit, passOver) => {
      passOver?.({ type: 'StoreCorrupt', where: 'LIVE of member-c', reason: 'expected a LIVE item' });
      return views.scan(cursor, limit);
    };
    const { directory, stop, setClock, logged } = directoryOver({ scan });
    onTestFinished(stop);
    for (const now of [0, 3_600_000]) {
      setClock(now);
      directory.search('');
      await vi.waitFor(() => expect(directory.progress()).toEqual({ known: 2, complete: true, unreadable: 1 }));
    }
    expect(logged).toEqual([{ type: 'MembersUnread', reason: 'LIVE of member-c: expected a LIVE item' }]);
  });

  it('lists nobody of whom somebody put something on the bus that is no wallet event', () => {
    const { directory, stop } = directoryOver(memoryViewStore());
    onTestFinished(stop);
    directory.search('');
    const { sequence, ...event } = eventOf(liveOf('a', 1));
    const { metadata, data } = Object(event.detail);
    directory.heard({ sequence, ...event, detail: {} });
    directory.heard({ sequence, ...event, detail: { data, metadata: { ...metadata, occurredAt: 'yesterday' } } });
    expect(found(directory)).toEqual(new Set());
  });

  it('ends in the truth, however pages that were read and events that were heard fall together', async () => {
    const members = ['a', 'b', 'c', 'd', 'e'];
    const step = fc.oneof(
      fc.record({ type: fc.constant('change' as const), id: fc.constantFrom(...members, 'f', 'g') }),
      fc.record({ type: fc.constant('hear' as const), at: fc.nat() }),
      fc.record({ type: fc.constant('page' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { lives, scan, give } = heldStore(members);
        const { directory, stop } = directoryOver({ scan });
        directory.search('');
        const events: CarriedEvent[] = [];
        for (const one of steps) {
          if (one.type === 'change') {
            const live = liveOf(one.id, (lives.get(one.id)?.revision ?? 0) + 1);
            lives.set(one.id, live);
            events.push(eventOf(live));
          } else if (one.type === 'hear') {
            // Any of them, again or out of order: the bus delivers at least once.
            const event = events[one.at % Math.max(1, events.length)];
            if (event !== undefined) directory.heard(event);
          } else {
            give();
            await new Promise((done) => setImmediate(() => setImmediate(done)));
          }
        }
        for (const event of events) directory.heard(event);
        while (!directory.progress().complete) {
          give();
          await new Promise((done) => setImmediate(done));
        }
        const truth = [...lives.values()].map((live) => `${live.memberId} Name ${live.revision}`);
        expect(found(directory)).toEqual(new Set(truth));
        stop();
      }),
      { numRuns: 60 },
    );
  });

  it('reads again after a while, for what no event tells', async () => {
    const views = memoryViewStore();
    const { directory, stop, setClock } = directoryOver(views);
    onTestFinished(stop);
    directory.search('');
    await vi.waitFor(() => expect(directory.progress().complete).toBe(true));
    await views.replace({ ...liveOf('a', 0), asOf: 1 })();
    expect(found(directory)).toEqual(new Set([]));
    setClock(11 * 60_000);
    await vi.waitFor(() => expect(found(directory)).toEqual(new Set(['a Name 0'])));
  });

  it('tries again where the store does not answer, and says so once', async () => {
    const views = memoryViewStore();
    await views.replace(liveOf('a', 1))();
    let failures = 2;
    const scan: ViewStore['scan'] = (cursor, limit) =>
      failures-- > 0
        ? TE.left({ type: 'StoreUnavailable', operation: 'scan', reason: 'away' })
        : views.scan(cursor, limit);
    const { directory, stop, logged } = directoryOver({ scan });
    onTestFinished(stop);
    directory.search('');
    await vi.waitFor(() => expect(directory.progress()).toMatchObject({ known: 1, complete: true }), {
      timeout: 5_000,
    });
    expect(logged).toEqual([{ type: 'MembersUnread', reason: 'scan: the store is unavailable (away)' }]);
  });

  it('outlives a store that breaks: whoever asks next has it read', async () => {
    const views = memoryViewStore();
    await views.replace(liveOf('a', 1))();
    let breaks = 1;
    const scan: ViewStore['scan'] = (cursor, limit) =>
      breaks-- > 0 ? () => Promise.reject(new RangeError('broken')) : views.scan(cursor, limit);
    const { directory, stop, logged } = directoryOver({ scan });
    onTestFinished(stop);
    directory.search('');
    await vi.waitFor(() => expect(logged).toEqual([{ type: 'MembersUnread', reason: 'RangeError: broken' }]));
    directory.search('');
    await vi.waitFor(() => expect(directory.progress()).toMatchObject({ known: 1, complete: true }));
  });

  it('holds so many members and no more, keeps those up to date, and never says that these are all', async () => {
    const views = memoryViewStore();
    for (const id of ['a', 'b', 'c']) await views.replace(liveOf(id, 1))();
    const { directory, stop } = directoryOver(views, 2);
    onTestFinished(stop);
    directory.search('');
    await vi.waitFor(() => expect(directory.progress().known).toBe(2));
    directory.heard(eventOf(liveOf('c', 2)));
    directory.heard(eventOf(liveOf('a', 2)));
    expect(found(directory)).toEqual(new Set(['a Name 2', 'b Name 1']));
    expect(directory.progress().complete).toBe(false);
  });
});
