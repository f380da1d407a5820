import fc from 'fast-check';
import {
  datedExistenceStamp,
  eventExistenceStamp,
  eventStamp,
  type FieldValue,
  type Observation,
  type RecordRef,
  rowExistenceStamp,
  rowStamp,
  type SourceRecord,
  sameButForExtraction,
} from '#domain/index.ts';

/** Smaller than a programme's, so that rows fall on either side of it within a short life. */
export const MARGIN_MS = 1000;
export const THE_RECORD: RecordRef = { object: 'Order', id: '8018d0000000001AAA' };

/** One thing that happens to a record, afterMs after the one before. touch: automation moves SystemModstamp, nothing else; no event. */
type Happening = { readonly afterMs: number } & (
  | { readonly type: 'save'; readonly fields: Readonly<Record<string, FieldValue>>; readonly sameCommit: boolean }
  | { readonly type: 'delete' | 'undelete' | 'touch' }
  /** A load reads the record; its run started a little before. isTimeKnown: false where only a file's date tells. */
  | { readonly type: 'read'; readonly startedBeforeMs: number; readonly isTimeKnown: boolean }
);

/**
 * What feeds said of one record that really lived: created, changed, deleted, restored, read by loads, often within one second.
 * Audit dates and commit times are whole seconds, as Salesforce gives them; an event names the fields that changed, a row names all.
 */
export const lifeArb = (options: { readonly maxLength?: number } = {}): fc.Arbitrary<readonly Observation[]> =>
  happeningsArb(options.maxLength).map(live);

/** The same, and in the end a load whose run started clearly after all that: it alone knows the record as it is. */
export const settledLifeArb = (): fc.Arbitrary<{ readonly told: readonly Observation[]; readonly last: Observation }> =>
  happeningsArb().map((happenings) => {
    const told = live([...happenings, { type: 'read', afterMs: 3000, startedBeforeMs: 0, isTimeKnown: true }]);
    return { told: told.slice(0, -1), last: told.at(-1)! };
  });

/**
 * What never was one life: events whose seconds, commits and values collide at will, and rows among them. Rows of one second say the
 * same, as rows that differ only in their extraction do; of existence, which such rows would contradict, they say nothing.
 */
export const collidingArb = (): fc.Arbitrary<readonly Observation[]> =>
  fc
    .record({ rowValues: fc.tuple(valueArb, valueArb, valueArb), items: fc.array(collidingItemArb, { maxLength: 8 }) })
    .map(({ rowValues, items }) =>
      items.map((item) => {
        const at = BIRTH + item.second * 1000;
        if (item.type === 'event') return eventOf(at, item.commit, item.sequence, item.fields, item.says);
        const extraction = { at: at + item.extractedAfterMs, known: true };
        const fields = { F: rowValues[item.second] ?? null, G: rowValues[item.second] ?? null };
        return { ...rowOf(at, at, extraction, fields, false), existence: null };
      }),
    );

const happeningsArb = (maxLength = 10): fc.Arbitrary<readonly Happening[]> =>
  fc.array(happeningArb, { minLength: 1, maxLength, size: 'max' });

const afterMsArb = fc.constantFrom(0, 0, 100, 300, 700, 1000, 2500, 8000);
const valueArb = fc.constantFrom(null, 'a', 'b');
const fieldsArb = fc.oneof(
  fc.record({ F: valueArb }),
  fc.record({ G: valueArb }),
  fc.record({ F: valueArb, G: valueArb }),
);

const happeningArb: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ type: fc.constant('save' as const), afterMs: afterMsArb },
      ...{ fields: fieldsArb, sameCommit: fc.boolean() },
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('delete' as const, 'undelete' as const, 'undelete' as const, 'touch' as const),
      afterMs: afterMsArb,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ type: fc.constant('read' as const), afterMs: afterMsArb },
      ...{ startedBeforeMs: fc.constantFrom(0, 0, 400, 1500), isTimeKnown: fc.boolean() },
    }),
  },
);

const smallArb = fc.integer({ min: 1, max: 2 });
const secondArb = fc.integer({ min: 0, max: 2 });
const collidingItemArb = fc.oneof(
  fc.record({
    ...{
      type: fc.constant('event' as const),
      second: secondArb,
      commit: smallArb,
      sequence: smallArb,
      fields: fieldsArb,
    },
    says: fc.constantFrom('exists' as const, 'gone' as const),
  }),
  fc.record({
    ...{ type: fc.constant('row' as const), second: secondArb },
    extractedAfterMs: fc.constantFrom(0, 500, 1999, 2000, 2001, 9000),
  }),
);

