import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure } from '../errors.ts';
import { type Commit, definitionStream, memberStream, tierStream } from '../event/stream.ts';
import { definitionsHeldBy, foldCommits, type Live, rendered, unseen, viewsOf } from '../pass/live.ts';
import type { Pass } from '../pass/pass.ts';
import type { Clock, EventStore, ReleaseStore } from '../ports.ts';
import { evolveDefinitions } from '../projection/catalog.ts';
import { type Catalog, type Definitions, emptyCatalog } from '../projection/projection.ts';
import type { Registry, Views } from '../projection/registry.ts';
import { lineupOf } from '../projection/release.ts';
import type { EpochMs, TimeZone } from '../values/calendar.ts';

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
  readonly evaluatedAt: EpochMs;
  readonly state: Views['holder']['standing'] | 'unknown';
  readonly views: Views;
  readonly pass: Pass | null;
};

/** Re-folds a member from the log as far as the log then reached, with the definitions as they were then known. Throws ProjectionThrew. */
export const memberAsOf =
  (deps: TravelDeps) =>
  (memberId: string, to: TravelTo): TaskEither<ReadFailure, MemberAsOf> =>
  async () => {
    const loaded = await deps.events.load(memberStream(memberId))();
    if (E.isLeft(loaded)) return loaded;
    const release = await deps.releases.load()();
    if (E.isLeft(release)) return release;
    const lineup = lineupOf(deps.registry, release.right);
    const commits = asFarAs(to, loaded.right);
    const last = commits.at(-1);
    const at = to.type === 'instant' ? to.at : (last?.recordedAt ?? deps.clock());
    const live = { ...unseen(memberId), ...foldCommits(unseen(memberId), commits, lineup) };

    const catalog = await catalogAsOf(deps, live, at);
    if (E.isLeft(catalog)) return catalog;
    const now = { at, timeZone: deps.timeZone };
    const pass = last === undefined ? null : rendered(memberId, live.states, now, catalog.right, lineup).pass;
    const views = viewsOf(live, now, catalog.right, lineup);
    return E.right({
      memberId,
      version: live.asOf,
      evaluatedAt: at,
      state: last === undefined ? 'unknown' : views.holder.standing,
      views,
      pass,
    });
  };

/** The commits as they then were; a version may lie within one. */
const asFarAs = (to: TravelTo, commits: readonly Commit[]): readonly Commit[] => {
  if (to.type === 'instant') return commits.filter(({ recordedAt }) => recordedAt <= to.at);
  return commits
    .filter(({ version }) => version <= to.version)
    .map((commit) => ({ ...commit, events: commit.events.slice(0, to.version - commit.version + 1) }));
};

const catalogAsOf = async (
  { events }: Pick<TravelDeps, 'events'>,
  live: Pick<Live, 'states'>,
  at: EpochMs,
): Promise<E.Either<ReadFailure, Catalog>> => {
  const { definitions, tiers } = definitionsHeldBy(live);
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
