import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import * as t from 'io-ts';
import {
  canBeStamped,
  type EpochMs,
  type EventPosition,
  type ExistenceClaim,
  eventExistenceStamp,
  eventStamp,
  type FieldMapping,
  type FieldValue,
  fieldsRead,
  isIgnored,
  type Mapping,
  meaningOf,
  type Observation,
  readField,
  readInstant,
  salesforceId,
} from '#domain/index.ts';
import { faultOf, type InputFault } from './fault.ts';
import { compoundPartOf, partValue } from './flatten.ts';

/** What a change event said: of each record it names that could be read, of the whole object, and what could not be read. */
export type ReadChangeEvent = {
  readonly observations: readonly Observation[];
  readonly objectGaps: readonly ObjectGap[];
  readonly faults: readonly InputFault[];
};

/** Something of any record of the object changed by then. */
export type ObjectGap = { readonly object: string; readonly since: EpochMs };

/**
 * Reads the detail of a Salesforce change event: AppFlow's (the change event itself) or Event Relay's (the same under `payload`).
 * Of an object that the mapping ignores, nothing.
 * CREATE and UNDELETE say every non-empty field, UPDATE those named in changedFields, DELETE none (CDC Developer Guide, "Change Event Body").
 */
export const readChangeEvent = (mapping: Mapping, detail: unknown, eventId: string): ReadChangeEvent => {
  const located = locate(detail);
  if (located === null)
    return refuse({ path: 'detail.ChangeEventHeader', expected: 'expected the header of a change event' });
  const { body, path } = located;
  if (isOfIgnored(mapping, body.ChangeEventHeader)) return { observations: [], objectGaps: [], faults: [] };
  const decoded = Header.decode(body.ChangeEventHeader);
  if (E.isLeft(decoded)) return refuse(faultOf(`${path}.ChangeEventHeader`, decoded.left));
  const header = decoded.right;
  const meaning = meaningOf(mapping, header.entityName);
  if (meaning === undefined)
    return refuse({
      path: `${path}.ChangeEventHeader.entityName`,
      expected: `expected an object of the mapping (${Object.keys(mapping.objects).join(', ')})`,
    });

  const fields = readBody(header, body, path, fieldsRead(meaning));
  if (E.isLeft(fields)) return refuse(fields.left);
  const modifiedAt = lastModified(body, header);
  if (modifiedAt === null)
    return refuse({ path: `${header.entityName}.LastModifiedDate`, expected: 'expected a date and time after 1970' });

  const position: EventPosition = {
    commitNumber: header.commitNumber ?? '0',
    sequenceNumber: header.sequenceNumber ?? 0,
  };
  const observe = (id: string): Observation => ({
    record: { object: header.entityName, id },
    existence: existenceOf(header, position),
    fields: fields.right,
    stamp: eventStamp(modifiedAt, position),
    gapAt: isGap(header) ? header.commitTimestamp : null,
    reReadAt: null,
    origin: { type: 'event', eventId },
    lane: 'live',
  });
  const ids = header.recordIds.map((id, index) => ({ index, isOfAll: isWholeObject(id), id: salesforceId(id.trim()) }));
  const ofRecords = ids.filter(({ isOfAll }) => !isOfAll);
  const isOfObject = header.changeType === 'GAP_OVERFLOW' || ofRecords.length < ids.length;
  return {
    observations: ofRecords.flatMap(({ id }) => (O.isSome(id) ? [observe(id.value)] : [])),
    objectGaps: isOfObject ? [{ object: header.entityName, since: header.commitTimestamp }] : [],
    faults: ofRecords.flatMap(({ id, index }) =>
      O.isSome(id)
        ? []
        : [
            {
              path: `${path}.ChangeEventHeader.recordIds.${index}`,
              expected: 'expected a Salesforce id of 15 or 18 letters and digits',
            },
          ],
    ),
  };
};

const refuse = (fault: InputFault): ReadChangeEvent => ({ observations: [], objectGaps: [], faults: [fault] });

type Body = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** AppFlow: detail is the change event. Event Relay: detail.payload is. */
const locate = (detail: unknown): { readonly body: Body; readonly path: string } | null => {
  if (!isObject(detail)) return null;
  if (isObject(detail.ChangeEventHeader)) return { body: detail, path: 'detail' };
  const { payload } = detail;
  return isObject(payload) && isObject(payload.ChangeEventHeader) ? { body: payload, path: 'detail.payload' } : null;
};

/** Told by the name alone: what else the header of such an event holds is nobody's business. */
const isOfIgnored = (mapping: Mapping, header: unknown): boolean =>
  isObject(header) && typeof header.entityName === 'string' && isIgnored(mapping, header.entityName);

/** Epoch milliseconds as number or text. */
const CommitTimestamp = new t.Type<EpochMs, EpochMs, unknown>(
  'epoch milliseconds',
  t.number.is,
  (raw, context) => {
    const at = readInstant(raw);
    return O.isSome(at) && at.value > 0 && canBeStamped(at.value) ? t.success(at.value) : t.failure(raw, context);
  },
  t.identity,
);

/** "" where there is no text: String() of an object may throw. */
const digitsOf = (raw: unknown): string => (typeof raw === 'string' || typeof raw === 'number' ? String(raw) : '');

