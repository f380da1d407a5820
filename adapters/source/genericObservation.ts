import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import * as t from 'io-ts';
import {
  canBeStamped,
  type EpochMs,
  eventExistenceStamp,
  eventStamp,
  type FieldValue,
  type Mapping,
  type Observation,
  readInstant,
  salesforceId,
} from '#domain/index.ts';
import { faultOf } from './fault.ts';
import { positionByMilliseconds, type ReadSaid, readableFields, readSaid, refuse } from './saidFields.ts';

/**
 * What a system that is not Salesforce puts on the source bus, with any `source` and this detail-type. Strict: a key or a field that is
 * not known is refused, since whoever writes it expects it to matter.
 *
 *   object      an object of the mapping
 *   id          of the record: letters, digits and ". _ : -", at most 64; a Salesforce id of 15 characters is taken for its 18
 *   observedAt  as of when the fields are so: ISO 8601, or epoch milliseconds
 *   position    optional: a whole number that orders what was observed in one second; else its milliseconds do
 *   existence   optional: "exists" or "gone"; absent: not said
 *   fields      API name of a field → value; null: empty; a field left out is not said
 */
export const GENERIC_DETAIL_TYPE = 'billfold.observation';

export const readGenericObservation = (mapping: Mapping, detail: unknown, eventId: string): ReadSaid => {
  const decoded = Detail.decode(detail);
  if (E.isLeft(decoded)) return refuse(faultOf('detail', decoded.left));
  const said = decoded.right;
  const stranger = Object.keys(said).find((key) => !KEYS.includes(key));
  if (stranger !== undefined) return refuse({ path: 'detail', expected: `expected no keys but ${KEYS.join(', ')}` });
  const readable = readableFields(mapping, said.object);
  if (readable === undefined)
    return refuse({
      path: 'detail.object',
      expected: `expected an object of the mapping (${Object.keys(mapping.objects).join(', ')})`,
    });

  const fields: Record<string, FieldValue> = {};
  for (const [name, raw] of Object.entries(said.fields)) {
    const field = readable.get(name);
    if (field === undefined)
      return refuse({
        path: 'detail.fields',
        expected: `expected only fields that the mapping reads (${[...readable.keys()].join(', ')})`,
      });
    const value = readSaid(field, raw, `detail.fields.${name}`);
    if (E.isLeft(value)) return refuse(value.left);
    fields[name] = value.right;
  }

  const position =
    said.position === undefined
      ? positionByMilliseconds(said.observedAt)
      : { commitNumber: said.position, sequenceNumber: 0 };
  const stamp = eventExistenceStamp(said.observedAt, position);
  const observation: Observation = {
    record: { object: said.object, id: O.getOrElse(() => said.id)(salesforceId(said.id)) },
    existence: said.existence === undefined ? null : { says: said.existence, stamp, dated: stamp },
    fields,
    stamp: eventStamp(said.observedAt, position),
    gapAt: null,
    reReadAt: null,
    origin: { type: 'event', eventId },
    lane: 'live',
  };
  return { observations: [observation], faults: [] };
};

const KEYS: readonly string[] = ['object', 'id', 'observedAt', 'position', 'existence', 'fields'];

const Id = new t.Type<string, string, unknown>(
  'an id of at most 64 letters, digits and ". _ : -"',
  t.string.is,
  (raw, context) => (typeof raw === 'string' && /^[\w.:-]{1,64}$/.test(raw) ? t.success(raw) : t.failure(raw, context)),
  t.identity,
);

const ObservedAt = new t.Type<EpochMs, EpochMs, unknown>(
  'a date and time such as 2026-03-04T05:06:07.000Z, or epoch milliseconds, after 1970',
  t.number.is,
  (raw, context) => {
    const at = readInstant(raw);
    return O.isSome(at) && canBeStamped(at.value) ? t.success(at.value) : t.failure(raw, context);
  },
  t.identity,
);

/** As text where it is too large for a double. */
const Position = new t.Type<string, string, unknown>(
  'a whole number of at most 20 digits',
  t.string.is,
  (raw, context) => {
    const exact = typeof raw === 'object' && raw !== null && 'exactNumber' in raw ? raw.exactNumber : raw;
    const text = typeof exact === 'string' || typeof exact === 'number' ? String(exact) : '';
    return /^\d{1,20}$/.test(text) ? t.success(text) : t.failure(raw, context);
  },
  t.identity,
);

const Detail = t.intersection([
  t.type({
    object: new t.Type<string, string, unknown>(
      'the API name of an object',
      t.string.is,
      (raw, context) => (typeof raw === 'string' ? t.success(raw) : t.failure(raw, context)),
      t.identity,
    ),
    id: Id,
    observedAt: ObservedAt,
    fields: new t.Type<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>, unknown>(
      'an object of fields and values',
      (value): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null,
      (raw, context) =>
        typeof raw === 'object' && raw !== null && !Array.isArray(raw)
          ? t.success({ ...raw })
          : t.failure(raw, context),
      t.identity,
    ),
  }),
  t.partial({
    position: Position,
    existence: t.keyof({ exists: null, gone: null }, '"exists" or "gone"'),
  }),
]);
