import type { ExistenceClaim, FieldValue, Observation } from '../source/observation.ts';
import { type Stamp, sameButForExtraction } from '../source/stamp.ts';
import type { EpochMs } from '../values/calendar.ts';
import { type Existence, type Gap, isForgotten, type Register, type SourceRecord } from './record.ts';

/**
 * The join of a record and what a source said of it: commutative, associative, idempotent in what it says. Of stamps too, but for one
 * thing: how far an extraction alone reached is kept only from the claim that changed something, or every load would write every record.
 * Returns the very same record where the observation says nothing new, so that the caller writes nothing. To a forgotten one nothing is new: it is the
 * greatest of all.
 */
export const merge = (record: SourceRecord, said: Observation, marginMs: number): SourceRecord => {
  if (isForgotten(record)) return record;
  const fields = mergeFields(record.fields, said.fields, said.stamp);
  const existence = said.existence === null ? record.existence : mergeExistence(record.existence, said.existence);
  const gap = mergeGap(record.gap, said.gapAt, said.reReadAt, marginMs);
  return fields === record.fields && existence === record.existence && gap === record.gap
    ? record
    : { ref: record.ref, fields, existence, gap };
};

const mergeFields = (
  registers: Readonly<Record<string, Register>>,
  said: Readonly<Record<string, FieldValue>>,
  stamp: Stamp,
): Readonly<Record<string, Register>> => {
  let merged: Record<string, Register> | null = null;
  for (const name in said) {
    const value = said[name] ?? null;
    if (!wins(registers[name], value, stamp)) continue;
    merged ??= { ...registers };
    merged[name] = { value, stamp };
  }
  return merged ?? registers;
};

/** Later stamp wins; at one stamp the greater value. A load that repeats a value leaves no trace of having been later. */
const wins = (register: Register | undefined, value: FieldValue, stamp: Stamp): boolean => {
  if (register === undefined) return true;
  if (register.value === value) return stamp > register.stamp && !sameButForExtraction(register.stamp, stamp);
  if (stamp !== register.stamp) return stamp > register.stamp;
  return isGreater(value, register.value);
};

const isGreater = (a: FieldValue, b: FieldValue): boolean => a !== null && (b === null || a > b);

const mergeExistence = (known: Existence | null, claim: ExistenceClaim): Existence => {
  if (known === null) return { says: claim.says, stamp: claim.stamp };
  if (known.says === claim.says)
    return claim.dated > known.stamp && !sameButForExtraction(known.stamp, claim.dated)
      ? { says: claim.says, stamp: claim.dated }
      : known;
  if (claim.stamp !== known.stamp) return claim.stamp > known.stamp ? { says: claim.says, stamp: claim.stamp } : known;
  return claim.says > known.says ? { says: claim.says, stamp: claim.stamp } : known;
};

/** Stale from a gap until an extraction clearly after it; what closed it is kept, so that the gap told again stays closed. */
const mergeGap = (known: Gap | null, gapAt: EpochMs | null, reReadAt: EpochMs | null, marginMs: number): Gap | null => {
  let gap = known;
  if (gapAt !== null && (gap === null || gapAt > gap.since)) {
    const closedBy = gap?.reReadAt ?? null;
    gap = { since: gapAt, reReadAt: closedBy !== null && closedBy >= gapAt + marginMs ? closedBy : null };
  }
  if (gap !== null && gap.reReadAt === null && reReadAt !== null && reReadAt >= gap.since + marginMs)
    gap = { since: gap.since, reReadAt };
  return gap;
};
