import { isStale, type SourceRecord } from '../record/record.ts';
import type { Observation } from '../source/observation.ts';
import { absenceStamp, type Stamp } from '../source/stamp.ts';
import type { EpochMs } from '../values/calendar.ts';
import type { RecordId } from '../values/ids.ts';

/** A record that complete full loads left out: `first` and `last` say when the first and the latest of them in a row began. */
export type Miss = { readonly id: RecordId; readonly first: EpochMs; readonly last: EpochMs };

/** The complete full load of an object that is, or was last, compared with the records. */
export type AbsenceJob = {
  readonly object: string;
  /** Keys of its runs. */
  readonly runs: readonly string[];
  readonly startedAt: EpochMs;
  /** When the complete load compared before it began; null: there was none. */
  readonly previousStartedAt: EpochMs | null;
  readonly rows: number;
  /** Existing records seen by the comparison so far, and how many of them were left out for the second time. */
  readonly known: number;
  readonly missedTwice: number;
  readonly buried: number;
  readonly phase: AbsencePhase;
  /** Counts writes; 0: not stored. */
  readonly ver: number;
};

export type AbsencePhase =
  | { readonly type: 'comparing'; readonly cursor: string | null }
  | { readonly type: 'burying'; readonly cursor: string | null }
  /** Nothing is deleted: too many records would be, an empty load says that all are gone, or its files cannot be read again. */
  | { readonly type: 'held'; readonly why: 'TooMany' | 'EmptyLoad' | 'FilesUnreadable' }
  | { readonly type: 'done' };

/** Above this share of an object's records, and at least so many, deletions wait for a person. */
export const BREAKER = { share: 0.001, atLeast: 20 };

/** What the comparison is followed by. */
export const afterComparing = ({ rows, known, missedTwice }: AbsenceJob): AbsencePhase => {
  if (missedTwice > 0 && rows === 0) return { type: 'held', why: 'EmptyLoad' };
  const isTooMany = missedTwice >= BREAKER.atLeast && missedTwice > known * BREAKER.share;
  return isTooMany ? { type: 'held', why: 'TooMany' } : { type: 'burying', cursor: null };
};

/** What a load vouches for by leaving a record out: nothing of one that is known to have existed later, or is gone already. */
export const canBeMissed = ({ existence }: SourceRecord, startedAt: EpochMs, marginMs: number): boolean =>
  existence?.says === 'exists' && existence.stamp < absenceStamp(startedAt, marginMs);

/**
 * The record was left out of the load that began at job.startedAt. It was missed twice if the complete load before left it out as well, and nothing
 * was heard of it in between.
 */
export const missOf = (job: AbsenceJob, record: SourceRecord, before: Miss | undefined, marginMs: number): Miss => {
  const { startedAt, previousStartedAt } = job;
  if (before?.last === startedAt) return before;
  const isInARow = before !== undefined && before.last === previousStartedAt;
  const first = isInARow && canBeMissed(record, before.first, marginMs) ? before.first : startedAt;
  return { id: record.ref.id, first, last: startedAt };
};

export const isMissedTwice = ({ first, last }: Miss): boolean => first < last;

/** The record is gone: not a deletion that anybody reported, but one that two complete loads show. It was read again, in a way. */
export const tombstone = ({ object, runs, startedAt }: AbsenceJob, id: RecordId, marginMs: number): Observation => {
  const stamp: Stamp = absenceStamp(startedAt, marginMs);
  return {
    record: { object, id },
    existence: { says: 'gone', stamp, dated: NOTHING_NEW },
    fields: {},
    stamp: NOTHING_NEW,
    gapAt: null,
    reReadAt: startedAt,
    origin: { type: 'file', file: runs.join(' + '), offset: 0 },
    lane: 'bulk',
  };
};

/**
 * A gap may be told after the row that read its record again, and rows may not know when they were read: a complete load began then, and either
 * brought the record or, where nothing says that it exists, had nothing to bring. One that exists and was left out stays stale until it is buried.
 */
export const isReadAgainBy = (record: SourceRecord, isInLoad: boolean): boolean =>
  isStale(record) && (isInLoad || record.existence?.says !== 'exists');

export const readAgain = (job: AbsenceJob, id: RecordId): Observation => ({
  ...tombstone(job, id, 0),
  existence: null,
});

/** Below every stamp: for a record that is gone already, absence adds nothing. */
const NOTHING_NEW: Stamp = '';
