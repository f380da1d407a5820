import type { FieldMapping, ObjectMapping } from '../source/mapping.ts';
import type { FieldValue } from '../source/observation.ts';
import type { SourceRecord } from './record.ts';

type Values = Readonly<Record<string, FieldValue>>;

/** The attributes that the mapping adds, as events carry them: open ones and, sealed, personal ones. Absent or null where it adds none. */
export type CustomFacts = {
  readonly open: { readonly custom?: Values; readonly onPass?: readonly string[] };
  readonly sealed: Values | null;
};

export const readCustom = ({ custom }: ObjectMapping, record: SourceRecord): CustomFacts => {
  if (custom === undefined) return none;
  const declared = Object.entries(custom);
  const open = valuesOf(
    declared.filter(([, { isPersonal }]) => !isPersonal),
    record,
  );
  const sealed = valuesOf(
    declared.filter(([, { isPersonal }]) => isPersonal),
    record,
  );
  const onPass = declared.filter(([, mapping]) => mapping.onPass).map(([name]) => name);
  return {
    open: { ...(open !== null && { custom: open }), ...(onPass.length > 0 && { onPass }) },
    sealed,
  };
};

/** Of a record that belongs to a member: what is personal is sealed under the member's key. */
export const ownedCustomFacts = (meaning: ObjectMapping, record: SourceRecord) => {
  const { open, sealed } = readCustom(meaning, record);
  return { ...open, ...(sealed !== null && { personal: { custom: sealed } }) };
};

const none: CustomFacts = { open: {}, sealed: null };

const valuesOf = (declared: readonly (readonly [string, FieldMapping])[], record: SourceRecord): Values | null =>
  declared.length === 0 ? null : Object.fromEntries(declared.map(([name, mapping]) => [name, told(mapping, record)]));

/** Instants are merged as epoch milliseconds, and told as people write them. */
const told = ({ field, kind }: FieldMapping, record: SourceRecord): FieldValue => {
  const value = record.fields[field]?.value ?? null;
  return value === null || kind !== 'instant' ? value : new Date(Number(value)).toISOString();
};
