import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  definitionStream,
  feedsPass,
  type Observation,
  ownerOf,
  type Pass,
  passParts,
  registry,
  renderPass,
  shownWith,
  type Views,
  viewAll,
} from '#domain/index.ts';
import { observationsOf } from '#test/support/observe.ts';
import { historyArb, lossyDeliveryArb, play, shuffleDuplicateArb, survivorsArb } from '#test/support/org.ts';
import { catalogOf, type Known, learn, nothing, statesOf } from '#test/support/scenario.ts';
import { todayIn, truth } from '#test/support/truth.ts';
import type { WireItem } from '#test/support/wire.ts';

/** Simulated years of an org, told by feeds that overlap, and then delivered as they come. */
const playedArb = historyArb({ maxLength: 25 }).map((history) => play(history));

/** Cuts into batches of these sizes, again and again. */
const batches = (told: readonly Observation[], sizes: readonly number[]): readonly (readonly Observation[])[] => {
  const cut: Observation[][] = [];
  for (let from = 0, turn = 0; from < told.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    cut.push(told.slice(from, from + size));
    from += size;
  }
  return cut;
};

const sizesArb = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 });

const learnItems = (items: readonly WireItem[], sizes: readonly number[], from: Known = nothing): Known =>
  batches(
    items.flatMap((item) => observationsOf(item)),
    sizes,
  ).reduce((known, batch) => learn(known, batch), from);

/** Every member's pass at an instant; null: provisional. */
const passesOf = (known: Known, at: number): ReadonlyMap<string, Pass | null> => {
  const members = [...known.streams.keys()].map(ownerOf).filter(({ type }) => type === 'member');
  const catalog = catalogOf(known);
  return new Map(
    members.map(({ id }) => [id, renderPass(id, viewAll(statesOf(known, id), { at, timeZone: 'UTC' }, catalog))]),
  );
};

const daysAfter = (second: number, days: number): number => (second + days * 86_400) * 1000;

const viewsOf = (known: Known, at: number) => {
  const catalog = catalogOf(known);
  const members = [...known.streams.keys()].map(ownerOf).filter(({ type }) => type === 'member');
  const byId = members.sort((a, b) => (a.id < b.id ? -1 : 1));
  return byId.map(({ id }) => [id, fed(viewAll(statesOf(known, id), { at, timeZone: 'UTC' }, catalog))] as const);
};

/** What reaches the pass. Projections that do not feed it may count what order and grouping decide. */
const fed = (views: Views): object => {
  const named: Readonly<Record<string, unknown>> = views;
  return Object.values(registry.main)
    .filter(feedsPass)
    .map((projection) => [
      projection.name,
      passParts.has(projection.name) ? named[projection.name] : shownWith(projection, named[projection.name]),
    ]);
};

/** What the feeds said, without the loads in the end: part of it, twice in some order. */
const twoOrdersArb = playedArb.chain((played) =>
  survivorsArb([...played.feeds, ...played.finalLoad], played).chain((items) =>
    fc.record({
      ...{ played: fc.constant(played), one: shuffleDuplicateArb(items), other: shuffleDuplicateArb(items) },
      ...{ sizes: sizesArb, otherSizes: sizesArb, days: fc.nat({ max: 400 }) },
    }),
  ),
);

test('any order, repetition and grouping of what arrived gives the same views', () => {
  fc.assert(
    fc.property(twoOrdersArb, ({ played, one, other, sizes, otherSizes, days }) => {
      const at = daysAfter(played.org.second, days);
      const [known, sameKnown] = [learnItems(one, sizes), learnItems(other, otherSizes)];
      expect(viewsOf(sameKnown, at).filter(isSaid)).toEqual(viewsOf(known, at).filter(isSaid));
      expect(catalogOf(sameKnown)).toEqual(catalogOf(known));
    }),
    { numRuns: 300 },
  );
});

/** A member whom a purchase once touched and left again has a stream, and nothing in it that lasts. */
const isSaid = ([, views]: readonly [string, unknown]): boolean => JSON.stringify(views) !== silence;
const silence = JSON.stringify(fed(viewAll(statesOf(nothing, ''), { at: 0, timeZone: 'UTC' }, catalogOf(nothing))));

test('whatever was lost on the way, the loads in the end make every pass true', () => {
  fc.assert(
    fc.property(
      playedArb.chain((played) => fc.tuple(fc.constant(played), lossyDeliveryArb(played), sizesArb)),
      fc.nat({ max: 400 }),
      ([played, delivery, sizes], days) => {
        const at = daysAfter(played.org.second, days);
        const passes = passesOf(learnItems(delivery, sizes), at);
        for (const [memberId, expected] of truth(played.org, todayIn(at)))
          expect(passes.get(memberId) ?? null).toEqual(expected);
      },
    ),
    { numRuns: 300 },
  );
});

test('the same again, in any order and grouping, appends nothing', () => {
  fc.assert(
    fc.property(
      playedArb.chain((played) =>
        fc.tuple(shuffleDuplicateArb(played.feeds), sizesArb, shuffleDuplicateArb(played.feeds), sizesArb),
      ),
      ([first, sizes, again, otherSizes]) => {
        const known = learnItems(first, sizes);
        const after = learnItems(again, otherSizes, known);
        expect([...after.streams]).toEqual([...known.streams]);
        for (const [key, record] of after.records) {
          const before = known.records.get(key);
          // A row told again after a gap that came later than it closes the gap, once.
          if (record.gap === null) expect(record).toBe(before);
          else expect({ ...record, gap: null }).toEqual({ ...before, gap: null });
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('streams of definitions and of members do not mix', () => {
  fc.assert(
    fc.property(playedArb, ({ feeds }) => {
      for (const [stream, events] of learnItems(feeds, [1]).streams)
        for (const event of events)
          if ('definitionId' in event) expect(stream).toBe(definitionStream(event.definitionId));
          else expect(ownerOf(stream).type).toBe('member');
    }),
    { numRuns: 50 },
  );
});
