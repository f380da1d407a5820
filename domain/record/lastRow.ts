import type { Observation, RowHash } from '../source/observation.ts';
import { isOfHighRank } from '../source/stamp.ts';
import { isStale, type SourceRecord } from './record.ts';

/**
 * The row that a record may be known by: where it comes again, whenever it was extracted, merging it gives the very same record, so that it need
 * not be understood. Kept with the write that it had the last word in, and no longer than until the next one.
 *
 *   its fields   each register holds its value. Of one value only the second and the rank of a stamp count (merge.ts), and the registers' are not below
 *                the row's. Extracted again its rank is no higher, because it is the highest; a lower one would still win over an event of its second.
 *   existence    the same, by the row's own dates. What its extraction adds counts only against a record that says otherwise.
 *   a gap        none is open: a later extraction would close it.
 *
 * What is read may be older than what is stored: then the row meets it as if it had come before what was said since.
 * undefined: the next row is to be understood, as every row was before there was this.
 */
export const lastRowOf = (record: SourceRecord, last: Observation | undefined): RowHash | undefined =>
  last?.rowHash !== undefined && saysNothingNewEver(record, last) ? last.rowHash : undefined;

const saysNothingNewEver = (record: SourceRecord, { fields, stamp, existence }: Observation): boolean =>
  isOfHighRank(stamp) &&
  existence !== null &&
  isOfHighRank(existence.dated) &&
  existence.says === record.existence?.says &&
  !isStale(record) &&
  holdsAll(record, fields);

const holdsAll = (record: SourceRecord, fields: Observation['fields']): boolean => {
  for (const name in fields) if (record.fields[name]?.value !== fields[name]) return false;
  return true;
};
