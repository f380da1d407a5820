import type { EventType } from '../event/events.ts';
import type { StoredRecord } from '../ports.ts';
import { isForgotten } from '../record/record.ts';
import type { FieldMapping, Mapping, ObjectMapping } from '../source/mapping.ts';
import { meaningOf } from '../source/mapping.ts';
import type { FieldValue, RecordRef } from '../source/observation.ts';
import { readStamp, type StampReading, vouchedAtOf } from '../source/stamp.ts';
import { type AttributeChange, judgedFrom } from './attributes.ts';
import type { Subject } from './subject.ts';

/** A field of the source, and what is known of it today. */
export type SourceField = {
  /** "Order.TotalAmount". */
  readonly field: string;
  /** Our word for it. */
  readonly attribute: string;
  /** What the event says of it. null: it does not tell, only what was judged from it. */
  readonly change: { readonly before: unknown; readonly after: unknown } | null;
  /** Merged, as it stands today: later than an instant that was asked for. null: never said. */
  readonly today: { readonly value: FieldValue; readonly stamp: StampReading | null } | null;
};

/** The record behind a step. object null: several objects have that role, and the record is not known any more. */
export type Source = {
  readonly object: string | null;
  readonly id: string;
  readonly fields: readonly SourceField[];
  /** The source vouched for this, then: the record was deleted. null: it exists, or nobody said. */
  readonly goneSince: number | null;
};

/** Whose records these are, as far as they are kept. */
export type Registers = ReadonlyMap<string, StoredRecord>;

/** Every record that a subject can be: one for each object of its role. */
export const candidates = ({ objects }: Mapping, { role, id }: Subject): readonly RecordRef[] =>
  Object.entries(objects).flatMap(([object, meaning]) => (meaning.role === role ? [{ object, id }] : []));

export const sourceOf = (
  mapping: Mapping,
  registers: Registers,
  subject: Subject,
  type: EventType | null,
  attributes: readonly AttributeChange[],
): Source => {
  const possible = candidates(mapping, subject);
  const stored = possible.flatMap(({ object, id }) => registers.get(`${object}/${id}`) ?? []);
  const object = stored[0]?.record.ref.object ?? (possible.length === 1 ? (possible[0]?.object ?? null) : null);
  const meaning = object === null ? undefined : meaningOf(mapping, object);
  if (object === null || meaning === undefined) return { object, id: subject.id, fields: [], goneSince: null };
  const record = stored[0]?.record;
  const fields = fieldsOf(meaning, type, attributes).map(({ attribute, field, kind, change }): SourceField => {
    const register = record?.fields[field];
    const value = register?.value ?? null;
    const isInstant = kind === 'instant' && value !== null;
    return {
      field: `${object}.${field}`,
      attribute,
      change,
      today:
        register === undefined
          ? null
          : {
              value: isInstant ? new Date(Number(value)).toISOString() : value,
              stamp: readStamp(register.stamp),
            },
    };
  });
  const goneSince =
    record?.existence?.says === 'gone' && !isForgotten(record) ? vouchedAtOf(record.existence.stamp) : null;
  return { object, id: subject.id, fields, goneSince };
};

type Read = Pick<FieldMapping, 'field' | 'kind'> & Pick<SourceField, 'attribute' | 'change'>;

const fieldsOf = (
  meaning: ObjectMapping,
  type: EventType | null,
  attributes: readonly AttributeChange[],
): readonly Read[] => {
  const moved = type?.includes('Moved') === true && 'owner' in meaning;
  const owner: readonly Read[] = moved
    ? [{ attribute: 'owner', field: meaning.owner, kind: 'reference', change: null }]
    : [];
  const named: Readonly<Record<string, FieldMapping>> = meaning.fields;
  const custom = meaning.custom ?? {};
  const read = attributes.flatMap(({ keys, before, after }): readonly Read[] => {
    const name = keys.at(-1) ?? '';
    const change = type === null ? null : { before, after };
    if (keys.includes('custom'))
      return custom[name] === undefined ? [] : [{ ...custom[name], attribute: name, change }];
    const judged = keys.length === 1 ? judgedFrom[name] : undefined;
    return (judged ?? [name]).flatMap((attribute) =>
      named[attribute] === undefined
        ? []
        : [{ ...named[attribute], attribute, change: judged === undefined ? change : null }],
    );
  });
  const byField = new Map([...owner, ...read].map((one) => [one.field, one]));
  return [...byField.values()];
};