const BIRTH = Date.UTC(2026, 0, 1);
const wholeSecond = (at: number): number => Math.floor(at / 1000) * 1000;

const live = (happenings: readonly Happening[]): readonly Observation[] => {
  let at = BIRTH;
  let commit = 1;
  let sequence = 1;
  let fields: Readonly<Record<string, FieldValue>> = { F: null, G: null };
  let isDeleted = false;
  let modifiedAt = at;
  let touchedAt = at;
  const told: Observation[] = [eventOf(at, commit, sequence, fields, 'exists')];
  for (const happening of happenings) {
    const committedAt = wholeSecond(at);
    at += happening.afterMs;
    if (happening.type === 'read') {
      const extraction = { at: at - happening.startedBeforeMs, known: happening.isTimeKnown };
      const row = rowOf(modifiedAt, Math.max(modifiedAt, touchedAt), extraction, fields, isDeleted);
      if (!told.some((other) => differsOnlyUnseen(other, row))) told.push(row);
      continue;
    }
    if (happening.type === 'touch') {
      touchedAt = wholeSecond(at);
      continue;
    }
    const isPossible = happening.type === 'undelete' ? isDeleted : !isDeleted;
    if (!isPossible) continue;
    if (happening.type === 'save' && happening.sameCommit && committedAt === wholeSecond(at)) sequence += 1;
    else {
      commit += 1;
      sequence = 1;
    }
    if (happening.type === 'save') fields = { ...fields, ...happening.fields };
    else isDeleted = happening.type === 'delete';
    modifiedAt = wholeSecond(at);
    touchedAt = wholeSecond(at);
    const said = { save: happening.type === 'save' ? happening.fields : {}, delete: {}, undelete: fields };
    told.push(eventOf(modifiedAt, commit, sequence, said[happening.type], isDeleted ? 'gone' : 'exists'));
  }
  return told;
};

/**
 * The one thing that dates cannot tell: two loads within the second of a change, one before and one after it. Its event settles it, or
 * the next load; without either the order of arrival would show, so lives do not have it.
 */
const differsOnlyUnseen = (a: Observation, b: Observation): boolean =>
  a.origin.type === 'file' &&
  (sameButForExtraction(a.stamp, b.stamp) || sameButForExtraction(a.existence!.dated, b.existence!.dated)) &&
  (JSON.stringify(a.fields) !== JSON.stringify(b.fields) || a.existence!.says !== b.existence!.says);

const eventOf = (
  second: number,
  commit: number,
  sequenceNumber: number,
  fields: Readonly<Record<string, FieldValue>>,
  says: 'exists' | 'gone',
): Observation => {
  const position = { commitNumber: String(commit), sequenceNumber };
  const stamp = eventExistenceStamp(second, position);
  return {
    ...{ record: THE_RECORD, fields, stamp: eventStamp(second, position), existence: { says, stamp, dated: stamp } },
    ...{ gapAt: null, reReadAt: null, origin: { type: 'event', eventId: `${commit}.${sequenceNumber}` }, lane: 'live' },
  };
};

const rowOf = (
  modifiedAt: number,
  lastTouchedAt: number,
  extraction: { readonly at: number; readonly known: boolean },
  fields: Readonly<Record<string, FieldValue>>,
  isDeleted: boolean,
): Observation => ({
  ...{ record: THE_RECORD, fields, stamp: rowStamp(modifiedAt, extraction, MARGIN_MS) },
  existence: {
    says: isDeleted ? 'gone' : 'exists',
    stamp: rowExistenceStamp(lastTouchedAt, extraction, MARGIN_MS),
    dated: datedExistenceStamp(lastTouchedAt, extraction, MARGIN_MS),
  },
  ...{ gapAt: null, reReadAt: extraction.known ? extraction.at : null },
  ...{ origin: { type: 'file', file: `${extraction.at}`, offset: 0 }, lane: 'bulk' },
});

/** What anyone can see of a record: stamps only order what is still to come. */
export const seen = (record: SourceRecord) => ({
  values: Object.fromEntries(
    Object.entries(record.fields)
      .map(([name, { value }]) => [name, value] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ),
  says: record.existence?.says ?? null,
  gap: record.gap,
});

/** Every item at least once, in any order, some of them again. */
export const anyOrderArb = <T>(items: readonly T[]): fc.Arbitrary<readonly T[]> =>
  items.length === 0
    ? fc.constant([])
    : fc
        .array(fc.constantFrom(...items), { maxLength: items.length })
        .chain((again) => fc.shuffledSubarray([...items, ...again], { minLength: items.length + again.length }));
