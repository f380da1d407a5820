import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnyProjection,
  field,
  isMemberEvent,
  type Mapping,
  type MemberEvent,
  type ObjectMapping,
  projections,
  registry,
  retail,
} from '#domain/index.ts';
import { enrolled } from '#test/support/builtEvents.ts';
import { breachOf } from '#test/support/checkProjection.ts';
import { laws } from '#test/support/projectionLaws.ts';

/** A sound projection: how many events there were. Each bad one below breaks one thing of it. */
type Counted = { readonly n: number };
const counted: AnyProjection = {
  name: 'counted',
  version: 1,
  initial: { n: 0 },
  evolve: (state, event) => (event.type === 'PurchaseRecorded' ? { n: (state as Counted).n + 1 } : state),
  view: (state) => ({ count: (state as Counted).n }),
  nextChangeAt: () => null,
};

/** The laws that are broken, each with how. */
const breachesOf = (bad: Partial<AnyProjection>): Readonly<Record<string, string>> => {
  const projection = { ...counted, ...bad };
  const told = laws
    .filter((law) => law.appliesTo(projection))
    .map((law) => [law.title, breachOf(law, projection)] as const);
  return Object.fromEntries(told.flatMap(([title, breach]) => (breach === null ? [] : [[title, breach]])));
};

const PURE = 'the same input gives the same, and nothing else is looked at';
const THROWS = 'it never throws, whatever the history';
const WRITES = 'it changes nothing that it is given';
const JSON_ONLY = 'state and view are plain JSON';
const PARTS = 'a history folds like its parts, stored between them';
const FOLD = 'fold gives what evolve gives';
const COMPACT = 'compact takes away nothing that is seen from then on, whatever happens next';
const ON_THE_WAY = 'compacting on the way gives what compacting at the end gives';
const LEFT_OUT = 'fold leaves out only what compact takes away';
const UNKNOWN = 'an event of a type that nobody knows yet changes nothing';
const FORGOTTEN = 'of a forgotten member it keeps nothing personal: as if the facts had never held any';
const NOBODY = 'no event at all has a view';
const CONSTANT = 'the view is one and the same from now until nextChangeAt';
const SHOWN = 'what the pass shows is text or null, by name';
const ORDER = 'what feeds the pass is the same whatever the order, repetition and grouping of what sources said';

let calls = 0;
const tomorrow = (at: number): number => (Math.floor(at / 86_400_000) + 1) * 86_400_000;

test('a sound projection breaks none of the laws', () => {
  expect(breachesOf({})).toEqual({});
  expect(breachesOf(projections.tier)).toEqual({});
});

