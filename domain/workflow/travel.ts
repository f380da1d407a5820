import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure } from '../errors.ts';
import { isMemberEvent } from '../event/events.ts';
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
  readonly evaluatedAt: EpochMs;
  readonly state: Views['holder']['standing'] | 'unknown';
  readonly views: Views;
  readonly pass: Pass | null;
};

/** Re-folds a member from the log as far as the log then reached, with the definitions as they were then known. */
export const memberAsOf =
  (deps: TravelDeps) =>
  (memberId: string, to: TravelTo): TaskEither<ReadFailure, MemberAsOf> =>
  async () => {
    const loaded = await deps.events.load(memberStream(memberId))();
    if (E.isLeft(loaded)) return loaded;
    const events = loaded.right
      .flatMap(versioned)
      .filter(({ version, recordedAt }) => (to.type === 'version' ? version <= to.version : recordedAt <= to.at));
    const last = events.at(-1);
    const at = to.type === 'instant' ? to.at : (last?.recordedAt ?? deps.clock());
    const states = fold(initialStates, events.map(({ event }) => event).filter(isMemberEvent));

    const catalog = await catalogAsOf(deps, states, at);
    if (E.isLeft(catalog)) return catalog;
    const views = viewAll(states, { at, timeZone: deps.timeZone }, catalog.right);
    return E.right({
      memberId,
      version: last?.version ?? 0,
      evaluatedAt: at,
      state: last === undefined ? 'unknown' : views.holder.standing,
      views,
      pass: last === undefined ? null : renderPass(memberId, views),
    });
  };

const versioned = (commit: Commit) =>
  commit.events.map((event, index) => ({
    event,
    version: commit.version + index,
    recordedAt: commit.recordedAt,
  }));

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
