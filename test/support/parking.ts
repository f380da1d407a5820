import * as E from 'fp-ts/lib/Either.js';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { memoryCatalogStore } from '#adapters/memory/catalogStore.ts';
import { memoryEventStore } from '#adapters/memory/eventStore.ts';
import { emptyMemory } from '#adapters/memory/memory.ts';
import { memoryParkStore } from '#adapters/memory/parkStore.ts';
import { memoryReleaseStore } from '#adapters/memory/releaseStore.ts';
import { memoryShadowStore } from '#adapters/memory/shadowStore.ts';
import { memoryViewStore } from '#adapters/memory/viewStore.ts';
import {
  type AnyProjection,
  causeOf,
  type DomainEvent,
  emptyProjectCache,
  foldMember,
  type Live,
  lastVersion,
  type MemberEvent,
  type MemberPoke,
  memberStream,
  type Registry,
  type RetryDeps,
  type RetryRound,
  retryParked,
  registry as shipped,
  type ViewStore,
} from '#domain/index.ts';
import { appendOf, at, enrolled, got, origin } from '#test/contract/given.ts';

/** What no reason may hold. */
export const CANARY = 'Zebedee';

/** Throws for members who are called so, with their name in the message. */
export const throwsFor = (event: MemberEvent): void => {
  if (JSON.stringify(event).includes(CANARY)) throw new RangeError(`no badge for ${CANARY}\n    at ${CANARY}.ts:1:1`);
};

/** Counts events. `fails` is called with each. Without onPass, so that the pass does not need it. */
export const badge = (fails: (event: MemberEvent) => void = () => undefined, version = 1): AnyProjection => ({
  name: 'badge',
  version,
  initial: 0,
  evolve: (events, event) => {
    fails(event);
    return Number(events) + 1;
  },
  view: (events) => events,
  nextChangeAt: () => null,
});

/** The same, shown on the pass. */
export const shownBadge = (fails?: (event: MemberEvent) => void): AnyProjection => ({
  ...badge(fails),
  onPass: (events) => ({ badge: String(events) }),
});

export const withBadge = (projection: AnyProjection, candidates: readonly AnyProjection[] = []): Registry => ({
  main: { ...shipped.main, badge: projection },
  candidates,
});

export const onlyShadow = (candidate: AnyProjection): Registry => ({ main: shipped.main, candidates: [candidate] });

/** Stores that outlive deployments, and a clock that stands until it is moved. */
export const parkingLot = () => {
  const events = memoryEventStore(emptyMemory(), memoryKeys());
  const stored = memoryViewStore();
  const parked = memoryParkStore();
  const shadows = memoryShadowStore();
  const published: Live[] = [];
  let now = at;
  const loads: string[] = [];
  const views: ViewStore = {
    ...stored,
    replace: (live) => async () => {
      const replaced = await stored.replace(live)();
      if (E.isRight(replaced) && live.change !== null) published.push(live);
      return replaced;
    },
  };
  const lasting = { views, parked, shadows, catalog: memoryCatalogStore(), releases: memoryReleaseStore() };

  return {
    ...lasting,
    events,
    published,
    loads,
    wait: (ms: number): void => {
      now += ms;
    },
    live: (memberId: string): Promise<Live> => got(stored.load(memberId)),
    listed: async () => (await got(parked.list(null, 1_000))).items,
    /** A process of its own over the same stores. */
    deploy: (registry: Registry) => {
      const deps: RetryDeps = {
        ...lasting,
        events: {
          load: (stream, range) => {
            loads.push(`${stream} from ${range?.from ?? 1}`);
            return events.load(stream, range);
          },
        },
        ...{ registry, cache: emptyProjectCache(), clock: () => now, timeZone: 'UTC', startedAt: now },
      };
      /** Appends; returned is the poke that the stream makes of it. */
      const append = async (memberId: string, ...news: readonly DomainEvent[]): Promise<MemberPoke> => {
        const stream = memberStream(memberId);
        await got(events.append(appendOf(news, await got(events.head(stream)))));
        const commit = (await got(events.load(stream))).at(-1);
        if (commit === undefined) throw new Error('nothing was appended');
        const toVersion = lastVersion(commit);
        return { memberId, toVersion, images: [commit], cause: causeOf(stream, toVersion, 'live', origin) };
      };
      return {
        deps,
        append,
        /** Appends, and pokes with the commit. */
        happens: async (memberId: string, ...news: readonly DomainEvent[]) =>
          got(foldMember(deps)(await append(memberId, ...news))),
        retry: (which: 'due' | 'all' = 'due', from: string | null = null): Promise<RetryRound> =>
          got(retryParked(deps)(which, from)),
      };
    },
  };
};

export const called = (name: string): DomainEvent => enrolled(name);
