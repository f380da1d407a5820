import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure } from '../errors.ts';
import type { DomainEvent } from '../event/events.ts';
import { type Commit, definitionStream, memberStream, tierStream } from '../event/stream.ts';
import { definitionsHeldBy, type Folded, feedingIn, foldCommits, rendered, unseen } from '../pass/live.ts';
import { diffPass, type Pass } from '../pass/pass.ts';
import { remembering } from '../pass/remembering.ts';
import { evolveDefinitions } from '../projection/catalog.ts';
import { type Catalog, emptyCatalog } from '../projection/projection.ts';
import { lineupOf } from '../projection/release.ts';
import type { EpochMs } from '../values/calendar.ts';
import { type HistoryPoint, type Place, pointsWithin, seenOn } from './historyPoints.ts';
import type { TravelDeps } from './travel.ts';

export type MemberHistory = {
  readonly memberId: string;
  /** Where the stream ends. 0: there is no such member. */
  readonly lastVersion: number;
  /** When the first and the last of its events were recorded. null: there is none. */
  readonly recorded: { readonly first: EpochMs; readonly last: EpochMs } | null;
  /** Until when time was let pass: now. */
  readonly evaluatedAt: EpochMs;
  /** Oldest first. [] while the member is provisional. */
  readonly points: readonly HistoryPoint[];
  /** Where another answer goes on. null: these are all. */
  readonly next: Place | null;
};

export const MAX_POINTS = 500;
/** Events read at once: so many are held in memory, whatever the member has. */
const PAGE = 200;
/** Commits folded before others have their turn: each is looked at, which takes up to a millisecond where a member holds hundreds of promotions. */
const AT_ONCE = 10;

export type HistoryDeps = TravelDeps & {
  /** Resolves when others had their turn. */
  readonly giveWay: () => Promise<unknown>;
};

/**
 * What the holder saw change, from the first pass until now, each change as memberAsOf sees it at that version or instant. One way through the
 * stream, folded once; definitions come in where they were recorded. Throws ProjectionThrew.
 */
export const memberHistory =
  (deps: HistoryDeps) =>
  (memberId: string, after: Place | null, limit = MAX_POINTS): TaskEither<ReadFailure, MemberHistory> =>
  async () => {
    const release = await deps.releases.load()();
    if (E.isLeft(release)) return release;
    const lineup = feedingIn(lineupOf(deps.registry, release.right));
    const definitions = definitionsTold(deps);
    const points = pointsWithin(limit);
    const lookAgain = remembering();
    let folded: Folded = unseen(memberId);
    let pass: Pass | null = null;
    let due: EpochMs | null = null;
    let first: EpochMs | null = null;
    let last: EpochMs = 0;
    let next: Place | null = null;

    const look = (evaluatedAt: EpochMs, because: HistoryPoint['because'], commit: Commit | null): void => {
      const now = { at: evaluatedAt, timeZone: deps.timeZone };
      const seen = rendered(memberId, folded.states, now, definitions.catalog(), lineup, lookAgain);
      // A projection that breaks its promise would stop time otherwise.
      due = seen.due !== null && seen.due > evaluatedAt ? seen.due : null;
      if (seen.pass === null) return;
      const changed = diffPass(pass, seen.pass);
      pass = seen.pass;
      if (changed.length === 0) return;
      const place = { version: folded.asOf, evaluatedAt };
      if (after !== null && !isLater(place, after)) return;
      const types = [...new Set(commit?.events.map(({ type }) => type))];
      const isRoom = points.add({
        ...place,
        recordedAt: last,
        because,
        types,
        changed,
        changes: 1,
        ...seenOn(seen.pass),
      });
      if (!isRoom) next = place;
    };

    /** Everything that changes something before that instant, nothing of the member having happened. */
    const letPass = (until: EpochMs): void => {
      for (;;) {
        const told = definitions.nextAt();
        const at = Math.min(due ?? Number.POSITIVE_INFINITY, told ?? Number.POSITIVE_INFINITY);
        if (at >= until || next !== null) return;
        definitions.tellUntil(at);
        look(at, told === at ? 'definition' : 'time', null);
      }
    };

    for (;;) {
      const from = folded.asOf + 1;
      const page = await deps.events.load(memberStream(memberId), { from, to: from + PAGE - 1 })();
      if (E.isLeft(page)) return page;
      for (const [index, commit] of page.right.entries()) {
        if (index % AT_ONCE === 0) await deps.giveWay();
        if (next === null) letPass(commit.recordedAt);
        folded = foldCommits(folded, [commit], lineup);
        first ??= commit.recordedAt;
        last = commit.recordedAt;
        // Only where the stream ends is still to be found.
        if (next !== null) continue;
        const held = commit.events.some(mayName) ? await definitions.hold(folded) : E.right(undefined);
        if (E.isLeft(held)) return held;
        definitions.tellUntil(commit.recordedAt);
        look(commit.recordedAt, 'event', commit);
      }
      if (folded.asOf < from + PAGE - 1) break;
    }
    const evaluatedAt = Math.max(deps.clock(), last);
    letPass(evaluatedAt + 1);
    return E.right({
      ...{ memberId, lastVersion: folded.asOf, evaluatedAt },
      recorded: first === null ? null : { first, last },
      points: points.points(),
      next,
    });
  };

const isLater = (place: Place, than: Place): boolean =>
  place.version > than.version || (place.version === than.version && place.evaluatedAt > than.evaluatedAt);

/** Of these alone the state may name a definition that it did not name before. */
const mayName = (event: DomainEvent): boolean => 'grantId' in event || event.type.startsWith('MemberTier');

/** What was defined when: the streams of all definitions that a member ever held, each read once, told in the order of their recording. */
const definitionsTold = ({ events }: Pick<TravelDeps, 'events'>) => {
  const known = new Set<string>();
  let waiting: readonly Commit[] = [];
  let catalog: Catalog = emptyCatalog;
  return {
    catalog: (): Catalog => catalog,
    nextAt: (): EpochMs | null => waiting[0]?.recordedAt ?? null,
    tellUntil: (at: EpochMs): void => {
      const later = waiting.findIndex(({ recordedAt }) => recordedAt > at);
      const due = later === -1 ? waiting : waiting.slice(0, later);
      if (due.length === 0) return;
      waiting = waiting.slice(due.length);
      catalog = { ...due.flatMap((commit) => commit.events).reduce(evolveDefinitions, catalog), version: 0 };
    },
    hold: async (folded: Folded): Promise<E.Either<ReadFailure, void>> => {
      const { definitions, tiers } = definitionsHeldBy(folded);
      const streams = [...[...definitions].map(definitionStream), ...[...tiers].map(tierStream)];
      for (const stream of streams.filter((stream) => !known.has(stream))) {
        const loaded = await events.load(stream)();
        if (E.isLeft(loaded)) return loaded;
        known.add(stream);
        waiting = [...waiting, ...loaded.right].toSorted((a, b) => a.recordedAt - b.recordedAt);
      }
      return E.right(undefined);
    },
  };
};
