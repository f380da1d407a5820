import type { QuarantineItem, RecordWrite } from '../ports.ts';
import { type RecordRef, recordKey } from '../source/observation.ts';
import type { EpochMs } from '../values/calendar.ts';

/** A record that holds what cannot be stands in quarantine under its own name until it is mended. */
export const recordFaultId = (ref: RecordRef): string => `record:${recordKey(ref)}`;

export const recordFaultItem = (
  ref: RecordRef,
  { fault, origin }: NonNullable<RecordWrite['fault']>,
  quarantinedAt: EpochMs,
): QuarantineItem => ({
  id: recordFaultId(ref),
  type: 'record',
  origin,
  path: fault.path,
  reason: fault.expected,
  quarantinedAt,
  content: null,
});
