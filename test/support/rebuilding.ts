import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { memoryCatalogStore } from '#adapters/memory/catalogStore.ts';
import { memoryEventStore } from '#adapters/memory/eventStore.ts';
import { memoryJobStore } from '#adapters/memory/jobStore.ts';
import { emptyMemory } from '#adapters/memory/memory.ts';
import { memoryParkStore } from '#adapters/memory/parkStore.ts';
import { memoryReleaseStore } from '#adapters/memory/releaseStore.ts';
import { memoryShadowStore } from '#adapters/memory/shadowStore.ts';
import { memoryViewStore } from '#adapters/memory/viewStore.ts';
import {
  type AnyProjection,
  type Cause,
  type DomainEvent,
  emptyProjectCache,
  foldCommits,
  foldMember,
  type Job,
  type JobDeps,
  type JobRequest,
  jobFailureText,
  type Live,
  lineupOf,
  memberStream,
  type Publications,
  type Registry,
  registry,
  rendered,
  runJob,
  type Segment,
  type StoreUnavailable,
  type StreamName,
  type Tally,
  tierBy,
  totalOf,
  type Unstorable,
  unseen,
  type ViewStore,
} from '#domain/index.ts';
import { appendOf, at, got, refused } from '#test/contract/given.ts';

/** Other thresholds than those of the shop: Bronze from 10.00, so that one purchase makes a difference. */
export const tier3: AnyProjection = {
  ...tierBy({
    currency: 'EUR',
    tiers: [
      { name: 'Member', threshold: 0 },
      { name: 'Bronze', threshold: 10_00 },
      { name: 'Silver', threshold: 500_00 },
    ],
  }),
  version: 3,
};

export const withTier3: Registry = { main: registry.main, candidates: [tier3] };

export const idOf = (number: number): string => `003A${String(number).padStart(11, '0')}AAA`;

export const replayOf = (projection: string | null = null): JobRequest => ({
  ...{ type: 'replay', projection, memberId: null, segments: 1 },
});
export const verifyAll: JobRequest = { type: 'verify', sample: 1, memberId: null, segments: 1 };
export const diffOf = (projection: string | null = null): JobRequest => ({ type: 'diff', projection });
export const promoteOf = (projection: string | null = 'tier@3', pushesPerSecond = 1000): JobRequest => ({
  ...{ type: 'promote', projection, back: false, pushesPerSecond },
});
export const back: JobRequest = { type: 'promote', projection: null, back: true, pushesPerSecond: 1000 };
export const reconcileOf = (republishSince: number | null = null): JobRequest => ({
  ...{ type: 'reconcile', republishSince, segments: 1 },
});

/** A request to a store; a failure that is returned takes the place of its answer, and nothing happens. */
export type OnRequest = (name: string, args: readonly unknown[]) => Promise<StoreUnavailable | Unstorable | undefined>;

export const lost: StoreUnavailable = { type: 'StoreUnavailable', operation: 'test', reason: 'request lost' };

/** LIVE in memory, of which items can be lost, and of which a copy may be some writes behind. */
const losableViews = () => {
  const stored = memoryViewStore();
  /** Each as it was seen after every write, and after a loss. */
  const past = new Map<string, readonly Live[]>();
  const remember = (live: Live): void => void past.set(live.memberId, [...(past.get(live.memberId) ?? []), live]);
  let writesBehind = 0;
  const copyOf = (memberId: string): Live => past.get(memberId)?.at(-1 - writesBehind) ?? unseen(memberId);
  /** Writes before the loss. */
  const lost = new Map<string, number>();
  const seen = (live: Live): Live => {
    const ver = live.ver - (lost.get(live.memberId) ?? 0);
    return ver === 0 ? unseen(live.memberId) : { ...live, ver };
  };
  const views: ViewStore = {
    ...stored,
    load: (memberId) => TE.map(seen)(stored.load(memberId)),
    loadMany: (memberIds) => TE.map((lives: readonly Live[]) => lives.map(seen))(stored.loadMany(memberIds)),
    loadFolded: (memberIds) =>
      TE.fromIO(() => memberIds.map(copyOf).map((live) => ({ ...live, statesText: JSON.stringify(live.states) }))),
    replace: (live) => async () => {
      const replaced = await stored.replace({ ...live, ver: live.ver + (lost.get(live.memberId) ?? 0) })();
      if (E.isRight(replaced)) remember(live);
      return replaced;
    },
    scan: (cursor, limit) =>
      TE.map(({ lives, cursor }: { lives: readonly Live[]; cursor: string | null }) => ({
        lives: lives.map(seen).filter(({ ver }) => ver > 0),
        cursor,
      }))(stored.scan(cursor, limit)),
  };
  const lose = async (memberId: string): Promise<void> => {
    lost.set(memberId, (await got(stored.load(memberId))).ver);
    remember(unseen(memberId));
  };
  const lagBy = (writes: number): void => {
    writesBehind = writes;
  };
  return { views, lose, lagBy };
};

