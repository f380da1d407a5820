import fc from 'fast-check';
import { expect, test } from 'vitest';
import { merge, type Observation, type SourceRecord, unheardOf } from '#domain/index.ts';
import { anyOrderArb, lifeArb, MARGIN_MS, seen, THE_RECORD } from '#test/support/lives.ts';

const mergeAll = (told: readonly Observation[], from: SourceRecord = unheardOf(THE_RECORD)): SourceRecord =>
  told.reduce((record, one) => merge(record, one, MARGIN_MS), from);

test('LOSSY in whatever order, however often', () => {
  fc.assert(
    fc.property(
      lifeArb().chain((told) => fc.subarray([...told])).chain((told) => fc.tuple(anyOrderArb(told), anyOrderArb(told))),
      ([one, other]) => expect(seen(mergeAll(other))).toEqual(seen(mergeAll(one))),
    ),
    { numRuns: 5000 },
  );
});
test('LOSSLESS in whatever order, however often', () => {
  fc.assert(
    fc.property(
      lifeArb().chain((told) => fc.tuple(anyOrderArb(told), anyOrderArb(told))),
      ([one, other]) => expect(seen(mergeAll(other))).toEqual(seen(mergeAll(one))),
    ),
    { numRuns: 5000 },
  );
});
test('a load that repeats what is known leaves no trace', () => {
  fc.assert(
    fc.property(lifeArb(), (told) => {
      const record = mergeAll(told);
      const last = told.at(-1)!;
      fc.pre(last.origin.type === 'file' && last.existence!.dated.slice(0,18) === last.existence!.dated.slice(0,18));
      const later = { ...last, stamp: last.stamp.slice(0,13)+ '999999999999999', existence: {...last.existence!, dated: last.existence!.dated.slice(0,18)+'999999999999999', stamp: '000999999999999:0:999999999999999'}};
      expect(mergeAll([later], mergeAll([later], record))).toBe(mergeAll([later], record));
      expect(mergeAll([later], record)).toBe(record);
    }),
    { numRuns: 5000 },
  );
});
