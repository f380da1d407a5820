import type { Mapping } from '../source/mapping.ts';
import { fieldsRead } from '../source/mapping.ts';
import { recordKey } from '../source/observation.ts';
import type { Register, SourceRecord } from './record.ts';

/**
 * Whose data key seals a record's personal fields: the member it is about. While it has no owner, a key of its own.
 * Destroying a member's key makes all of that member's personal data unreadable.
 */
export const keyIdOf = (mapping: Mapping, record: SourceRecord): string => {
  const meaning = mapping.objects[record.ref.object];
  if (meaning?.role === 'member') return memberKeyId(record.ref.id);
  const owner = meaning !== undefined && 'owner' in meaning ? record.fields[meaning.owner]?.value : null;
  return owner == null ? `record:${recordKey(record.ref)}` : memberKeyId(owner);
};

export const memberKeyId = (memberId: string): string => `member:${memberId}`;

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
export const forgottenRegister: Register = { value: null, stamp: '~' };