describe('caught, by the law it breaks and in words, is a projection that', () => {
  test.each<readonly [what: string, law: string, says: RegExp, bad: Partial<AnyProjection>]>([
    ['reads the clock in evolve', PURE, /evolve looks at Date\.now\(\)/, { evolve: () => ({ n: Date.now() }) }],
    ['makes a new Date in its view', PURE, /view looks at new Date\(\)/, { view: () => new Date().toISOString() }],
    ['draws in its view', PURE, /view looks at Math\.random\(\)/, { view: () => Math.random() }],
    ['reads the environment', PURE, /process\.env\.TIERS/, { view: () => process.env.TIERS ?? 'none' }],
    [
      'keeps a name when the member asked to be forgotten',
      FORGOTTEN,
      /state\.name/,
      {
        initial: { n: 0, name: null },
        evolve: (state, event) =>
          event.type === 'MemberEnrolled' ? { n: 0, name: event.current.personal.firstName } : state,
      },
    ],
    [
      'asks what day it is where the machine stands',
      PURE,
      /nextChangeAt looks at the machine's time zone \(Date\.getDate\)/,
      { nextChangeAt: (_, now) => now.at + new Date(now.at).getDate() },
    ],
    [
      'counts calls in its module',
      PURE,
      /evolve gives something else the second time/,
      { evolve: () => ({ n: ++calls }) },
    ],
    ['writes to the state', WRITES, /evolve writes to its input \(TypeError/, { evolve: added }],
    [
      'writes to the catalog',
      WRITES,
      /view writes to its input/,
      { view: (_state, _now, catalog) => Object.assign(catalog, { version: 7 }).version },
    ],
    [
      'throws on some event',
      THROWS,
      /RangeError: no tier fell/,
      {
        evolve: (state, event) => {
          if (event.type === 'MemberTierEnded') throw new RangeError('no tier fell');
          return state;
        },
      },
    ],
    [
      'throws in what it shows',
      THROWS,
      /TypeError/,
      { onPass: (view) => ({ size: (view as { size: string }).size.trim() }) },
    ],
    ['keeps a Map', JSON_ONLY, /state\.days is a Map/, { evolve: () => ({ days: new Map() }) }],
    ['keeps a Date', JSON_ONLY, /state\.on is a Date/, { evolve: () => ({ on: new Date(0) }) }],
    ['keeps undefined', JSON_ONLY, /state\.last is undefined/, { evolve: () => ({ last: undefined }) }],
    ['keeps what is no number', JSON_ONLY, /state\.share is NaN/, { evolve: () => ({ share: Number.NaN }) }],
    ['keeps a bigint', JSON_ONLY, /state\.sum is a bigint/, { evolve: () => ({ sum: 1n }) }],
    ['begins with a Set', JSON_ONLY, /initial is a Set/, { initial: new Set() }],
    ['shows a Date in its view', JSON_ONLY, /view\.on is a Date/, { view: () => ({ on: new Date(0) }) }],
    [
      'tells stored states from fresh ones',
      PARTS,
      /state\.n/,
      { evolve: (state) => (fresh.has(state as object) ? keptFresh({ n: 1 }) : keptFresh({ n: 0 })) },
    ],
    ['folds otherwise than it evolves', FOLD, /state\.n/, { fold: (_, events) => ({ n: events.length + 1 }) }],
    [
      'takes every event it does not know for another',
      UNKNOWN,
      /state\.n/,
      { evolve: (state) => ({ n: (state as Counted).n + 1 }) },
    ],
    ['forgets what it shows', COMPACT, /view\.count: /, { compact: () => ({ n: 0 }) }],
    [
      'keeps what it would show of the past, and looks at it when events correct it',
      COMPACT,
      /view\.count: /,
      { compact: (state) => ({ ...(state as Counted), isOld: true }), evolve: unlessOld },
    ],
    [
      'counts how often it was compacted',
      ON_THE_WAY,
      /state\.times/,
      { compact: (state) => ({ ...(state as Counted), times: ((state as { times?: number }).times ?? 0) + 1 }) },
    ],
    [
      'leaves out whatever happened where it is to be compacted',
      LEFT_OUT,
      /state\.n/,
      {
        compact: (state) => state,
        fold: (state, events, compactedAt) =>
          compactedAt == null ? events.reduce(counted.evolve, state) : (state as Counted),
      },
    ],
    ['has no view of nobody', NOBODY, /the view of the initial state is undefined/, { view: () => undefined }],
    [
      'changes its view with the day, and says never',
      CONSTANT,
      /view\.day: .* nextChangeAt says never/,
      { view: (_, now) => ({ day: Math.floor(now.at / 86_400_000) }) },
    ],
    [
      'changes its view a day earlier than it says',
      CONSTANT,
      /nextChangeAt says 20/,
      {
        view: (_, now) => ({ day: Math.floor(now.at / 86_400_000) }),
        nextChangeAt: (_, now) => tomorrow(tomorrow(now.at)),
      },
    ],
    ['says that it changes now', CONSTANT, /expected a later instant or null/, { nextChangeAt: (_, now) => now.at }],
    ['says no number', CONSTANT, /nextChangeAt gives NaN/, { nextChangeAt: () => Number.NaN }],
    [
      'shows a number',
      SHOWN,
      /custom\.count is a number/,
      { onPass: (view) => ({ count: (view as { count: number }).count }) as never },
    ],
    ['shows no names', SHOWN, /onPass gives no names/, { onPass: () => 'three' as never }],
    [
      'shows how many events there were, which order and grouping decide',
      ORDER,
      /view\.count/,
      {
        evolve: (state, event) => (event.type === 'PurchaseCorrected' ? { n: (state as Counted).n + 1 } : state),
        onPass: (view) => ({ count: String((view as { count: number }).count) }),
      },
    ],
    ['has no name', 'it has a name and a version', /the name is ""/, { name: '' }],
    ['has half a version', 'it has a name and a version', /the version is 1\.5/, { version: 1.5 }],
  ])('%s', (_, title, says, bad) => {
    const law = laws.find((one) => one.title === title)!;
    const projection = { ...counted, ...bad };
    expect(law.appliesTo(projection)).toBe(true);
    const breach = breachOf(law, projection);
    expect(breach).toMatch(says);
    expect(breach).toContain(`breaks the law "${title}"`);
    expect(breach).toMatch(/with \[.*\(seed -?\d+\)$/);
  });
});

describe('what generated histories hardly say is said by options:', () => {
  const never = laws.find(({ title }) => title === THROWS)!;
  const failing = (isMet: (event: MemberEvent) => boolean): AnyProjection => ({
    ...counted,
    evolve: (state, event) => {
      if (isMet(event)) throw new Error('met');
      return state;
    },
  });

  test('values of a field, custom ones of a mapping too', () => {
    const inSize12 = failing((event) => event.type === 'MemberEnrolled' && event.current.custom?.size === '12');
    const { Contact } = retail.objects;
    const withSize = { ...Contact, custom: { size: field('Size__c', 'choice') } } as ObjectMapping;
    const mapping: Mapping = { ...retail, objects: { ...retail.objects, Contact: withSize } };
    expect(breachOf(never, inSize12, { mapping })).toBeNull();
    expect(breachOf(never, inSize12, { mapping, values: { Size__c: fc.constant('12') } })).toContain('Error: met');
  });

  test('whole histories', () => {
    const numbered = failing((event) => event.type === 'MemberEnrolled' && event.current.number === 'M-77');
    expect(breachOf(never, numbered)).toBeNull();
    const events = fc.constant([enrolled({ number: 'M-77' })].filter(isMemberEvent));
    expect(breachOf(never, numbered, { events })).toContain('Error: met');
  });
});

test('a projection that feeds no pass may depend on the order of events', () => {
  const correctionsSeen: Partial<AnyProjection> = {
    evolve: (state, event) => (event.type === 'PurchaseCorrected' ? { n: (state as Counted).n + 1 } : state),
  };
  expect(breachesOf(correctionsSeen)).toEqual({});
});

test('each law is broken by some projection above, and no shipped one has a law of its own', () => {
  const named = [
    PURE,
    THROWS,
    WRITES,
    JSON_ONLY,
    PARTS,
    FOLD,
    LEFT_OUT,
    COMPACT,
    ON_THE_WAY,
    UNKNOWN,
    NOBODY,
    FORGOTTEN,
  ];
  const others = [CONSTANT, SHOWN, ORDER];
  expect(laws.map(({ title }) => title).toSorted()).toEqual(
    ['it has a name and a version', ...named, ...others].toSorted(),
  );
  expect(Object.keys(registry.main).length).toBeGreaterThan(0);
});

function unlessOld(state: unknown, event: MemberEvent): unknown {
  const { n, isOld = false } = state as { n: number; isOld?: boolean };
  return event.type === 'PurchaseRecorded' && !isOld ? { n: n + 1 } : state;
}

function added(state: unknown): unknown {
  (state as { n: number }).n += 1;
  return state;
}

const fresh = new WeakSet<object>();
const keptFresh = (state: Counted): Counted => {
  fresh.add(state);
  return state;
};
