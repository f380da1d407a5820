import type { MemberEvent } from '../event/events.ts';
import type { EpochMs } from '../values/calendar.ts';
import { holder } from './holder.ts';
import { memberTier } from './memberTier.ts';
import { points } from './points.ts';
import type { Catalog, Moment, Projection } from './projection.ts';
import { promotions } from './promotions.ts';
import { spend } from './spend.ts';
import { tier } from './tier.ts';

/** Every projection that runs. To add one: write its file, add its name here. */
export const projections = { holder, spend, tier, promotions, memberTier, points };

type Registry = typeof projections;
export type States = { readonly [Name in keyof Registry]: Registry[Name]['initial'] };
export type Views = { readonly [Name in keyof Registry]: ReturnType<Registry[Name]['view']> };

export const evolveAll = (states: States, event: MemberEvent): States =>
  forEach(states, (projection, state) => projection.evolve(state, event)) as States;

/** One projection after the other, so that each folds all the events the way that suits it. */
export const fold = (states: States, events: readonly MemberEvent[]): States =>
  forEach(states, (projection, state) =>
    projection.fold === undefined
      ? events.reduce((folded, event) => projection.evolve(folded, event), state)
      : projection.fold(state, events),
  ) as States;

export const viewAll = (states: States, now: Moment, catalog: Catalog): Views =>
  forEach(states, (projection, state) => projection.view(state, now, catalog)) as Views;

/** The earliest instant at which time alone may change any view; null: never. */
export const nextChangeAt = (states: States, now: Moment, catalog: Catalog): EpochMs | null => {
  const changes = Object.values(forEach(states, (projection, state) => projection.nextChangeAt(state, now, catalog)));
  return changes.reduce<EpochMs | null>(
    (first, next) => (typeof next === 'number' && (first === null || next < first) ? next : first),
    null,
  );
};

/** A projection whose state is anybody's: methods, so that every Projection<State, View> is one. */
interface AnyProjection extends Pick<Projection<unknown, unknown>, 'name' | 'version' | 'initial'> {
  evolve(state: unknown, event: MemberEvent): unknown;
  fold?(state: unknown, events: readonly MemberEvent[]): unknown;
  view(state: unknown, now: Moment, catalog: Catalog): unknown;
  nextChangeAt(state: unknown, now: Moment, catalog: Catalog): EpochMs | null;
}

const registered: readonly (readonly [string, AnyProjection])[] = Object.entries(projections);

/** Each projection meets its own state: names tie them together. */
const forEach = (
  states: Readonly<Record<string, unknown>>,
  result: (projection: AnyProjection, state: unknown) => unknown,
): Record<string, unknown> => {
  const results: Record<string, unknown> = {};
  for (const [name, projection] of registered) results[name] = result(projection, states[name]);
  return results;
};

export const initialStates: States = forEach({}, (projection) => projection.initial) as States;