/** Digits of an integer too large for a double. */
const CommitNumber = new t.Type<string, string, unknown>(
  'a whole number of at most 20 digits',
  t.string.is,
  (raw, context) => {
    const text = isObject(raw) && typeof raw.exactNumber === 'string' ? raw.exactNumber : digitsOf(raw);
    return /^\d{1,20}$/.test(text) ? t.success(text.replace(/^0+(?=\d)/, '')) : t.failure(raw, context);
  },
  t.identity,
);

const SequenceNumber = new t.Type<number, number, unknown>(
  'a whole number',
  t.number.is,
  (raw, context) => (/^\d{1,10}$/.test(digitsOf(raw)) ? t.success(Number(raw)) : t.failure(raw, context)),
  t.identity,
);

/** Names; the Pub/Sub API's hex bitmaps ("0x400800", "1-0x10") cannot be read without the event's schema. */
const ChangedField = new t.Type<string, string, unknown>(
  'a field name (bitmaps need the schema of the Pub/Sub API)',
  t.string.is,
  (raw, context) =>
    typeof raw === 'string' && /^[a-zA-Z]\w*(\.\w+)*$/.test(raw) ? t.success(raw) : t.failure(raw, context),
  t.identity,
);

const RecordIds = new t.Type<readonly string[], readonly string[], unknown>(
  'a list of record ids',
  (value): value is readonly string[] => Array.isArray(value),
  (raw, context) =>
    Array.isArray(raw) && raw.length > 0 && raw.every((id) => typeof id === 'string')
      ? t.success(raw)
      : t.failure(raw, context),
  t.identity,
);

const ChangeType = t.keyof(
  {
    CREATE: null,
    UPDATE: null,
    DELETE: null,
    UNDELETE: null,
    GAP_CREATE: null,
    GAP_UPDATE: null,
    GAP_DELETE: null,
    GAP_UNDELETE: null,
    GAP_OVERFLOW: null,
  },
  'a change type such as CREATE or UPDATE',
);

const Header = t.intersection([
  t.type({
    entityName: new t.Type<string, string, unknown>(
      'the API name of an object',
      t.string.is,
      (raw, context) => (typeof raw === 'string' && raw !== '' ? t.success(raw) : t.failure(raw, context)),
      t.identity,
    ),
    recordIds: RecordIds,
    changeType: ChangeType,
    commitTimestamp: CommitTimestamp,
  }),
  t.partial({
    commitNumber: CommitNumber,
    sequenceNumber: SequenceNumber,
    changedFields: t.readonlyArray(ChangedField, 'a list of field names'),
  }),
]);
type Header = t.TypeOf<typeof Header>;

const isGap = ({ changeType }: Header): boolean => changeType.startsWith('GAP_');

/** The dummy id of overflow events and wildcards such as 003* name no record: all of them (CDC Developer Guide, "ChangeEventHeader"). */
const isWholeObject = (id: string): boolean => /^(?:0{15}\w*|[a-zA-Z0-9]{3}\*)$/.test(id.trim());

const existenceOf = (header: Header, position: EventPosition): ExistenceClaim | null => {
  if (isGap(header)) return null;
  const stamp = eventExistenceStamp(header.commitTimestamp, position);
  return { says: header.changeType === 'DELETE' ? 'gone' : 'exists', stamp, dated: stamp };
};

/** The body's own date orders it against rows; without one, the commit does. null: unreadable. */
const lastModified = (body: Body, header: Header): EpochMs | null => {
  const raw = body.LastModifiedDate;
  if (raw === null || raw === undefined || raw === '') return header.commitTimestamp;
  const at = readInstant(raw);
  return O.isSome(at) && canBeStamped(at.value) ? at.value : null;
};

const readBody = (
  header: Header,
  body: Body,
  path: string,
  fields: readonly FieldMapping[],
): E.Either<InputFault, Readonly<Record<string, FieldValue>>> => {
  if (header.changeType === 'DELETE' || isGap(header)) return E.right({});
  const isUpdate = header.changeType === 'UPDATE';
  if (isUpdate && header.changedFields === undefined)
    return E.left({
      path: `${path}.ChangeEventHeader.changedFields`,
      expected: 'expected the names of the changed fields',
    });
  const changed = new Set(header.changedFields);
  const values: Record<string, FieldValue> = {};
  for (const mapped of fields) {
    const raw = isUpdate ? changedValue(body, changed, mapped) : createdValue(body, mapped);
    // A long text may come as a difference to the text before (CDC guide, "Large Text Fields"): it says nothing by itself.
    if (raw === undefined || (isObject(raw) && 'diff' in raw)) continue;
    const value = readField(mapped.kind, raw);
    if (E.isLeft(value)) return E.left({ path: `${header.entityName}.${mapped.field}`, expected: value.left });
    values[mapped.field] = value.right;
  }
  return E.right(values);
};

/** undefined: unsaid. */
const createdValue = (body: Body, { field, isInChangeEvents }: FieldMapping): unknown => {
  const value = partValue(body, field, compoundPartOf(field));
  return value === undefined && isInChangeEvents ? null : value;
};

/** Named and absent is cleared, like named and null. A compound named as a whole speaks for the parts it holds; null, for all. */
const changedValue = (body: Body, changed: ReadonlySet<string>, { field }: FieldMapping): unknown => {
  const part = compoundPartOf(field);
  const value = partValue(body, field, part);
  if (changed.has(field)) return value ?? null;
  if (part === null) return undefined;
  if (changed.has(`${part.compound}.${part.part}`)) return value ?? null;
  if (changed.has(part.compound)) return body[part.compound] === null ? null : value;
  return undefined;
};
