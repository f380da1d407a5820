import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  auditRow,
  EVENT_LAG_MS,
  EXISTENCE,
  type FieldValue,
  fieldsRead,
  type Mapping,
  merge,
  type Observation,
  recordKey,
  retail,
  type SourceRecord,
  unheardOf,
} from '#domain/index.ts';
import { observationsOf } from '#test/support/observe.ts';
import { OBJECTS } from '#test/support/operations.ts';
import { historyArb, type Operation, play, shuffleDuplicateArb } from '#test/support/org.ts';
import { event, type Fields, gap, row, type Said } from '#test/support/scenario.ts';
import type { WireItem } from '#test/support/wire.ts';

const marginMs = retail.programme.extractionMarginMs;

/** What the org tells, told plainly: no gaps, and no move of children that nobody tells of. A load in between, of all that is there. */
const plain = (history: readonly Operation[], isLoadedBetween: boolean): readonly Operation[] => {
  const told = history.flatMap((operation): readonly Operation[] => {
    if (operation.type === 'load' || operation.type === 'touch') return [];
    const via = operation.via === 'gap' || operation.via === 'overflow' ? 'appflow' : operation.via;
    return [operation.type === 'merge' ? { ...operation, via, tellsChildren: true } : { ...operation, via }];
  });
  const half = Math.floor(told.length / 2);
  const loads = OBJECTS.map(
    (object): Operation => ({
      ...{ type: 'load', object, rendering: 'rest', files: 1 },
      ...{ afterSeconds: 3_600, startedSecondsBefore: 0 },
    }),
  );
  return isLoadedBetween ? [...told.slice(0, half), ...loads, ...told.slice(half).map(later)] : told;
};
const later = (operation: Operation, index: number): Operation =>
  index === 0 ? { ...operation, afterSeconds: 60 } : operation;

type Lost = {
  readonly delivered: readonly WireItem[];
  readonly kept: readonly WireItem[];
  readonly rows: readonly Observation[];
};

/** kept: what was not lost, as the org told it. delivered: the same, in any order, some of it twice. */
const lostArb = (losing: 'some' | 'none'): fc.Arbitrary<Lost> =>
  fc
    .tuple(historyArb({ maxLength: 20 }), fc.boolean())
    .map(([history, isLoadedBetween]) => play(plain(history, isLoadedBetween)))
    .chain((played) => {
      const { feeds, onlyWitnesses } = played;
      const keptArb = losing === 'none' ? fc.constant(feeds) : fc.subarray([...feeds]);
      return keptArb
        .map((some) => new Set(some))
        .map((some) => feeds.filter((item) => some.has(item) || item.type === 'file' || onlyWitnesses.has(item)))
        .chain((kept) =>
          shuffleDuplicateArb(kept).map((delivered) => ({
            ...{ kept, delivered },
            rows: played.finalLoad.flatMap((item) => observationsOf(item)),
          })),
        );
    });

const mergedOf = (items: readonly WireItem[]): ReadonlyMap<string, SourceRecord> => {
  const records = new Map<string, SourceRecord>();
  for (const said of items.flatMap((item) => observationsOf(item))) {
    const key = recordKey(said.record);
    records.set(key, merge(records.get(key) ?? unheardOf(said.record), said, marginMs));
  }
  return records;
};

const findingsOf = ({ delivered, rows }: Lost): readonly string[] => {
  const records = mergedOf(delivered);
  return rows
    .flatMap((said) =>
      auditRow(retail, records.get(recordKey(said.record)) ?? unheardOf(said.record), said).map(
        ({ field, what }) => `${what} ${recordKey(said.record)} ${field}`,
      ),
    )
    .sort();
};

/** Without stamps: what was said last, in the order in which it happened, and is not so. */
const untold = ({ kept, rows }: Lost): readonly string[] => {
  const last = new Map<string, Map<string, FieldValue>>();
  for (const said of kept.flatMap((item) => observationsOf(item))) {
    const key = recordKey(said.record);
    const known = last.get(key) ?? new Map<string, FieldValue>();
    for (const [name, value] of Object.entries(said.fields)) known.set(name, value);
    if (said.existence !== null) known.set(EXISTENCE, said.existence.says);
    last.set(key, known);
  }
  return rows
    .flatMap((said) => {
      const key = recordKey(said.record);
      const known = last.get(key);
      const says = said.existence?.says ?? null;
      if (known === undefined) return says === 'exists' ? [`missed ${key} ${EXISTENCE}`] : [];
      const truth: readonly (readonly [string, FieldValue])[] = [
        ...Object.entries(said.fields).filter(([name]) => isInEvents(said.record.object, name)),
        [EXISTENCE, says],
      ];
      return truth.flatMap(([name, value]) => ((known.get(name) ?? null) === value ? [] : [`missed ${key} ${name}`]));
    })
    .sort();
};

