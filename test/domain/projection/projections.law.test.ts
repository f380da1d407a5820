import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fold,
  initialStates,
  nextChangeAt,
  passParts,
  presets,
  projections,
  refsOf,
  registry,
  renderPass,
  shownWith,
  viewAll,
} from '#domain/index.ts';
import { catalogArb, memberEventsArb, momentArb } from '#test/support/arbitraries.ts';
import { checkProjection } from '#test/support/checkProjection.ts';
import { instantsUntil, partsArb, sampleArb } from '#test/support/projectionSamples.ts';

const registered = [...Object.values(registry.main), ...registry.candidates];

for (const [preset, mapping] of Object.entries(presets))
  describe(`of what the ${preset} preset reads,`, () => {
    for (const projection of registered) checkProjection(projection, { mapping });
  });

describe('the registry', () => {
  test('lists every projection under its own name, and each version once', () => {
    for (const [name, projection] of Object.entries(registry.main)) expect(projection.name).toBe(name);
    expect(refsOf(registry).toSorted()).toEqual([...new Set(refsOf(registry))].toSorted());
    for (const { name } of registry.candidates) expect(Object.keys(registry.main)).toContain(name);
  });

  test('has what the pass is rendered from', () => {
    expect(Object.keys(projections)).toEqual(expect.arrayContaining([...passParts]));
  });
});

test('no two projections show the pass the same name', () => {
  fc.assert(
    fc.property(sampleArb({}), ({ events, now, catalog }) => {
      const views: Readonly<Record<string, unknown>> = viewAll(fold(initialStates, events), now, catalog);
      const names = Object.values(registry.main).flatMap((projection) =>
        Object.keys(shownWith(projection, views[projection.name])),
      );
      expect(names).toEqual([...new Set(names)]);
    }),
  );
});

test.each([...passParts])('%s of nobody waits for nothing', (name) => {
  fc.assert(
    fc.property(momentArb, catalogArb, (now, catalog) => {
      const projection = registry.main[name]!;
      expect(projection.nextChangeAt(projection.initial, now, catalog)).toBeNull();
    }),
    { numRuns: 20 },
  );
});

describe('the fold of all together', () => {
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
