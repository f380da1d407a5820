import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure } from '../errors.ts';
import { isMemberEvent, type MemberEvent } from '../event/events.ts';
import { type Commit, definitionStream, memberStream, tierStream } from '../event/stream.ts';
import { type Pass, renderPass } from '../pass/pass.ts';
import type { Clock, EventStore } from '../ports.ts';
import { evolveDefinitions } from '../projection/catalog.ts';
import { tiersHeld } from '../projection/memberTier.ts';
import { type Catalog, type Definitions, emptyCatalog } from '../projection/projection.ts';
import { definitionsHeld } from '../projection/promotions.ts';
import { fold, initialStates, type States, type Views, viewAll } from '../projection/registry.ts';
import type { EpochMs, TimeZone } from '../values/calendar.ts';

export type TravelDeps = {
  readonly events: Pick<EventStore, 'load'>;
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
  readonly state: Views['holder']['standing'] | 'unknown';
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
  readonly states: States;
  readonly catalog: Catalog;
};

/** An event, and what its commit says of it. */
export type HistoryEvent = Pick<Commit, 'version' | 'recordedAt' | 'origin' | 'lane'> & {
  readonly event: MemberEvent;
};

/** Re-folds a member from the log as far as the log then reached, with the definitions as they were then known. */
export const memberAsOf =
  (deps: TravelDeps) =>
  (memberId: string, to: TravelTo): TaskEither<ReadFailure, MemberAsOf> =>
  async () => {
    const history = await historyAsOf(deps)(memberId, to)();
    if (E.isLeft(history)) return history;
    const { events, lastVersion, knownSince, at, states, catalog } = history.right;
    const version = events.at(-1)?.version ?? 0;
    const views = viewAll(states, { at, timeZone: deps.timeZone }, catalog);
    return E.right({
      memberId,
      version,
      lastVersion,
      knownSince,
      evaluatedAt: at,
      state: version === 0 ? 'unknown' : views.holder.standing,
      views,
      pass: version === 0 ? null : renderPass(memberId, views),
    });
  };

/** to null: all that is known, now. */
export const historyAsOf =
  (deps: TravelDeps) =>
  (memberId: string, to: TravelTo | null): TaskEither<ReadFailure, HistoryAsOf> =>
  async () => {
    const loaded = await deps.events.load(memberStream(memberId))();
    if (E.isLeft(loaded)) return loaded;
    const all = loaded.right.flatMap(versioned);
    const events = all.filter(({ version, recordedAt }) => {
      if (to === null) return true;
      return to.type === 'version' ? version <= to.version : recordedAt <= to.at;
    });
    const at = instantOf(to, events.at(-1)?.recordedAt ?? null, deps.clock());
    const states = fold(
      initialStates,
      events.map(({ event }) => event),
    );
    const catalog = await catalogAsOf(deps, states, at);
    if (E.isLeft(catalog)) return catalog;
    return E.right({
      ...{ events, at, states, catalog: catalog.right },
      ...{ lastVersion: all.at(-1)?.version ?? 0, knownSince: all[0]?.recordedAt ?? null },
    });
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
  { events }: TravelDeps,
  states: States,
  at: EpochMs,
): Promise<E.Either<ReadFailure, Catalog>> => {
  const streams = [
    ...[...definitionsHeld(states.promotions)].map(definitionStream),
    ...[...tiersHeld(states.memberTier)].map(tierStream),
  ];
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
