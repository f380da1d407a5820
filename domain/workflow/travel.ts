import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure } from '../errors.ts';
import { isMemberEvent, type MemberEvent } from '../event/events.ts';
import { type Commit, definitionStream, memberStream, tierStream } from '../event/stream.ts';
import { definitionsHeldBy, type Folded, foldCommits, rendered, unseen, viewsOf } from '../pass/live.ts';
import type { Pass } from '../pass/pass.ts';
import type { Clock, EventStore, ReleaseStore } from '../ports.ts';
import { evolveDefinitions } from '../projection/catalog.ts';
import type { Lineup } from '../projection/lineup.ts';
import { type Catalog, type Definitions, emptyCatalog } from '../projection/projection.ts';
import type { Registry, Views } from '../projection/registry.ts';
import { lineupOf } from '../projection/release.ts';
import type { EpochMs, TimeZone } from '../values/calendar.ts';
import { definitionsTold, grantsTold } from '../why/grants.ts';

export type TravelDeps = {
  readonly events: Pick<EventStore, 'load'>;
  readonly releases: Pick<ReleaseStore, 'load'>;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly timeZone: TimeZone;
};

/** A member as it stood: at an instant of recorded time, or right after a version of its stream. */
export type TravelTo =
  | { readonly type: 'instant'; readonly at: EpochMs }
  | { readonly type: 'version'; readonly version: number };

export type MemberAsOf = {
  readonly memberId: string;
  /** 0: nothing was known. */
  readonly version: number;
  /** Where the stream ends today. 0: there is no such member. */
  readonly lastVersion: number;
  /** When the first of its events was recorded. null: there is none. */
  readonly knownSince: EpochMs | null;
  readonly evaluatedAt: EpochMs;
  readonly state: Pass['status'] | 'provisional' | 'unknown';
  readonly views: Views;
  readonly pass: Pass | null;
};

/** What a member's past rests on: its events as far as they then reached, and the definitions as they were then known. */
export type HistoryAsOf = {
  /** Oldest first. */
  readonly events: readonly HistoryEvent[];
  /** Of the whole stream, as of today. */
  readonly lastVersion: number;
  readonly knownSince: EpochMs | null;
  readonly at: EpochMs;
  readonly folded: Folded;
  readonly catalog: Catalog;
  /** The versions that are live today. */
  readonly lineup: Lineup;
};

/** An event, and what its commit says of it. */
export type HistoryEvent = Pick<Commit, 'version' | 'recordedAt' | 'origin' | 'lane'> & {
  readonly event: MemberEvent;
};

/** Re-folds a member from the log as far as the log then reached, with the definitions as they were then known. Throws ProjectionThrew. */
export const memberAsOf =
  (deps: TravelDeps) =>
  (memberId: string, to: TravelTo): TaskEither<ReadFailure, MemberAsOf> =>
  async () => {
    const history = await historyAsOf(deps)(memberId, to)();
    if (E.isLeft(history)) return history;
    const { events, lastVersion, knownSince, at, folded, catalog, lineup } = history.right;
    const version = events.at(-1)?.version ?? 0;
    const now = { at, timeZone: deps.timeZone };
    const pass = version === 0 ? null : rendered(memberId, folded.states, now, catalog, lineup).pass;
    const views = viewsOf(folded, now, catalog, lineup);
    return E.right({
      memberId,
      version,
      lastVersion,
      knownSince,
      evaluatedAt: at,
      state: version === 0 ? 'unknown' : (pass?.status ?? 'provisional'),
      views,
      pass,
    });
  };

/** to null: all that is known, now. */
export const historyAsOf =
  (deps: TravelDeps) =>
  (memberId: string, to: TravelTo | null): TaskEither<ReadFailure, HistoryAsOf> =>
  async () => {
    const loaded = await deps.events.load(memberStream(memberId))();
    if (E.isLeft(loaded)) return loaded;
    const release = await deps.releases.load()();
    if (E.isLeft(release)) return release;
    const lineup = lineupOf(deps.registry, release.right);
    const all = loaded.right.flatMap(versioned);
    const commits = asFarAs(to, loaded.right);
    const events = commits.flatMap(versioned);
    const at = instantOf(to, events.at(-1)?.recordedAt ?? null, deps.clock());
    const folded = foldCommits(unseen(memberId), commits, lineup);
    const held = definitionsHeldBy(folded);
    // Of what is over too: it can be asked why it is not there.
    const definitions = new Set([...held.definitions, ...definitionsTold(grantsTold(events))]);
    const catalog = await catalogAsOf(deps, { ...held, definitions }, at);
    if (E.isLeft(catalog)) return catalog;
    return E.right({
      ...{ events, at, folded, catalog: catalog.right, lineup },
      ...{ lastVersion: all.at(-1)?.version ?? 0, knownSince: all[0]?.recordedAt ?? null },
    });
  };

/** The commits as they then were; a version may lie within one. */
const asFarAs = (to: TravelTo | null, commits: readonly Commit[]): readonly Commit[] => {
  if (to === null) return commits;
  if (to.type === 'instant') return commits.filter(({ recordedAt }) => recordedAt <= to.at);
  return commits
    .filter(({ version }) => version <= to.version)
    .map((commit) => ({ ...commit, events: commit.events.slice(0, to.version - commit.version + 1) }));
};

/** Right after a version the time is that of its commit. */
const instantOf = (to: TravelTo | null, lastRecordedAt: EpochMs | null, now: EpochMs): EpochMs => {
  if (to?.type === 'instant') return to.at;
  return to === null ? Math.max(now, lastRecordedAt ?? 0) : (lastRecordedAt ?? now);
};

const versioned = ({ events, version, recordedAt, origin, lane }: Commit): readonly HistoryEvent[] =>
  events.flatMap((event, index) =>
    // Only member events are appended to a member's stream.
    isMemberEvent(event) ? [{ event, version: version + index, recordedAt, origin, lane }] : [],
  );

const catalogAsOf = async (
  { events }: Pick<TravelDeps, 'events'>,
  { definitions, tiers }: ReturnType<typeof definitionsHeldBy>,
  at: EpochMs,
): Promise<E.Either<ReadFailure, Catalog>> => {
  const streams = [...[...definitions].map(definitionStream), ...[...tiers].map(tierStream)];
  let defined: Definitions = { definitions: emptyCatalog.definitions };
  for (const stream of streams) {
    const loaded = await events.load(stream)();
    if (E.isLeft(loaded)) return loaded;
    defined = loaded.right
      .filter(({ recordedAt }) => recordedAt <= at)
      .flatMap((commit) => commit.events)
      .reduce(evolveDefinitions, defined);
  }
  return E.right({ version: 0, ...defined });
};
