import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import * as E from 'fp-ts/lib/Either.js';
import { AT_MOST_LEVELS, isTooDeep } from '../jsonDepth.ts';

export type BusEntryRefusal = {
  readonly type: 'refused';
  readonly errorCode: 'InvalidArgument' | 'MalformedDetail';
  readonly message: string;
};

/**
 * The event as rules and targets see it, as text. `Detail` goes in as it came: parsing it would round the integers that a double cannot hold.
 * Shape: EventBridge guide, "Event structure reference".
 */
export const toEnvelope = (
  { Source, DetailType, Detail, Time, Resources }: PutEventsRequestEntry,
  eventId: string,
  now: Date,
): E.Either<BusEntryRefusal, { readonly eventId: string; readonly envelope: string }> => {
  if (!Source || !DetailType || Detail === undefined)
    return refused('InvalidArgument', 'Source, DetailType and Detail are required');
  // Half a character is no UTF-8: no store takes it, and the whole request would be sent again for ever.
  if (![Source, DetailType, Detail, ...(Resources ?? [])].every((text) => text.isWellFormed()))
    return refused('InvalidArgument', 'Source, DetailType, Detail and Resources are to be well-formed Unicode');
  if (isTooDeep(Detail)) return refused('MalformedDetail', `Detail: ${AT_MOST_LEVELS}`);
  if (!isJsonObjectText(Detail)) return refused('MalformedDetail', 'Detail is not the text of a JSON object');
  const header = envelopeHeader(eventId, Source, DetailType, Time ?? now, Resources);
  return E.right({ eventId, envelope: `${JSON.stringify(header).slice(0, -1)},"detail":${Detail}}` });
};

/** All of an event but its detail. */
export const envelopeHeader = <DetailType extends string>(
  id: string,
  source: string,
  detailType: DetailType,
  time: Date,
  resources: readonly string[] = [],
) => ({
  version: '0',
  id,
  'detail-type': detailType,
  source,
  account: '000000000000',
  time: time.toISOString().replace(/\.\d{3}Z$/, 'Z'),
  region: 'local',
  resources,
});

/** What makes EventBridge refuse a whole request: its PutEvents reference allows 1 to 10 entries and less than 1 MB. */
export const requestRefusal = (entries: readonly PutEventsRequestEntry[]): string | null => {
  if (entries.length < 1 || entries.length > maximumEntries) return `expected 1 to ${maximumEntries} entries`;
  return entries.reduce((sum, entry) => sum + entryBytes(entry), 0) < maximumRequestBytes
    ? null
    : 'the entries exceed the maximum size of a request';
};

export const maximumEntries = 10;
export const maximumRequestBytes = 1_048_576;

/** Source: EventBridge guide, "Calculating Amazon EventBridge PutEvents event entry size". */
export const entryBytes = ({ Source, DetailType, Detail, Time, Resources }: PutEventsRequestEntry): number =>
  (Time === undefined ? 0 : 14) +
  [Source, DetailType, Detail, ...(Resources ?? [])].reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);

const refused = (errorCode: BusEntryRefusal['errorCode'], message: string) =>
  E.left({ type: 'refused' as const, errorCode, message });

const isJsonObjectText = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};