/** Stores in memory, a clock that only pauses and the test move, and the jobs over them. Nobody disturbs live traffic. */
export const workshop = (deployed: Registry = withTier3, publications: Partial<Publications> = {}) => {
  const memory = emptyMemory();
  const { views: stored, lose, lagBy } = losableViews();
  const published: { readonly live: Live; readonly at: number }[] = [];
  let now = at;
  const views: ViewStore = {
    ...stored,
    replace: (live) => async () => {
      const replaced = await stored.replace(live)();
      if (E.isRight(replaced) && live.change !== null) published.push({ live, at: now });
      return replaced;
    },
  };
  const stores = {
    views,
    events: memoryEventStore(memory, memoryKeys()),
    jobs: memoryJobStore(),
    parked: memoryParkStore(),
    catalog: memoryCatalogStore(),
    shadows: memoryShadowStore(),
    releases: memoryReleaseStore(),
  };

  /** A process of its own over the same stores. */
  const process = (onRequest: OnRequest = () => Promise.resolve(undefined), registry = deployed): JobDeps => ({
    ...disturbed(stores, onRequest),
    ...{ registry, cache: emptyProjectCache(), clock: () => now, timeZone: 'UTC' },
    publications: {
      revisions: () => TE.fromIO(() => new Map(published.map(({ live }) => [live.memberId, live.revision]))),
      restate: () => TE.right(undefined),
      ...publications,
    },
    pause: (ms) => {
      now += ms;
      return Promise.resolve();
    },
    isStopping: () => false,
  });
  const live = process();

  const append = async (stream: StreamName, ...news: readonly DomainEvent[]): Promise<number> =>
    (await got(stores.events.append(appendOf(news, await got(stores.events.head(stream)))))).version;
  const poke = async (memberId: string): Promise<Live> => {
    const toVersion = (await got(stores.events.head(memberStream(memberId)))).version;
    return (await got(foldMember(live)({ memberId, toVersion, images: [], cause: liveCause }))).live;
  };
  let jobs = 0;
  const jobOf = (request: JobRequest): Job => ({
    ...{ id: `job-${++jobs}`, request, state: 'running', startedAt: at, endedAt: null, failure: null, size: null },
  });
  const tallyOf = async (job: Job, which: (segment: Segment) => boolean = () => true): Promise<Tally> =>
    totalOf((await got(stores.jobs.segments(job.id))).filter(which).map(({ tally }) => tally));

  return {
    ...{ stores, published, lose, lagBy, process, append, poke, jobOf, tallyOf },
    live: (memberId: string): Promise<Live> => got(stores.views.load(memberId)),
    /** Appended and folded, as live traffic does. */
    happens: async (memberId: string, ...news: readonly DomainEvent[]): Promise<Live> => {
      await append(memberStream(memberId), ...news);
      return poke(memberId);
    },
    /** Writes over LIVE what no fold would. */
    tamper: async (memberId: string, change: (live: Live) => Partial<Live>): Promise<void> => {
      const before = await got(stores.views.load(memberId));
      await got(stores.views.replace({ ...before, change: null, ...change(before), ver: before.ver + 1 }));
    },
    now: (): number => now,
    wait: (ms: number): void => {
      now += ms;
    },
    /** A job to its end. */
    run: async (request: JobRequest, deps: JobDeps = process()): Promise<Tally> => {
      const job = jobOf(request);
      await got(runJob(deps)(job));
      return tallyOf(job, ({ segment }) => request.type !== 'promote' || segment === 1);
    },
    /** Why a job does not come to its end. */
    fails: async (request: JobRequest, deps: JobDeps = process()): Promise<string> =>
      jobFailureText(await refused(runJob(deps)(jobOf(request)))),
    /** Folded from nothing, and rendered, with whatever is live: what LIVE has to be. */
    fromNothing: async (memberId: string): Promise<Pick<Live, 'asOf' | 'states' | 'pass'>> => {
      const lineup = lineupOf(deployed, await got(stores.releases.load()));
      const { asOf, states } = foldCommits(
        unseen(memberId),
        await got(stores.events.load(memberStream(memberId))),
        lineup,
      );
      const { catalog } = await got(stores.catalog.load());
      return { asOf, states, pass: rendered(memberId, states, { at: now, timeZone: 'UTC' }, catalog, lineup).pass };
    },
  };
};

const liveCause: Cause = { lane: 'live', causationId: 'test', correlationId: 'test' };

/** The same stores, with somebody between the caller and every request. */
const disturbed = <Stores extends object>(stores: Stores, onRequest: OnRequest): Stores =>
  mapped(stores, (store, storeName) =>
    mapped(store as object, (method, name) =>
      name === 'cursorAfter'
        ? method
        : (...args: readonly unknown[]): TaskEither<unknown, unknown> =>
            async () => {
              const failure = await onRequest(`${storeName}.${name}`, args);
              if (failure !== undefined) return E.left(failure);
              return (method as (...all: readonly unknown[]) => TaskEither<unknown, unknown>)(...args)();
            },
    ),
  );

const mapped = <Of extends object>(of: Of, change: (value: unknown, name: string) => unknown): Of =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value, name)])) as Of;
