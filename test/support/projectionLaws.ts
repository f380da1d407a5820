import fc from 'fast-check';
import {
  type AnyProjection,
  emptyCatalog,
  feedsPass,
  forgetPersonalFacts,
  type MemberEvent,
  type Moment,
  type Projection,
  passParts,
  projections,
  retail,
} from '#domain/index.ts';
import { momentArb } from '#test/support/arbitraries.ts';
import { differenceOf, frozen, jsonFault } from '#test/support/plainJson.ts';
import {
  instantsUntil,
  type LawOptions,
  learnIn,
  type Sample,
  sampleArb,
  twoDeliveriesArb,
} from '#test/support/projectionSamples.ts';
import { ADA, BEN, catalogOf, type Known, memberEventsOf } from '#test/support/scenario.ts';
import { watchedIn, worlds } from '#test/support/watched.ts';

/** What any projection has to keep. */
export type Law = {
  readonly title: string;
  readonly appliesTo: (projection: AnyProjection) => boolean;
  /** Fails with what goes wrong, in words. */
  readonly property: (projection: AnyProjection, options: LawOptions) => fc.IProperty<unknown[]>;
};

const always = (): boolean => true;

/** A law of any one history: breach says what goes wrong, or null. What throws is the business of a law of its own. */
const law = (
  title: string,
  breach: (projection: AnyProjection, sample: Sample) => string | null,
  appliesTo: Law['appliesTo'] = always,
): Law => ({
  title,
  appliesTo,
  property: (projection, options) =>
    fc.property(sampleArb(options), (sample) => {
      if (errorOf(() => everything(projection, sample)) === null) failOn(breach(projection, sample));
    }) as unknown as fc.IProperty<unknown[]>,
});

