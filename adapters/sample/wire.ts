/** A JSON number given digit by digit: amounts and commit numbers that a double would spoil. */
export type Numeral = { readonly numeral: string };

/** A field as Salesforce holds it. Instants (see INSTANTS) are epoch milliseconds. */
export type FieldValue = string | number | boolean | null | Numeral;

/** A record by flat API names (`MailingCity`, `FirstName`); the renderings below nest them as each feed does. */
export type Fields = Readonly<Record<string, FieldValue>>;

export type ChangeType = 'CREATE' | 'UPDATE' | 'DELETE' | 'UNDELETE';
export type GapType = `GAP_${ChangeType}` | 'GAP_OVERFLOW';

/** What Change Data Capture says about one change of one or several records. */
export type Change = {
  readonly object: string;
  readonly changeType: ChangeType | GapType;
  readonly recordIds: readonly string[];
  /** The body, flat. */
  readonly fields: Fields;
  /** Flat names, UPDATE only. */
  readonly changedFields: readonly string[];
  readonly committedAtMs: number;
  readonly commitNumber: bigint;
  readonly sequenceNumber: number;
  readonly transactionKey: string;
};

/** One entry of EventBridge PutEvents. Time: epoch seconds, as AWS JSON 1.1 writes a timestamp. */
export type PutEventsEntry = {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Time: number;
};

/** AppFlow puts the change in `detail`; Event Relay under `detail.payload`, with epoch milliseconds for instants. */
export type EventFeed = 'appflow' | 'relay';

const APPFLOW_SOURCE = 'aws.partner/appflow/salesforce.com/111122223333/billfold';
const RELAY_SOURCE = 'aws.partner/salesforce.com/00D8d0000008aBcEAI/0YL8d0000001XyZGAU';
const INTEGRATION_USER = '0056g000003XW7AAAW';

/** One line of an AppFlow JSON file, REST rendering: flat fields and their compound next to each other, `+0000` instants. */
export const rowLine = (object: string, fields: Fields): string => {
  const row: Record<string, Json> = {};
  for (const [name, value] of Object.entries(fields))
    row[name] = instant(name, value, (iso) => iso.replace('Z', '+0000'));
  for (const [compound, parts] of Object.entries(COMPOUNDS[object] ?? {}))
    row[compound] = compoundOfRow(compound, parts, fields);
  return jsonText(row);
};

/** The change as an EventBridge entry of that feed. */
export const changeEntry = (change: Change, feed: EventFeed, deliveredAtMs: number): PutEventsEntry => ({
  Source: feed === 'appflow' ? APPFLOW_SOURCE : RELAY_SOURCE,
  DetailType: `${change.object.replace(/__c$/, '__')}ChangeEvent`,
  Detail: jsonText(feed === 'appflow' ? changeBody(change, feed) : relayEnvelope(change)),
  Time: Math.floor(deliveredAtMs / 1000),
});

/** JSON text in which numerals keep every digit. */
const jsonText = (value: Json): string => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (isNumeral(value)) return value.numeral;
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${jsonText(member)}`);
  return `{${members.join(',')}}`;
};

type Json = FieldValue | readonly Json[] | { readonly [name: string]: Json };

export const isNumeral = (value: Json): value is Numeral =>
  typeof value === 'object' && value !== null && 'numeral' in value && typeof value.numeral === 'string';

const relayEnvelope = (change: Change): Json => ({
  schemaId: 'dffQ2QLzDNHqwB8_sHMxdA',
  id: change.transactionKey,
  payload: changeBody(change, 'relay'),
  event: { replayId: numeral(change.commitNumber / 1_000_000n) },
});

const changeBody = (change: Change, feed: EventFeed): Json => {
  const body: Record<string, Record<string, Json> | Json> = {};
  for (const [name, value] of Object.entries(change.fields)) {
    const rendered = instant(name, value, (iso, epochMs) => (feed === 'relay' ? epochMs : iso));
    const place = compoundOf(change.object, name);
    if (place === undefined) body[name] = rendered;
    else
      body[place.compound] = { ...(body[place.compound] as Record<string, Json> | undefined), [place.part]: rendered };
  }
  return { ChangeEventHeader: header(change, feed), ...body };
};

const header = (change: Change, feed: EventFeed): Json => ({
  entityName: change.object,
  recordIds: change.recordIds,
  changeType: change.changeType,
  changeOrigin: '',
  transactionKey: change.transactionKey,
  sequenceNumber: change.sequenceNumber,
  commitTimestamp: change.committedAtMs,
  commitNumber: numeral(change.commitNumber),
  commitUser: INTEGRATION_USER,
  changedFields: change.changedFields.map((name) => {
    const place = compoundOf(change.object, name);
    return place === undefined ? name : `${place.compound}.${place.part}`;
  }),
  ...(feed === 'relay' ? { nulledFields: [], diffFields: [] } : {}),
});

/** Compound fields, part by part, as [name in a change event, flat name]: Change Data Capture Developer Guide, "Compound Fields". */
const COMPOUNDS: Readonly<Record<string, Readonly<Record<string, ReadonlyMap<string, string>>>>> = {
  Contact: {
    Name: new Map([
      ['Salutation', 'Salutation'],
      ['FirstName', 'FirstName'],
      ['LastName', 'LastName'],
    ]),
    MailingAddress: new Map(
      ['Street', 'City', 'State', 'PostalCode', 'Country'].map((part) => [part, `Mailing${part}`]),
    ),
  },
  Order: {
    BillingAddress: new Map(
      ['Street', 'City', 'State', 'PostalCode', 'Country'].map((part) => [part, `Billing${part}`]),
    ),
  },
};

const compoundOf = (object: string, name: string): { readonly compound: string; readonly part: string } | undefined => {
  for (const [compound, parts] of Object.entries(COMPOUNDS[object] ?? {}))
    for (const [part, flat] of parts) if (flat === name) return { compound, part };
  return undefined;
};

/** In rows `Name` is a plain string; an address is an object with lower camel case parts, null when all of them are empty. */
const compoundOfRow = (compound: string, parts: ReadonlyMap<string, string>, fields: Fields): Json => {
  if (compound === 'Name') return [fields.FirstName, fields.LastName].filter(Boolean).join(' ');
  const address: Record<string, Json> = {};
  for (const [part, flat] of parts) address[part.charAt(0).toLowerCase() + part.slice(1)] = fields[flat] || null;
  if (Object.values(address).every((part) => part === null)) return null;
  return { ...address, latitude: null, longitude: null, geocodeAccuracy: null };
};

const INSTANTS: ReadonlySet<string> = new Set(['CreatedDate', 'LastModifiedDate', 'SystemModstamp', 'ActivatedDate']);

const instant = (
  name: string,
  value: FieldValue,
  render: (iso: string, epochMs: number) => string | number,
): FieldValue =>
  INSTANTS.has(name) && typeof value === 'number' ? render(new Date(value).toISOString(), value) : value;

const numeral = (value: bigint): Numeral => ({ numeral: value.toString() });
