import { type Mapping, meaningOf } from '../source/mapping.ts';
import { modifiedAtOf, vouchedAtOf } from '../source/stamp.ts';
import type { EpochMs } from '../values/calendar.ts';
import type { RecordId } from '../values/ids.ts';
import { isStale, type SourceRecord } from './record.ts';

/** Something that is known to be out of date. */
export type StaleEntry = {
  /** record: one record. children: what a contact owned that was merged into another. object: any record of the object. */
  readonly scope: 'record' | 'children' | 'object';
  readonly object: string;
  /** null: the whole object. */
  readonly id: RecordId | null;
  /** The member whose pass may be wrong; null: nobody knows, or everybody's. */
  readonly owner: RecordId | null;
  /** The latest change that no source told. */
  readonly since: EpochMs;
};

export type StaleChange =
  | { readonly type: 'appears'; readonly entry: StaleEntry }
  | { readonly type: 'clears'; readonly entry: StaleEntry };

/** Where an entry stands among the others: by owner, whole objects first ("*" sorts before letters and digits). */
export const staleKey = ({ scope, object, id, owner }: StaleEntry): string =>
  `${scope === 'object' ? '*' : (owner ?? '-')}/${scope}/${object}/${id ?? '*'}`;

/** What a record's change makes stale, and what it makes fresh again. */
export const staleChanges = (mapping: Mapping, before: SourceRecord, after: SourceRecord): readonly StaleChange[] => [
  ...recordChanges(staleRecord(mapping, before), staleRecord(mapping, after)),
  ...mergedAway(mapping, before, after),
];

const recordChanges = (before: StaleEntry | null, after: StaleEntry | null): readonly StaleChange[] => {
  const changes: StaleChange[] = [];
  const isSamePlace = before !== null && after !== null && staleKey(before) === staleKey(after);
  if (before !== null && !isSamePlace) changes.push({ type: 'clears', entry: before });
  if (after !== null && !(isSamePlace && before?.since === after.since))
    changes.push({ type: 'appears', entry: after });
  return changes;
};

/** A record that is known to have gone after the gap cannot be read again, and need not be. */
const staleRecord = (mapping: Mapping, record: SourceRecord): StaleEntry | null => {
  const { ref, gap, existence } = record;
  if (gap === null || !isStale(record)) return null;
  if (existence?.says === 'gone' && vouchedAtOf(existence.stamp) > gap.since) return null;
  return { scope: 'record', object: ref.object, id: ref.id, owner: ownerOfRecord(mapping, record), since: gap.since };
};

const ownerOfRecord = (mapping: Mapping, { ref, fields }: SourceRecord): RecordId | null => {
  const meaning = meaningOf(mapping, ref.object);
  if (meaning?.role === 'member') return ref.id;
  return meaning !== undefined && 'owner' in meaning ? (fields[meaning.owner]?.value ?? null) : null;
};

/**
 * Salesforce reparents the children of a merged contact without telling (Apex guide, "Triggers and Merge Statements"). Nothing moves by itself:
 * the children of the loser are to be read again, and until then the winner's pass may lack them. A deleted contact cannot be edited: the same
 * winner at a later date means that it was restored in between, and merged again.
 */
const mergedAway = (mapping: Mapping, before: SourceRecord, after: SourceRecord): readonly StaleChange[] => {
  const meaning = meaningOf(mapping, after.ref.object);
  if (meaning?.role !== 'member') return [];
  const name = meaning.fields.mergedInto?.field;
  if (name === undefined) return [];
  const winner = after.fields[name];
  if (winner === undefined || winner.value === null) return [];
  const known = before.fields[name];
  if (winner.value === known?.value && modifiedAtOf(winner.stamp) === modifiedAtOf(known.stamp)) return [];
  const { object, id } = after.ref;
  return [
    {
      type: 'appears',
      entry: { scope: 'children', object, id, owner: winner.value, since: modifiedAtOf(winner.stamp) },
    },
  ];
};
