import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Catalog,
  evolveAll,
  fold,
  initialStates,
  type Moment,
  nextChangeAt,
  projections,
  renderPass,
  viewAll,
} from '#domain/index.ts';
import { catalogArb, memberEventArb, memberEventsArb, momentArb } from '#test/support/arbitraries.ts';

type ProjectionName = keyof typeof projections;
const names = Object.keys(projections) as readonly ProjectionName[];
/** Any registered projection, whatever its state: these laws know nothing else of it. */
type AnyProjection = {
  readonly name: string;
  readonly nextChangeAt: (state: unknown, now: Moment, catalog: Catalog) => number | null;
  readonly view: (state: unknown, now: Moment, catalog: Catalog) => unknown;
};

/** Instants until the change: both ends, and some between. Without a change: far into the future. */
const instantsUntil = (now: number, change: number | null, parts: readonly number[]): readonly number[] => {
  const end = change ?? now + 3 * 366 * 86_400_000;
  return [now, end - 1, ...parts.map((part) => now + Math.floor((end - 1 - now) * part))];
};
const partsArb = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 });

describe.each(names)('projection %s', (name) => {
  const projection = projections[name] as unknown as AnyProjection;

  test('is registered under its own name', () => {
    expect(projection.name).toBe(name);
  });

  test('gives one view from now until its next change', () => {
    fc.assert(
      fc.property(memberEventsArb, momentArb, catalogArb, partsArb, (events, now, catalog, parts) => {
        const state = fold(initialStates, events)[name];
        const change = projection.nextChangeAt(state, now, catalog);
        if (change !== null) expect(change).toBeGreaterThan(now.at);
        const view = projection.view(state, now, catalog);
        for (const at of instantsUntil(now.at, change, parts))
          expect(projection.view(state, { ...now, at }, catalog)).toEqual(view);
      }),
      { numRuns: 300 },
    );
  });

  test('evolves plain JSON, and leaves the state before as it was', () => {
    fc.assert(
      fc.property(memberEventsArb, memberEventArb, (events, event) => {
        const states = fold(initialStates, events);
        const before = JSON.stringify(states[name]);
        const evolved = evolveAll(states, event)[name];
        expect(JSON.parse(JSON.stringify(evolved))).toStrictEqual(evolved);
        expect(JSON.stringify(states[name])).toBe(before);
      }),
      { numRuns: 200 },
    );
  });

  test('has a view of no event at all', () => {
    fc.assert(
      fc.property(momentArb, catalogArb, (now, catalog) => {
        expect(projection.view(initialStates[name], now, catalog)).toBeDefined();
        expect(projection.nextChangeAt(initialStates[name], now, catalog)).toBeNull();
      }),
      { numRuns: 20 },
    );
  });
});

describe('the fold', () => {
  test('of a history is the fold of its parts, however it is stored between them', () => {
    fc.assert(
      fc.property(memberEventsArb, memberEventsArb, (a, b) => {
        const stored = JSON.parse(JSON.stringify(fold(initialStates, a)));
        expect(fold(stored, b)).toEqual(fold(initialStates, [...a, ...b]));
      }),
      { numRuns: 300 },
    );
  });

  test('gives one pass from now until the earliest change of any view', () => {
    fc.assert(
      fc.property(memberEventsArb, momentArb, catalogArb, partsArb, (events, now, catalog, parts) => {
        const states = fold(initialStates, events);
        const passAt = (at: number) => renderPass('M', viewAll(states, { ...now, at }, catalog));
        for (const at of instantsUntil(now.at, nextChangeAt(states, now, catalog), parts))
          expect(passAt(at)).toEqual(passAt(now.at));
      }),
      { numRuns: 300 },
    );
  });
});
