import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forgottenRegister, merge, type Observation, type SourceRecord, unheardOf } from '#domain/index.ts';
import {
  anyOrderArb,
  collidingArb,
  lifeArb,
  MARGIN_MS,
  seen,
  settledLifeArb,
  THE_RECORD,
} from '#test/support/lives.ts';

const mergeAll = (told: readonly Observation[], from: SourceRecord = unheardOf(THE_RECORD)): SourceRecord =>
  told.reduce((record, one) => merge(record, one, MARGIN_MS), from);

/** Any part of what was told of a record: the rest was lost. */
const heardArb = lifeArb().chain((told) => fc.subarray([...told], { minLength: 1 }));

test('whatever arrived, its order and repetition do not matter', () => {
  fc.assert(
    fc.property(
      heardArb.chain((heard) => fc.tuple(anyOrderArb(heard), anyOrderArb(heard))),
      ([one, other]) => {
        expect(seen(mergeAll(other))).toEqual(seen(mergeAll(one)));
      },
    ),
    { numRuns: 3000 },
  );
});

test('nor do they where seconds, ranks, positions and values collide as they never would', () => {
  fc.assert(
    fc.property(
      collidingArb().chain((told) => fc.tuple(anyOrderArb(told), anyOrderArb(told))),
      ([one, other]) => {
        const record = mergeAll(one);
        expect(seen(mergeAll(other))).toEqual(seen(record));
        for (const again of other) expect(merge(record, again, MARGIN_MS)).toBe(record);
        // Of events alone even the stamps are the same: only a row's extraction may leave no trace.
        const events = ({ origin }: Observation): boolean => origin.type === 'event';
        expect(mergeAll(other.filter(events))).toEqual(mergeAll(one.filter(events)));
      },
    ),
    { numRuns: 2000 },
  );
});

test('the last two may change places, whatever they meet', () => {
  fc.assert(
    fc.property(
      heardArb.chain((heard) => fc.tuple(fc.constantFrom(...heard), fc.constantFrom(...heard), anyOrderArb(heard))),
      fc.nat({ max: 10 }),
      ([a, b, heard], count) => {
        const record = mergeAll(heard.slice(0, count));
        expect(seen(mergeAll([b, a], record))).toEqual(seen(mergeAll([a, b], record)));
      },
    ),
    { numRuns: 3000 },
  );
});

test('what was merged once leaves the very same record when it comes again', () => {
  fc.assert(
    fc.property(
      heardArb.chain((heard) => anyOrderArb(heard)),
      (heard) => {
        const record = mergeAll(heard);
        for (const again of heard) expect(merge(record, again, MARGIN_MS)).toBe(record);
      },
    ),
    { numRuns: 3000 },
  );
});

test('after a load clearly later than everything, the record is as that load read it, whatever was lost', () => {
  fc.assert(
    fc.property(
      settledLifeArb().chain(({ told, last }) =>
        fc.tuple(
          fc.constant(last),
          fc.subarray([...told]).chain((heard) => anyOrderArb([...heard, last])),
        ),
      ),
      ([last, heard]) => {
        const { values, says } = seen(mergeAll(heard));
        expect({ values, says }).toEqual({ values: last.fields, says: last.existence!.says });
      },
    ),
    { numRuns: 3000 },
  );
});

test('a load that repeats what the load before it said leaves no trace', () => {
  fc.assert(
    fc.property(
      settledLifeArb().chain(({ told, last }) => fc.tuple(anyOrderArb(told), fc.constant(last))),
      fc.boolean(),
      ([told, last], isTimeKnown) => {
        const { stamp, existence } = last;
        // Extracted a second later; where only a file's date tells, existence rests on the row's own dates.
        const later = (text: string): string =>
          text.slice(0, -15) + String(Number(text.slice(-15)) + 1000).padStart(15, '0');
        const dated = existence!.dated.replace(':2:', isTimeKnown ? ':2:' : ':0:');
        const first = { ...last, existence: { ...existence!, dated, stamp: isTimeKnown ? existence!.stamp : dated } };
        const repeated: Observation = {
          ...first,
          stamp: later(stamp),
          existence: { ...first.existence, stamp: later(first.existence.stamp), dated: later(dated) },
          reReadAt: null,
        };
        const record = mergeAll([...told, first]);
        expect(merge(record, repeated, MARGIN_MS)).toBe(record);
      },
    ),
    { numRuns: 2000 },
  );
});

test('what was forgotten does not come back, whatever is told later, and telling it leaves no trace', () => {
  fc.assert(
    fc.property(lifeArb(), ([first, ...told]) => {
      const forgotten: SourceRecord = { ...mergeAll([first!]), fields: { F: forgottenRegister, G: forgottenRegister } };
      expect(mergeAll([first!, ...told], forgotten).fields).toBe(forgotten.fields);
    }),
    { numRuns: 500 },
  );
});
