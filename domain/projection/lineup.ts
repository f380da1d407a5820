import type { MemberEvent } from '../event/events.ts';
import type { EpochMs } from '../values/calendar.ts';
import type { CustomView } from './customOnPass.ts';
import type { Catalog, Moment, Projection } from './projection.ts';

/** "tier@2": one version of one projection. */
export type ProjectionRef = string;

export const refOf = ({ name, version }: Pick<AnyProjection, 'name' | 'version'>): ProjectionRef =>
  `${name}@${version}`;

/** A projection whose state is anybody's: methods, so that every Projection<State, View> is one. Its ref ties it to its own states. */
export interface AnyProjection extends Pick<Projection<unknown, unknown>, 'name' | 'version' | 'initial'> {
  evolve(state: unknown, event: MemberEvent): unknown;
  fold?(state: unknown, events: readonly MemberEvent[], compactedAt?: EpochMs | null): unknown;
  compact?(state: unknown, at: EpochMs): unknown;
  view(state: unknown, now: Moment, catalog: Catalog): unknown;
  nextChangeAt(state: unknown, now: Moment, catalog: Catalog): EpochMs | null;
  onPass?(view: unknown): CustomView;
}

/** One version of each projection: what is live together. By name. */
export type Lineup = Readonly<Record<string, AnyProjection>>;

/** Folded states by ref: name and version vouch for a state's shape. */
export type FoldedStates = Readonly<Record<ProjectionRef, unknown>>;

/** A projection that broke its promise never to fail. `ref` is all that stops; the reason names no value. */
export class ProjectionThrew extends Error {
  readonly ref: ProjectionRef;
  constructor(ref: ProjectionRef, cause: unknown) {
    // The message of what was thrown may hold a member's data: only its kind and place are told.
    super(
      `${ref}: ${cause instanceof Error ? `${classOf(cause)}${placeOf(cause)}` : 'something that is no Error'} was thrown`,
    );
    this.ref = ref;
  }
}

/** A name that could be anything else is not told. */
const classOf = (error: Error): string => {
  const name = error.name === 'Error' ? error.constructor.name : error.name;
  return /^[A-Z]\w{0,50}$/.test(name) ? name : 'Error';
};

/** The message stands before the frames, and may have lines that look like them. */
const placeOf = ({ stack = '', message }: Error): string => {
  const frames = stack.slice(Math.max(0, stack.indexOf(message)) + message.length).split('\n');
  const place = frames.find((line) => line.trimStart().startsWith('at '));
  const file = place === undefined ? null : /([^/\\]+:\d+):\d+\)?$/.exec(place);
  return file === null ? '' : ` at ${file[1]}`;
};

const guarded = <Result>(projection: AnyProjection, compute: () => Result): Result => {
  try {
    return compute();
  } catch (error) {
    throw error instanceof ProjectionThrew ? error : new ProjectionThrew(refOf(projection), error);
  }
};

/** recordedAt: of the last event; null: nothing is compacted. Throws ProjectionThrew. */
export const foldWith = (
  projection: AnyProjection,
  state: unknown,
  events: readonly MemberEvent[],
  recordedAt: EpochMs | null,
): unknown =>
  guarded(projection, () => {
    const folded = foldAll(projection, state, events, projection.compact === undefined ? null : recordedAt);
    if (folded === undefined) throw new NoState();
    if (projection.compact === undefined || recordedAt === null) return folded;
    const compacted = projection.compact(folded, recordedAt);
    if (compacted === undefined) throw new NoState();
    return compacted;
  });

/** A forgotten return is as good as a throw: none of these could be stored or rendered. */
class NoState extends Error {}
class NoView extends Error {}
class NoInstant extends Error {}

const foldAll = (
  projection: AnyProjection,
  state: unknown,
  events: readonly MemberEvent[],
  compactedAt: EpochMs | null,
): unknown => {
  if (projection.fold !== undefined) return projection.fold(state, events, compactedAt);
  let folded = state;
  for (const event of events) folded = projection.evolve(folded, event);
  return folded;
};

/** Throws ProjectionThrew. */
export const viewWith = (projection: AnyProjection, state: unknown, now: Moment, catalog: Catalog): unknown =>
  guarded(projection, () => {
    const view = projection.view(state, now, catalog);
    if (view === undefined) throw new NoView();
    return view;
  });

/** Throws ProjectionThrew. */
export const nextChangeWith = (
  projection: AnyProjection,
  state: unknown,
  now: Moment,
  catalog: Catalog,
): EpochMs | null =>
  guarded(projection, () => {
    const change = projection.nextChangeAt(state, now, catalog);
    if (change !== null && !Number.isFinite(change)) throw new NoInstant();
    return change;
  });

/** What the pass shows of a view. Throws ProjectionThrew. */
export const shownWith = (projection: AnyProjection, view: unknown): CustomView =>
  guarded(projection, () => projection.onPass?.(view) ?? {});
