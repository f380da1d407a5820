import type { MemberEvent } from '../event/events.ts';
import type { EpochMs } from '../values/calendar.ts';
import type { CustomView } from './customOnPass.ts';
import {
  type AnyProjection,
  type FoldedStates,
  foldWith,
  type Lineup,
  nextChangeWith,
  refOf,
  shownWith,
  viewWith,
} from './lineup.ts';
import type { Catalog, Moment } from './projection.ts';
import { registry, type States, type Views } from './registry.ts';

/** The states of one lineup, by name: what rendering a pass needs. All of it throws ProjectionThrew where a projection fails. */
export const evolveAll = (
  states: States,
  event: MemberEvent,
  lineup: Lineup = registry.main,
  compactedAt: EpochMs | null = null,
): States => fold(states, [event], lineup, compactedAt);

/**
 * One projection after the other, so that each folds all the events the way that suits it. compactedAt: nobody looks at the states earlier; null:
 * somebody may.
 */
export const fold = (
  states: States,
  events: readonly MemberEvent[],
  lineup: Lineup = registry.main,
  compactedAt: EpochMs | null = null,
): States => forEach(lineup, states, (projection, state) => foldWith(projection, state, events, compactedAt)) as States;

export const viewAll = (states: States, now: Moment, catalog: Catalog, lineup: Lineup = registry.main): Views =>
  forEach(lineup, states, (projection, state) => viewWith(projection, state, now, catalog)) as Views;

/** The earliest instant at which time alone may change any view; null: never. */
export const nextChangeAt = (
  states: States,
  now: Moment,
  catalog: Catalog,
  lineup: Lineup = registry.main,
): EpochMs | null => {
  const changes = forEach(lineup, states, (projection, state) => nextChangeWith(projection, state, now, catalog));
  return Object.values(changes).reduce<EpochMs | null>(
    (first, next) => (typeof next === 'number' && (first === null || next < first) ? next : first),
    null,
  );
};

/** What projections show on the pass beside what it is rendered from. */
export const shownOnPass = (views: Views, lineup: Lineup = registry.main): CustomView => {
  const named: Readonly<Record<string, unknown>> = views;
  return Object.assign({}, ...Object.values(lineup).map((projection) => shownWith(projection, named[projection.name])));
};

const forEach = (
  lineup: Lineup,
  states: Readonly<Record<string, unknown>>,
  result: (projection: AnyProjection, state: unknown) => unknown,
): Record<string, unknown> => {
  const results: Record<string, unknown> = {};
  for (const name in lineup) {
    const projection = lineup[name];
    if (projection !== undefined) results[name] = result(projection, states[name]);
  }
  return results;
};

export const initialOf = (lineup: Lineup): States => forEach(lineup, {}, ({ initial }) => initial) as States;

export const initialStates: States = initialOf(registry.main);

/** The same states as they are stored. */
export const byRef = (states: States, lineup: Lineup = registry.main): FoldedStates => {
  const named: Readonly<Record<string, unknown>> = states;
  const folded: Record<string, unknown> = {};
  for (const [name, projection] of Object.entries(lineup)) folded[refOf(projection)] = named[name];
  return folded;
};

/** The states of a lineup out of the stored ones; undefined where that version folded none. */
export const byName = (folded: FoldedStates, lineup: Lineup = registry.main): States =>
  forEach(lineup, {}, (projection) => folded[refOf(projection)]) as States;
