import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import {
  canBeStamped,
  eventExistenceStamp,
  eventStamp,
  type FieldValue,
  type Mapping,
  type Observation,
  type PlatformEventMapping,
  readInstant,
  salesforceId,
} from '#domain/index.ts';
import type { InputFault } from './fault.ts';
import { positionByMilliseconds, type ReadSaid, readableFields, readSaid, refuse } from './saidFields.ts';

/**
 * Reads a platform event as the mapping says: AppFlow's detail (the event itself) or Event Relay's (the same under `payload`).
 * A body may hold every field of the event, with null where its publisher set none: so null says nothing in an event of kind
 * `changed`, and empty in one of kind `whole`.
 */
export const readPlatformEvent = (
  mapping: Mapping,
  event: PlatformEventMapping,
  detail: unknown,
  eventId: string,
): ReadSaid => {
  const located = locate(detail);
  if (located === null) return refuse({ path: 'detail', expected: 'expected the fields of a platform event' });
  const { body, path } = located;
  const rawId = body[event.id];
  const id = typeof rawId === 'string' ? salesforceId(rawId.trim()) : O.none;
  if (O.isNone(id))
    return refuse({
      path: `${path}.${event.id}`,
      expected: 'expected a Salesforce id of 15 or 18 letters and digits',
    });
  const at = O.filter(canBeStamped)(readInstant(body[event.stamp]));
  if (O.isNone(at)) return refuse({ path: `${path}.${event.stamp}`, expected: 'expected a date and time after 1970' });
  const fields = readFields(mapping, event, body, path);
  if (E.isLeft(fields)) return refuse(fields.left);

  const position = positionByMilliseconds(at.value);
  const stamp = eventExistenceStamp(at.value, position);
  const observation: Observation = {
    record: { object: event.object, id: id.value },
    // Published at once, an event may tell of a record whose transaction was rolled back: only what tells all of it vouches for it.
    existence:
      event.kind === 'changed' ? null : { says: event.kind === 'whole' ? 'exists' : 'gone', stamp, dated: stamp },
    fields: fields.right,
    stamp: eventStamp(at.value, position),
    gapAt: null,
    reReadAt: null,
    origin: { type: 'event', eventId },
    lane: 'live',
  };
  return { observations: [observation], faults: [] };
};

type Body = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const locate = (detail: unknown): { readonly body: Body; readonly path: string } | null => {
  if (!isObject(detail)) return null;
  return isObject(detail.payload) ? { body: detail.payload, path: 'detail.payload' } : { body: detail, path: 'detail' };
};

const readFields = (
  mapping: Mapping,
  event: PlatformEventMapping,
  body: Body,
  path: string,
): E.Either<InputFault, Readonly<Record<string, FieldValue>>> => {
  const values: Record<string, FieldValue> = {};
  if (event.kind === 'deleted') return E.right(values);
  const readable = readableFields(mapping, event.object);
  for (const [eventField, target] of Object.entries(event.fields)) {
    const field = readable?.get(target);
    const raw = body[eventField] ?? null;
    if (field === undefined || (event.kind === 'changed' && raw === null)) continue;
    const value = readSaid(field, raw, `${path}.${eventField}`);
    if (E.isLeft(value)) return value;
    values[target] = value.right;
  }
  return E.right(values);
};
