import { parseExactJson } from './exactJson.ts';

/** An EventBridge event, as far as it is one: what readEntry takes. */
export type EntryEnvelope = Readonly<Record<string, unknown>>;

/**
 * The event in the text of a message, whoever handed it on: EventBridge as it is, SNS with the event as the text of its Message (SNS guide, "Amazon SNS
 * message formats", unless raw delivery is on), and relays that pass on a Salesforce event without EventBridge around it: the change event itself, or
 * { schema, payload, event }, alone or under `data` beside its `channel` (CometD). null: no JSON object.
 */
export const unwrapEntry = (text: string): EntryEnvelope | null => {
  const body = parsedObject(text);
  if (body === null) return null;
  if (body.Type === 'Notification' && typeof body.Message === 'string') {
    const inner = parsedObject(body.Message);
    return inner === null ? null : { id: body.MessageId, ...withDetail(inner) };
  }
  return withDetail(body);
};

/** What has a detail is an envelope, whatever else it lacks. */
const withDetail = (body: EntryEnvelope): EntryEnvelope => {
  if (body.detail !== undefined) return body;
  if (isObject(body.data) && looksLikeSalesforce(body.data)) return enveloped(body.data, body.channel);
  return looksLikeSalesforce(body) ? enveloped(body, null) : body;
};

const looksLikeSalesforce = (body: EntryEnvelope): boolean =>
  isObject(body.ChangeEventHeader) || (isObject(body.payload) && (isObject(body.event) || 'schema' in body));

/** The name of the event, which tells what it is, stands in `event` or at the end of the channel: /event/Points_Posted__e. */
const enveloped = (detail: EntryEnvelope, channel: unknown): EntryEnvelope => {
  const event = isObject(detail.event) ? detail.event : {};
  const name = [event.EventApiName, typeof channel === 'string' ? channel.split('/').at(-1) : null].find(isText);
  return {
    detail,
    ...(name !== undefined && { 'detail-type': name }),
    ...(isText(event.EventUuid) && { id: event.EventUuid }),
  };
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isObject = (value: unknown): value is EntryEnvelope =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parsedObject = (text: string): EntryEnvelope | null => {
  try {
    const parsed = parseExactJson(text);
    return isObject(parsed) ? parsed : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};
