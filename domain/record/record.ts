import type { FieldValue, RecordRef } from '../source/observation.ts';
import { FORGOTTEN, type Stamp } from '../source/stamp.ts';
import type { EpochMs } from '../values/calendar.ts';

/** One source record as merged so far: the join of everything that any source said of it. */
export type SourceRecord = {
  readonly ref: RecordRef;
  readonly fields: Readonly<Record<string, Register>>;
  readonly existence: Existence | null;
  readonly gap: Gap | null;
};

/** The winning value of one field. No register: never said. */
export type Register = { readonly value: FieldValue; readonly stamp: Stamp };

export type Existence = { readonly says: 'exists' | 'gone'; readonly stamp: Stamp };

/** `since`: the latest change that no source could say. `reReadAt`: the extraction that closed it; null: the record is stale. */
export type Gap = { readonly since: EpochMs; readonly reReadAt: EpochMs | null };

export const unheardOf = (ref: RecordRef): SourceRecord => ({ ref, fields: {}, existence: null, gap: null });

export const isStale = (record: SourceRecord): boolean => record.gap !== null && record.gap.reReadAt === null;

/** Of a member who was forgotten: no source brings it back. */
export const isForgotten = ({ existence }: SourceRecord): boolean => existence?.stamp === FORGOTTEN;

/** Something is known of the record and it is not known to be gone. */
export const isPresent = (record: SourceRecord): boolean =>
  record.existence === null ? Object.keys(record.fields).length > 0 : record.existence.says === 'exists';
