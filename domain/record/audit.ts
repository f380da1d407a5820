import { feedsOf } from '../source/feeds.ts';
import { fieldsRead, type Mapping, meaningOf } from '../source/mapping.ts';
import type { Observation } from '../source/observation.ts';
import { modifiedAtOf, readStamp, type Stamp, sameButForExtraction, vouchedAtOf } from '../source/stamp.ts';
import type { EpochMs } from '../values/calendar.ts';
import { isStale, type SourceRecord } from './record.ts';

/**
 * What a row shows to have gone wrong before it.
 *   missed  no event told of a change that one should have told of by then
 *   wrong   what is merged contradicts the row, which was read after all that was merged: no later row mends it
 */
export type Finding = { readonly field: string; readonly what: 'missed' | 'wrong' };

/** What a row says of its record as a whole: that it was created, deleted or brought back. */
export const EXISTENCE = 'existence';

/** Within this after a change its event may still be on its way: a row that is sooner than the event shows nothing. */
export const EVENT_LAG_MS = 5 * 60_000;

/**
 * Holds a row against its record as it was before. A difference is normal, and no finding, where
 *
 *   no event tells of the field      the mapping says so: of the object, or of a field that change events never carry
 *   no date moved with it            what a row said of the same second is another now, as of formulas: nothing is told of that
 *   its event may be on its way      the row was extracted within EVENT_LAG_MS after the last change that it reports
 *   a gap is open                    the source said that it could not say
 *   the register is news to the row  of a second that was not over, by the margin, when the row was extracted, or that is not known;
 *                                    of a row that was extracted later; or forgotten
 *   the field was never said         though a row was merged before: it is mapped since then
 *
 * What is left was missed where the row wins, and merged wrongly where it loses.
 */
export const auditRow = (
  mapping: Mapping,
  record: SourceRecord,
  row: Pick<Observation, 'fields' | 'stamp' | 'existence' | 'reReadAt'>,
): readonly Finding[] => {
  const from = readStamp(row.stamp);
  if (from?.from !== 'row' || isStale(record)) return [];
  const read: Read = { mapping, record, row, extractedAt: from.extractedAt };
  // Who was never heard of was missed as a whole.
  if (isUnheardOf(record)) return auditExistence(read);
  return [...auditExistence(read), ...Object.keys(row.fields).flatMap((name) => auditField(read, name))];
};

type Read = {
  readonly mapping: Mapping;
  readonly record: SourceRecord;
  readonly row: Pick<Observation, 'fields' | 'stamp' | 'existence' | 'reReadAt'>;
  readonly extractedAt: EpochMs;
};

const isUnheardOf = ({ existence, fields }: SourceRecord): boolean =>
  existence === null && Object.keys(fields).length === 0;

const auditExistence = ({ mapping, record, row, extractedAt }: Read): readonly Finding[] => {
  const { existence } = row;
  const known = record.existence;
  if (existence === null || known?.says === existence.says) return [];
  // Nobody has to tell of what came and went before it was heard of.
  if (known === null && existence.says === 'gone') return [];
  const isDated =
    known === null || (existence.dated > known.stamp && !sameButForExtraction(known.stamp, existence.dated));
  const isTold = feedsOf(mapping, record.ref.object).events;
  const isOver = extractedAt >= vouchedAtOf(existence.dated) + EVENT_LAG_MS;
  return isTold && isDated && isOver ? [{ field: EXISTENCE, what: 'missed' }] : [];
};

const auditField = (read: Read, field: string): readonly Finding[] => {
  const { record, row } = read;
  const said = row.fields[field] ?? null;
  const register = record.fields[field];
  if (register === undefined) return said !== null && isCreationUntold(read, field) ? [{ field, what: 'missed' }] : [];
  if (register.value === said) return [];
  if (register.stamp > row.stamp) return isOlderThanRow(read, register.stamp) ? [{ field, what: 'wrong' }] : [];
  const isDated = !sameButForExtraction(register.stamp, row.stamp);
  return isDated && shouldBeTold(read, field) ? [{ field, what: 'missed' }] : [];
};

/** Events told of the record before any row did, and none of them how it began. */
const isCreationUntold = (read: Read, field: string): boolean =>
  Object.values(read.record.fields).every(({ stamp }) => readStamp(stamp)?.from === 'event') &&
  shouldBeTold(read, field);

const shouldBeTold = ({ mapping, record, row, extractedAt }: Read, field: string): boolean =>
  extractedAt >= modifiedAtOf(row.stamp) + EVENT_LAG_MS && isToldByEvents(mapping, record.ref.object, field);

/** The row saw all that happened in the second of the register, and it does not know of it. */
const isOlderThanRow = ({ mapping, row, extractedAt }: Read, stamp: Stamp): boolean => {
  const register = readStamp(stamp);
  if (register === null || row.reReadAt === null) return false;
  if (register.from === 'row')
    return register.modifiedAt > modifiedAtOf(row.stamp) && register.extractedAt <= extractedAt;
  return extractedAt >= register.modifiedAt + SECOND_MS + mapping.programme.extractionMarginMs;
};
const SECOND_MS = 1_000;

/** By change events, or by a platform event that carries it. */
const isToldByEvents = (mapping: Mapping, object: string, name: string): boolean => {
  const meaning = meaningOf(mapping, object);
  if (meaning === undefined) return false;
  const isInChangeEvents = fieldsRead(meaning).some(
    ({ field, isInChangeEvents }) => field === name && isInChangeEvents,
  );
  if (isInChangeEvents && feedsOf(mapping, object).events) return true;
  return Object.values(mapping.platformEvents ?? {}).some(
    (event) => event.object === object && Object.values(event.fields).includes(name),
  );
};
