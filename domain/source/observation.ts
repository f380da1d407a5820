import type { EpochMs } from '../values/calendar.ts';
import type { RecordId } from '../values/ids.ts';
import type { Stamp } from './stamp.ts';

/** A field's value in canonical text (see fieldValue.ts); null: empty. */
export type FieldValue = string | null;

/** What one source said about one record: the only input of the domain. */
export type Observation = {
  readonly record: RecordRef;
  /** null: the source did not say whether the record exists. */
  readonly existence: ExistenceClaim | null;
  /** Only what was said; an absent field is unsaid, not empty. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** How recent the fields are; every source says all its fields as of one moment. */
  readonly stamp: Stamp;
  /** A gap: something changed by this time that the source could not say. Read the record again. */
  readonly gapAt: EpochMs | null;
  /** When a truly known extraction read the record again: it closes gaps clearly before it. */
  readonly reReadAt: EpochMs | null;
  readonly origin: Origin;
  readonly lane: Lane;
  /** Of the row that said this, where it was one. */
  readonly rowHash?: RowHash;
};

/**
 * 64 bits of a row's bytes and of all that decides how they are read, as text: rows of one hash are the same observation but for
 * when they were extracted.
 */
export type RowHash = string;

export type RecordRef = { readonly object: string; readonly id: RecordId };

export type ExistenceClaim = {
  readonly says: 'exists' | 'gone';
  readonly stamp: Stamp;
  /** The stamp without what the extraction time adds: all that a claim which changes nothing may leave behind. */
  readonly dated: Stamp;
};

/** Where an observation came from, to show to a person. Offset: bytes from the start of the (unpacked) file. */
export type Origin =
  | { readonly type: 'event'; readonly eventId: string }
  | { readonly type: 'file'; readonly file: string; readonly offset: number };

/** Live changes go first; bulk work (loads, sweeps) never delays them. */
export type Lane = 'live' | 'bulk';

export const recordKey = ({ object, id }: RecordRef): string => `${object}/${id}`;

export const originText = (origin: Origin): string =>
  origin.type === 'event' ? `event ${origin.eventId}` : `${origin.file} at byte ${origin.offset}`;
