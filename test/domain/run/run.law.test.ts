import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  joinRun,
  noAudit,
  type Run,
  type RunEnd,
  type RunFact,
  stateOfRun,
  totalsOf,
  unheardOfRun,
} from '#domain/index.ts';

const ref = { flow: 'contacts', executionId: '9f0d5a54' };
const heard = (facts: readonly RunFact[]): Run => facts.reduce(joinRun, unheardOfRun(ref));

const fileArb = fc.constantFrom('a', 'b', 'c');
const instantArb = fc.integer({ min: 1, max: 5 });
const extractionArb = fc.record({ at: instantArb, known: fc.boolean() });
const endArb: fc.Arbitrary<RunEnd> = fc.record({
  endedAt: instantArb,
  isSuccessful: fc.boolean(),
  rows: fc.option(fc.nat({ max: 5 })),
  failures: fc.nat({ max: 1 }),
  error: fc.option(fc.constantFrom('timeout', 'denied')),
});
const auditArb = fc.record({ missed: fc.nat({ max: 3 }), wrong: fc.nat({ max: 3 }) });
const factArb: fc.Arbitrary<RunFact> = fc.oneof(
  fc.record({ type: fc.constant('FileHinted' as const), file: fileArb }),
  fc.record({ type: fc.constant('FileOpened' as const), file: fileArb, extraction: extractionArb }),
  fc.record({
    type: fc.constant('FileLoaded' as const),
    file: fileArb,
    extraction: extractionArb,
    rows: fc.nat({ max: 5 }),
    unreadable: fc.nat({ max: 2 }),
    audit: fc.dictionary(fc.constantFrom('Status', 'TotalAmount'), auditArb, { noNullPrototype: true }),
  }),
  fc.record({ type: fc.constant('StartReported' as const), startedAt: instantArb }),
  fc.record({ type: fc.constant('EndReported' as const), startedAt: fc.option(instantArb), end: endArb }),
);

test('whatever the order and the repetitions of what is heard, the run is the same', () => {
  fc.assert(
    fc.property(
      fc.array(factArb, { maxLength: 12 }).chain((facts) =>
        fc.tuple(
          fc.constant(facts),
          fc
            .tuple(fc.shuffledSubarray(facts, { minLength: facts.length }), fc.subarray(facts))
            .map(([all, again]) => [...all, ...again]),
        ),
      ),
      ([facts, delivered]) => {
        expect(heard(delivered)).toEqual(heard(facts));
      },
    ),
    { numRuns: 2_000 },
  );
});

const loaded = (file: string, rows: number, unreadable = 0): RunFact => ({
  ...{ type: 'FileLoaded', file, rows, unreadable, audit: noAudit, extraction: { at: 1, known: true } },
});
const ended = (rows: number | null, changed: Partial<RunEnd> = {}): RunFact => ({
  type: 'EndReported',
  startedAt: 1,
  end: { endedAt: 2, isSuccessful: true, rows, failures: 0, error: null, ...changed },
});

describe('a run', () => {
  test.each<readonly [string, string, readonly RunFact[]]>([
    ['open', 'without an end report, whatever was loaded', [{ type: 'StartReported', startedAt: 1 }, loaded('a', 2)]],
    [
      'open',
      'while a file that was heard of is not read',
      [loaded('a', 2), { type: 'FileHinted', file: 'b' }, ended(2)],
    ],
    ['open', 'where the end report does not say how many records', [loaded('a', 2), ended(null)]],
    ['complete', 'when its files hold what the end report says', [loaded('a', 2), loaded('b', 1), ended(3)]],
    ['complete', 'when there was nothing to deliver', [ended(0)]],
    ['complete', 'with unreadable rows: they came', [loaded('a', 2, 1), ended(2)]],
    ['disagreeing', 'when a file is missing', [loaded('a', 2), ended(3)]],
    ['disagreeing', 'when there is more than was reported', [loaded('a', 4), ended(3)]],
    ['disagreeing', 'when some records failed', [loaded('a', 2), ended(2, { failures: 1 })]],
    ['failed', 'when AppFlow says so', [loaded('a', 2), ended(2, { isSuccessful: false, error: 'timeout' })]],
  ])('is %s %s', (state, _, facts) => {
    expect(stateOfRun(heard(facts))).toBe(state);
  });

  test('counts a file once, however often it was loaded', () => {
    expect(totalsOf(heard([loaded('a', 2), loaded('a', 2)]))).toEqual({
      files: 1,
      filesUnread: 0,
      rows: 2,
      unreadable: 0,
      audit: {},
    });
  });
});