export const laws: readonly Law[] = [
  {
    title: 'it has a name and a version',
    appliesTo: always,
    property: ({ name, version }) =>
      fc.property(fc.constant(null), () => {
        if (!/^[a-z][A-Za-z0-9]*$/.test(name))
          throw new Error(`the name is ${JSON.stringify(name)}, expected one like "lastVisit"`);
        if (!Number.isSafeInteger(version) || version < 1)
          throw new Error(`the version is ${version}, expected 1, 2, …`);
      }),
  },
  {
    title: 'it never throws, whatever the history',
    appliesTo: always,
    property: (projection, options) =>
      fc.property(sampleArb(options), (sample) => failOn(errorOf(() => everything(projection, sample)))),
  },
  law('the same input gives the same, and nothing else is looked at', (projection, { events, now, catalog }) => {
    const state = foldAll(projection, start(projection), events);
    const view = projection.view(state, now, catalog);
    return (
      impurity('evolve', () => evolveEach(projection, start(projection), events)) ??
      impurity('fold', () => foldAll(projection, start(projection), events)) ??
      impurity('compact', () => compacted(projection, state, now.at)) ??
      impurity('view', () => projection.view(state, now, catalog)) ??
      impurity('nextChangeAt', () => projection.nextChangeAt(state, now, catalog)) ??
      impurity('onPass', () => projection.onPass?.(view) ?? null)
    );
  }),
  law('it changes nothing that it is given', (projection, sample) => {
    const { events, now, catalog } = frozen(stored(sample));
    let step = 'evolve';
    const error = errorOf(() => {
      const state = events.reduce(
        (before, event) => frozen(projection.evolve(before, event)),
        frozen(start(projection)),
      );
      step = 'fold';
      foldAll(projection, frozen(start(projection)), events);
      step = 'compact';
      compacted(projection, state, now.at);
      step = 'view';
      const view = frozen(projection.view(state, now, catalog));
      step = 'nextChangeAt';
      projection.nextChangeAt(state, now, catalog);
      step = 'onPass';
      projection.onPass?.(view);
    });
    return error === null ? null : `${step} writes to its input (${error})`;
  }),
  law('state and view are plain JSON', (projection, { events, now, catalog }) => {
    const state = foldAll(projection, start(projection), events);
    return (
      jsonFault(projection.initial, 'initial') ??
      jsonFault(state, 'state') ??
      jsonFault(compacted(projection, state, now.at), 'compacted state') ??
      jsonFault(projection.view(state, now, catalog), 'view')
    );
  }),
  law('a history folds like its parts, stored between them', (projection, { events, cut }) => {
    const before = stored(foldAll(projection, start(projection), events.slice(0, cut)));
    const inParts = foldAll(projection, before, events.slice(cut));
    return differenceOf(foldAll(projection, start(projection), events), inParts, 'state');
  }),
  law(
    'fold gives what evolve gives',
    (projection, { events }) => {
      const evolved = evolveEach(projection, start(projection), events);
      return differenceOf(evolved, foldAll(projection, start(projection), events), 'state');
    },
    ({ fold }) => fold !== undefined,
  ),
  law(
    'compact takes away nothing that is seen from then on, whatever happens next',
    (projection, { events, cut, now, catalog, parts }) => {
      const whole = foldAll(projection, start(projection), events);
      const before = compacted(projection, foldAll(projection, start(projection), events.slice(0, cut)), now.at);
      const goneOn = foldAll(projection, stored(before), events.slice(cut));
      for (const state of [goneOn, compacted(projection, goneOn, now.at)])
        for (const at of [now.at, ...instantsUntil(now.at, null, parts)]) {
          const difference =
            differenceOf(
              projection.view(whole, { ...now, at }, catalog),
              projection.view(state, { ...now, at }, catalog),
              'view',
            ) ??
            differenceOf(
              projection.nextChangeAt(whole, { ...now, at }, catalog),
              projection.nextChangeAt(state, { ...now, at }, catalog),
              'nextChangeAt',
            );
          if (difference !== null) return `${difference} at ${iso(at)}, compacted at ${iso(now.at)}`;
        }
      return null;
    },
    ({ compact }) => compact !== undefined,
  ),
  law(
    'compacting on the way gives what compacting at the end gives',
    (projection, { events, cut, now, parts }) => {
      const earlier = now.at - Math.floor((parts[0] ?? 0) * 500 * DAY_MS);
      const before = compacted(projection, foldAll(projection, start(projection), events.slice(0, cut)), earlier);
      const onTheWay = compacted(projection, foldAll(projection, stored(before), events.slice(cut)), now.at);
      const atTheEnd = compacted(projection, foldAll(projection, start(projection), events), now.at);
      return (
        differenceOf(atTheEnd, onTheWay, 'state') ??
        differenceOf(atTheEnd, compacted(projection, atTheEnd, earlier), 'state, compacted again')
      );
    },
    ({ compact }) => compact !== undefined,
  ),
  law(
    'fold leaves out only what compact takes away',
    (projection, { events, cut, now }) => {
      const before = stored(foldAll(projection, start(projection), events.slice(0, cut)));
      const whole = foldAll(projection, before, events.slice(cut));
      const told = projection.fold?.(before, events.slice(cut), now.at);
      return differenceOf(compacted(projection, whole, now.at), compacted(projection, told, now.at), 'state');
    },
    ({ fold, compact }) => fold !== undefined && compact !== undefined,
  ),
  law('an event of a type that nobody knows yet changes nothing', (projection, { events, cut }) => {
    const unknown = events.map((event) => ({ ...event, type: 'OfALaterRelease' }) as unknown as MemberEvent);
    const state = foldAll(projection, start(projection), events.slice(0, cut));
    return differenceOf(state, foldAll(projection, stored(state), unknown), 'state');
  }),
  law(
    'of a forgotten member it keeps nothing personal: as if the facts had never held any',
    (projection, { events }) => {
      const asked: MemberEvent = { type: 'MemberForgotten' };
      const known = foldAll(projection, start(projection), [...events, asked]);
      const unread = events.map((event) => forgetPersonalFacts(event) as MemberEvent);
      return differenceOf(foldAll(projection, start(projection), [...unread, asked]), known, 'state');
    },
  ),
  law('no event at all has a view', (projection, { now, catalog }) => {
    const { initial } = projection;
    return projection.view(initial, now, catalog) === undefined
      ? 'the view of the initial state is undefined'
      : changeFault(projection.nextChangeAt(initial, now, catalog), now);
  }),
  law('the view is one and the same from now until nextChangeAt', (projection, { events, now, catalog, parts }) => {
    const state = foldAll(projection, start(projection), events);
    const change = projection.nextChangeAt(state, now, catalog);
    const fault = changeFault(change, now);
    if (fault !== null) return fault;
    const view = projection.view(state, now, catalog);
    for (const at of instantsUntil(now.at, change, parts)) {
      const difference = differenceOf(view, projection.view(state, { ...now, at }, catalog), 'view');
      if (difference !== null)
        return `${difference} at ${iso(now.at)} and ${iso(at)}, nextChangeAt says ${change === null ? 'never' : iso(change)}`;
    }
    return null;
  }),
  law(
    'what the pass shows is text or null, by name',
    (projection, { events, now, catalog }) => {
      const shown: unknown = projection.onPass?.(
        projection.view(foldAll(projection, start(projection), events), now, catalog),
      );
      if (typeof shown !== 'object' || shown === null || Array.isArray(shown)) return 'onPass gives no names';
      const odd = Object.entries(shown).find(([, value]) => value !== null && typeof value !== 'string');
      return odd === undefined ? null : `custom.${odd[0]} is a ${typeof odd[1]}`;
    },
    ({ onPass }) => onPass !== undefined,
  ),
  {
    title: 'what feeds the pass is the same whatever the order, repetition and grouping of what sources said',
    appliesTo: feedsPass,
    property: (projection, { mapping = retail, values }) =>
      fc.property(twoDeliveriesArb(mapping, values), momentArb, ([one, other], now) => {
        const [known, sameKnown] = [learnIn(mapping, ...one), learnIn(mapping, ...other)];
        for (const member of [ADA, BEN]) {
          const fed = fedBy(projection, known, member, now);
          failOn(differenceOf(fed, fedBy(projection, sameKnown, member, now), 'view'));
        }
      }),
  },
];

