import fc from 'fast-check';
import {
  type FieldMapping,
  type FieldValue,
  fieldsRead,
  type Mapping,
  type ObjectMapping,
  type Observation,
} from '#domain/index.ts';
import { dateArb } from '#test/support/arbitraries.ts';
import { ADA, BEN, deleted, event, type Fields, type Said } from '#test/support/scenario.ts';

/** By API name of a field: what it may hold, where text of any kind says too little. */
export type FieldValues = Readonly<Record<string, fc.Arbitrary<FieldValue>>>;

/**
 * What change events may say, of a few records of every object of a mapping and within half a minute: records appear, change, move
 * between two members and go, ties within a second included. In the order in which they are said.
 */
export const saidArb = (mapping: Mapping, values: FieldValues = {}): fc.Arbitrary<readonly Observation[]> => {
  const one = fc.oneof(
    ...Object.entries(mapping.objects).map(([object, meaning]) => ({
      arbitrary: ofObjectArb(mapping, object, values),
      weight: meaning.role === 'purchase' ? 3 : 1,
    })),
  );
  return fc
    .record({ rest: fc.array(one, { maxLength: 14 }), isEnrolled: fc.nat({ max: 3 }).map((n) => n > 0) })
    .map(({ rest, isEnrolled }) =>
      [...(isEnrolled ? enrolments(mapping) : []), ...rest].map((said, index) => said(index)),
    );
};

/** Most histories are of a member who has a pass. */
const enrolments = ({ objects }: Mapping): readonly Said[] =>
  Object.entries(objects).flatMap(([object, meaning]) =>
    meaning.role === 'member' ? [event(object, { [meaning.fields.number.field]: 'M-1' }, { id: ADA, at: 0 })] : [],
  );

const ofObjectArb = (mapping: Mapping, object: string, values: FieldValues) => {
  const meaning = mapping.objects[object]!;
  const fields = Object.fromEntries(
    fieldsRead(meaning).map((read) => [
      read.field,
      values[read.field] ?? fc.option(valueArb(mapping, meaning, read), { freq: 8 }),
    ]),
  );
  return fc
    .record({
      id: fc.constantFrom(...idsOf(object, meaning)),
      fields: fc.record(fields, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Fields>,
      at: fc.nat({ max: 30 }),
      isDeletion: fc.nat({ max: 9 }).map((n) => n === 0),
    })
    .map(
      ({ id, fields, at, isDeletion }) =>
        (index: number): Observation =>
          (isDeletion ? deleted(object, { id, at }) : event(object, fields, { id, at }))(index),
    );
};

const idsOf = (object: string, { role }: ObjectMapping): readonly [string, ...string[]] =>
  role === 'member' ? [ADA, BEN] : [`${object}-1`, `${object}-2`, `${object}-3`, `${object}-4`, `${object}-5`];

const valueArb = (mapping: Mapping, meaning: ObjectMapping, read: FieldMapping): fc.Arbitrary<FieldValue> => {
  const fields: Readonly<Record<string, FieldMapping | undefined>> = meaning.fields;
  const isAttribute = (name: string): boolean => fields[name]?.field === read.field;
  const idsOfRole = (role: ObjectMapping['role']) =>
    Object.entries(mapping.objects).flatMap(([object, other]) => (other.role === role ? idsOf(object, other) : []));
  if ('owner' in meaning && read.field === meaning.owner) return fc.constantFrom(ADA, ADA, ADA, BEN);
  if (isAttribute('definition')) return fc.constantFrom('', ...idsOfRole('definition'));
  if (isAttribute('tier')) return fc.constantFrom('', ...idsOfRole('tier'));
  if (isAttribute('status')) return fc.constantFrom('Nothing of the kind', ...statusesOf(meaning));
  if (isAttribute('currency')) return fc.constantFrom(mapping.programme.currency, mapping.programme.currency, 'JPY');
  return kindArbs[read.kind];
};

const statusesOf = (meaning: ObjectMapping): readonly string[] => {
  if (meaning.role === 'purchase') return meaning.countedStatuses ?? [];
  if (meaning.role === 'grant') return [...(meaning.availableStatuses ?? []), ...(meaning.redeemedStatuses ?? [])];
  return [];
};

/** Two that are odd as keys of an object. */
const textArb = fc.constantFrom('a', 'b', 'Bon d’achat', 'constructor', '__proto__');
/** As the readers of the sources leave them: canonical text. */
const kindArbs: Readonly<Record<FieldMapping['kind'], fc.Arbitrary<string>>> = {
  text: textArb,
  choice: textArb,
  decimal: fc.oneof(fc.constantFrom('0', '9.99', '500', '-20'), fc.integer({ min: 1, max: 3000 }).map(String)),
  date: dateArb,
  instant: dateArb.map((date) => String(Date.parse(`${date}T21:30:00Z`))),
  flag: fc.constantFrom('false', 'false', 'false', 'true'),
  reference: fc.constantFrom('none-1', 'none-2'),
};