const isInEvents = (object: string, name: string): boolean =>
  fieldsRead(retail.objects[object]!).some(({ field, isInChangeEvents }) => field === name && isInChangeEvents);

describe('the audit of a full load', () => {
  test('finds nothing where every event was delivered, in whatever order', () => {
    fc.assert(
      fc.property(lostArb('none'), (lost) => {
        expect(findingsOf(lost)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('finds exactly what the lost events would have told, and nothing wrong', () => {
    let found = 0;
    fc.assert(
      fc.property(lostArb('some'), (lost) => {
        const findings = findingsOf(lost);
        found += findings.length;
        expect(findings).toEqual(untold(lost));
      }),
      { numRuns: 300 },
    );
    expect(found).toBeGreaterThan(300);
  });
});

describe('a difference', () => {
  const at = (seconds: number, fields: Fields) => event('Order', fields, { at: seconds });
  const load = (seconds: number, fields: Fields, extractedAtS: number) =>
    row('Order', fields, { at: seconds, extractedAt: extractedAtS });
  const audit = (history: readonly Said[], last: Said, mapping: Mapping = retail) => {
    const said = last(history.length);
    const record = history
      .map((one, index) => one(index))
      .reduce((known, one) => merge(known, one, marginMs), unheardOf(said.record));
    return auditRow(mapping, record, said);
  };
  const missed = (field: string) => [{ field, what: 'missed' }];
  const first = load(0, { Status: 'Draft' }, 60);
  const changed = { Status: 'Activated' };

  test('was missed once its event had time to come, not before', () => {
    expect(audit([first], load(100, changed, 100 + LAG_S))).toEqual(missed('Status'));
    expect(audit([first], load(100, changed, 99 + LAG_S))).toEqual([]);
  });

  test('was not missed where nobody has to tell: of an object without events, of a field they do not carry', () => {
    const loadsOnly: Mapping = { ...retail, feeds: { Order: { full: true, everyMinutes: 15, events: false } } };
    expect(audit([first], load(100, changed, 9_000), loadsOnly)).toEqual([]);
    const terms = (seconds: number, text: string) =>
      row('Promotion__c', { Terms__c: text }, { at: seconds, extractedAt: 9_000 });
    expect(audit([terms(0, 'a')], terms(100, 'b'))).toEqual([]);
  });

  test('was missed where a platform event carries the field', () => {
    const byPlatformEvent: Mapping = {
      ...retail,
      feeds: { Order: 'elsewhere' },
      platformEvents: {
        Order_Changed__e: {
          ...{ object: 'Order', id: 'Order__c', stamp: 'CreatedDate', kind: 'changed' },
          fields: { Status__c: 'Status' },
        },
      },
    };
    expect(audit([first], load(100, changed, 9_000), byPlatformEvent)).toEqual(missed('Status'));
  });

  test('that moved no date is none: nothing is told of it', () => {
    expect(audit([first], load(0, changed, 9_000))).toEqual([]);
  });

  test('of a field that no row ever said comes of the mapping', () => {
    expect(audit([first], load(100, { Status: 'Draft', OrderNumber: '7' }, 9_000))).toEqual([]);
    expect(audit([at(0, { Status: 'Draft' })], load(0, { Status: 'Draft', OrderNumber: '7' }, 9_000))).toEqual(
      missed('OrderNumber'),
    );
  });

  test('was told where the source said that it could not say', () => {
    expect(audit([first, gap('Order', { at: 100 })], load(100, changed, 9_000))).toEqual([]);
  });

  test('is wrong where the merged value is of a date that a later row does not know', () => {
    const wrong = [{ field: 'Status', what: 'wrong' }];
    const marginS = marginMs / 1_000;
    expect(audit([first, at(500, changed)], load(0, { Status: 'Draft' }, 501 + marginS))).toEqual(wrong);
    expect(audit([first, at(500, changed)], load(0, { Status: 'Draft' }, 500 + marginS))).toEqual([]);
  });

  test('of existence is none where no date moved: who brought the record back said so by an event alone', () => {
    const gone = event('Order', {}, { at: 500, exists: false });
    expect(audit([first, gone], load(0, { Status: 'Draft' }, 9_000))).toEqual([]);
    expect(audit([first, gone], load(600, { Status: 'Draft' }, 9_000))).toEqual(missed('existence'));
  });

  test('is not wrong where nobody knows when the row was extracted', () => {
    const undated: Said = (index) => ({ ...load(0, { Status: 'Draft' }, 9_000)(index), reReadAt: null });
    expect(audit([first, at(500, changed)], undated)).toEqual([]);
  });

  test('is not wrong where the other row was extracted later', () => {
    expect(audit([first, load(500, changed, 900)], load(0, { Status: 'Draft' }, 800))).toEqual([]);
  });
});

const LAG_S = EVENT_LAG_MS / 1_000;