/** Of a part of the pass all of its view, else what it shows. null: provisional, there is no pass. */
const fedBy = (projection: AnyProjection, known: Known, memberId: string, now: Moment): unknown => {
  const events = memberEventsOf(known, memberId);
  const { holder } = projections;
  if (holder.view(events.reduce(holder.evolve, holder.initial), now, emptyCatalog).standing === 'provisional')
    return null;
  const state = foldAll(projection, start(projection), events);
  const view = projection.view(state, now, catalogOf(known));
  return passParts.has(projection.name) ? view : projection.onPass?.(view);
};

/** As the service folds, with nothing between the projection and what it throws. */
const foldAll = (projection: AnyProjection, state: unknown, events: readonly MemberEvent[]): unknown =>
  projection.fold === undefined ? evolveEach(projection, state, events) : projection.fold(state, events);

const compacted = (projection: AnyProjection, state: unknown, at: number): unknown =>
  projection.compact === undefined ? state : projection.compact(state, at);

const evolveEach = (projection: AnyProjection, state: unknown, events: readonly MemberEvent[]): unknown =>
  events.reduce((before, event) => projection.evolve(before, event), state);

/** All that is ever asked of a projection. */
const everything = (projection: AnyProjection, { events, now, catalog }: Sample): void => {
  evolveEach(projection, start(projection), events);
  const state = foldAll(projection, start(projection), events);
  const view = projection.view(state, now, catalog);
  projection.nextChangeAt(state, now, catalog);
  projection.onPass?.(view);
  compacted(projection, state, now.at);
};

const impurity = (step: keyof Projection<unknown, unknown>, compute: () => unknown): string | null => {
  const [one, other] = [watchedIn(worlds[0], compute), watchedIn(worlds[1], compute)];
  const [lookedAt] = [...one.lookedAt, ...other.lookedAt];
  if (lookedAt !== undefined) return `${step} looks at ${lookedAt}`;
  const difference = differenceOf(one.result, other.result, 'once and again');
  return difference === null ? null : `${step} gives something else the second time (${difference})`;
};

const changeFault = (change: unknown, now: Moment): string | null =>
  change === null || (Number.isSafeInteger(change) && Number(change) > now.at)
    ? null
    : `nextChangeAt gives ${typeof change === 'number' ? iso(change) : typeof change} at ${iso(now.at)}, expected a later instant or null`;

const DAY_MS = 86_400_000;

const iso = (at: number): string => (Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at));

/** A copy of the initial state, as if it had been stored. */
const start = ({ initial }: AnyProjection): unknown => stored(initial);
const stored = <Value>(value: Value): Value => (value === undefined ? value : JSON.parse(JSON.stringify(value)));

const failOn = (breach: string | null): void => {
  if (breach !== null) throw new Error(breach);
};

const errorOf = (compute: () => void): string | null => {
  try {
    compute();
    return null;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
};
