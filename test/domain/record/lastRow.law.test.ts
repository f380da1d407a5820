import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  absenceStamp,
  datedExistenceStamp,
  type Extraction,
  eventExistenceStamp,
  eventStamp,
  type FieldValue,
  ingest,
  type Mapping,
  merge,
  type Observation,
  type RowHash,
  recordKey,
  retail,
  rowExistenceStamp,
  rowStamp,
} from '#domain/index.ts';
import { ingesting } from '#test/support/ingesting.ts';
import { MARGIN_MS, THE_RECORD } from '#test/support/lives.ts';

/**
 * Whatever was told of a record, in any order and grouping: a row that the record keeps as its last would say nothing new, whenever it was extracted. So passing
 * it over leaves exactly the record that merging it would. Few seconds, values and dates, so that they collide; rows may contradict each other and the events.
 */
test('a row that a record keeps as its last says nothing new, whenever it is extracted again', async () => {
  let known = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(toldArb, { minLength: 1, maxLength: 3 }), { maxLength: 8 }), async (batches) => {
      const { deps, memory } = ingesting(mapping);
      for (const batch of batches) {
        await ingest(deps)(batch.map(observed))();
        const stored = memory.records.get(recordKey(THE_RECORD));
        for (const reader of READERS)
          for (const line of linesIn(batches)) {
            if (stored === undefined || stored.lastRow !== hashOf(line, reader)) continue;
            known += 1;
            for (const extraction of EXTRACTIONS)
              expect(merge(stored.record, rowOf(line, reader, extraction), MARGIN_MS)).toBe(stored.record);
          }
      }
    }),
    { numRuns: 3000 },
  );
  expect(known).toBeGreaterThan(1000);
});

const mapping: Mapping = { ...retail, programme: { ...retail.programme, extractionMarginMs: MARGIN_MS } };

/** A line of a file, but for its text. */
type Line = {
  readonly modifiedS: number;
  /** Below 0: no row of Salesforce's, but nothing that an observation could not say. */
  readonly touchedAfterS: number;
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly isDeleted: boolean;
};
/** Which fields a mapping reads of a line. */
const READERS = [['F', 'G'], ['F']] as const;
type Reader = (typeof READERS)[number];

type Told =
  | { readonly type: 'row'; readonly line: Line; readonly reader: Reader; readonly extraction: Extraction }
  | {
      readonly type: 'event';
      readonly second: number;
      readonly commit: number;
      readonly fields: Line['fields'];
      readonly says: 'exists' | 'gone';
    }
  | { readonly type: 'gap'; readonly second: number }
  | { readonly type: 'absence'; readonly second: number };

const BIRTH = Date.UTC(2026, 0, 1);
const at = (second: number): number => BIRTH + second * 1000;

const EXTRACTIONS: readonly Extraction[] = [0, 1500, 2000, 3000, 4500, 9000, 60_000].flatMap((afterMs) => [
  { at: BIRTH + afterMs, known: true },
  { at: BIRTH + afterMs, known: false },
]);

const valueArb = fc.constantFrom(null, 'a', 'b');
const secondArb = fc.integer({ min: 0, max: 3 });
const lineArb: fc.Arbitrary<Line> = fc.record({
  ...{ modifiedS: secondArb, touchedAfterS: fc.constantFrom(0, 0, 1, -1) },
  fields: fc.record({ F: valueArb, G: valueArb }),
  isDeleted: fc.constantFrom(false, false, false, true),
});
const rowArb = fc.record({
  ...{ type: fc.constant('row' as const), line: lineArb, reader: fc.constantFrom(...READERS) },
  extraction: fc.constantFrom(...EXTRACTIONS),
});
const toldArb: fc.Arbitrary<Told> = fc.oneof(
  { weight: 5, arbitrary: rowArb },
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ type: fc.constant('event' as const), second: secondArb, commit: fc.integer({ min: 1, max: 2 }) },
      fields: fc.oneof(fc.record({ F: valueArb }), fc.record({ G: valueArb }), fc.constant({})),
      says: fc.constantFrom('exists' as const, 'exists' as const, 'gone' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.record({ type: fc.constant('gap' as const), second: secondArb }),
      fc.record({ type: fc.constant('absence' as const), second: secondArb }),
    ),
  },
);

const linesIn = (batches: readonly (readonly Told[])[]): readonly Line[] =>
  batches.flat().flatMap((told) => (told.type === 'row' ? [told.line] : []));

const hashOf = (line: Line, reader: Reader): RowHash => JSON.stringify([reader, line]);

const observed = (told: Told): Observation => {
  const nothing = { record: THE_RECORD, existence: null, fields: {}, stamp: '', gapAt: null, reReadAt: null };
  const origin = { origin: { type: 'event', eventId: 'e' }, lane: 'live' } as const;
  if (told.type === 'row') return rowOf(told.line, told.reader, told.extraction);
  if (told.type === 'gap') return { ...nothing, ...origin, gapAt: at(told.second) };
  if (told.type === 'absence') {
    const stamp = absenceStamp(at(told.second) + MARGIN_MS, MARGIN_MS);
    return { ...nothing, ...origin, existence: { says: 'gone', stamp, dated: stamp } };
  }
  const position = { commitNumber: String(told.commit), sequenceNumber: 1 };
  const stamp = eventExistenceStamp(at(told.second), position);
  return {
    ...nothing,
    ...origin,
    ...{ fields: told.fields, stamp: eventStamp(at(told.second), position) },
    existence: { says: told.says, stamp, dated: stamp },
  };
};

const rowOf = (line: Line, reader: Reader, extraction: Extraction): Observation => {
  const modifiedAt = at(line.modifiedS);
  const touchedAt = modifiedAt + line.touchedAfterS * 1000;
  return {
    record: THE_RECORD,
    fields: Object.fromEntries(reader.map((name) => [name, line.fields[name] ?? null])),
    stamp: rowStamp(modifiedAt, extraction, MARGIN_MS),
    existence: {
      says: line.isDeleted ? 'gone' : 'exists',
      stamp: rowExistenceStamp(touchedAt, extraction, MARGIN_MS),
      dated: datedExistenceStamp(touchedAt, extraction, MARGIN_MS),
    },
    ...{ gapAt: null, reReadAt: extraction.known ? extraction.at : null },
    ...{ origin: { type: 'file', file: 'f', offset: 0 }, lane: 'bulk', rowHash: hashOf(line, reader) },
  };
};
