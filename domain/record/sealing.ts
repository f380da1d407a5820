import type { Mapping } from '../source/mapping.ts';
import { fieldsRead } from '../source/mapping.ts';
import { type RecordRef, recordKey } from '../source/observation.ts';
import { FORGOTTEN } from '../source/stamp.ts';
import type { Register, SourceRecord } from './record.ts';

/**
 * Whose data key seals a record's personal fields: the member it is about. While it has no owner, a key of its own.
 * Destroying a member's key makes all of that member's personal data unreadable.
 */
export const keyIdOf = (mapping: Mapping, record: SourceRecord): string => {
  const meaning = mapping.objects[record.ref.object];
  if (meaning?.role === 'member') return memberKeyId(record.ref.id);
  const owner = meaning !== undefined && 'owner' in meaning ? record.fields[meaning.owner]?.value : null;
  return owner == null ? recordKeyId(record.ref) : memberKeyId(owner);
};

/** While nobody owns it. */
export const recordKeyId = (ref: RecordRef): string => `record:${recordKey(ref)}`;

const MEMBER_KEY = 'member:';
export const memberKeyId = (memberId: string): string => `${MEMBER_KEY}${memberId}`;

/** Whose key it is; null: of no member. */
export const memberOfKey = (keyId: string): string | null =>
  keyId.startsWith(MEMBER_KEY) ? keyId.slice(MEMBER_KEY.length) : null;

/** Names of the personal fields of each object. */
export const personalFields = (mapping: Mapping): Readonly<Record<string, ReadonlySet<string>>> =>
  Object.fromEntries(
    Object.entries(mapping.objects).map(([object, meaning]) => [
      object,
      new Set(
        fieldsRead(meaning)
          .filter(({ isPersonal }) => isPersonal)
          .map(({ field }) => field),
      ),
    ]),
  );

/**
 * What is left of a personal field when its key has been destroyed. The stamp is later than any that a source can give,
 * so that late data does not bring the field back, and its redelivery finds nothing new.
 */
export const forgottenRegister: Register = { value: null, stamp: FORGOTTEN };

/** What is left of a forgotten member's own record: that there is nothing to be learnt of it any more (merge.ts). */
export const forgottenRecord = (ref: RecordRef): SourceRecord => ({
  ref,
  fields: {},
  existence: { says: 'gone', stamp: FORGOTTEN },
  gap: null,
});

/** A record that belongs to a forgotten member, without what is personal of it, also what nobody has said yet. The very same where that is so already. */
export const withoutPersonal = (record: SourceRecord, names: ReadonlySet<string> = new Set()): SourceRecord => {
  const left = [...names].filter((name) => record.fields[name]?.stamp !== FORGOTTEN);
  if (left.length === 0) return record;
  return {
    ...record,
    fields: { ...record.fields, ...Object.fromEntries(left.map((name) => [name, forgottenRegister])) },
  };
};
