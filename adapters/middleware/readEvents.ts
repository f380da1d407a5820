import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { isJsonObject } from '#domain/index.ts';
import { decodeMessage } from '../consumer/decodeMessage.ts';
import type { AcceptedEvent } from '../delivery/acceptedEvent.ts';
import { parseExactly } from '../delivery/exactJson.ts';
import { decoded } from '../dynamodb/decoded.ts';
import { AT_MOST_LEVELS, isTooDeep } from '../jsonDepth.ts';

/** EventBridge's envelope, and CloudEvents' structured form (CloudEvents 1.0.2, JSON event format, read November 2026). */
const named = (length: number) =>
  new t.Type<string>(
    `text of 1 to ${length} characters`,
    (value): value is string => typeof value === 'string' && value.length > 0 && value.length <= length,
    (value, context) =>
      typeof value === 'string' && value.length > 0 && value.length <= length
        ? t.success(value)
        : t.failure(value, context),
    t.identity,
  );
/** Keys of the table hold 2,048 and 1,024 bytes (DynamoDB guide, "Constraints"). */
const names = { id: named(256), source: named(256) };
const optionalText = t.union([t.string, t.null, t.undefined], 'text');
const jsonObject = new t.Type<object>(
  'a JSON object',
  isJsonObject,
  (value, context) => (isJsonObject(value) ? t.success(value) : t.failure(value, context)),
  t.identity,
);
const Envelope = t.type({
  ...names,
  'detail-type': named(256),
  time: optionalText,
  detail: jsonObject,
  /** As the relay adds it. */
  relay: t.union([t.type({ receivedAt: t.string }), t.undefined], 'what the relay says'),
});
const CloudEvent = t.type({
  ...names,
  specversion: t.literal('1.0'),
  type: named(256),
  time: optionalText,
  traceparent: optionalText,
  data: t.unknown,
});

/** What an item of the store holds beside names and keys (DynamoDB guide: 400 KB in all). */
export const MAX_EVENT_BYTES = 350_000;

/** The events of a body, each by itself: one, or a list. Left: where and what was expected, never the value, which may be personal. */
export const readEvents = (text: string): E.Either<string, readonly E.Either<string, AcceptedEvent>[]> => {
  const body = parsedExactly(text);
  if (E.isLeft(body)) return body;
  const events: readonly unknown[] = Array.isArray(body.right) ? body.right : [body.right];
  return E.right(events.map(readEvent));
};

const readEvent = (event: unknown): E.Either<string, AcceptedEvent> => {
  if (!isJsonObject(event)) return E.left('expected an event as a JSON object');
  if ('specversion' in event) return readCloudEvent(event);
  if ('detail-type' in event) return readEnvelope(event);
  return E.left('expected an EventBridge event (detail-type) or a CloudEvent (specversion)');
};

const readEnvelope = (event: object): E.Either<string, AcceptedEvent> => {
  const envelope = decoded(Envelope, event);
  if (E.isLeft(envelope)) return envelope;
  const { id, source, 'detail-type': type, time, detail, relay } = envelope.right;
  const relayed = relay === undefined ? {} : { relayedAt: relay.receivedAt };
  return accepted({ id, source, type, time: time ?? null, data: detail, ...relayed }, null);
};

const readCloudEvent = (event: object): E.Either<string, AcceptedEvent> => {
  if ('data_base64' in event) return E.left('data_base64: expected data, as JSON');
  const read = decoded(CloudEvent, event);
  if (E.isLeft(read)) return read;
  const { id, source, type, time, traceparent, data } = read.right;
  return accepted({ id, source, type, time: time ?? null, data: data ?? null }, traceparent ?? null);
};

type Content = {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string | null;
  readonly data: unknown;
  readonly relayedAt?: string;
};

/** A wallet event is held against its codec, and named by its own id: the same revision published again is the same event. */
const accepted = (content: Content, traceparent: string | null): E.Either<string, AcceptedEvent> => {
  const { id, source, type, data } = content;
  const message = decodeMessage({ source, 'detail-type': type, detail: data });
  if (E.isLeft(message) && source === 'billfold.wallet') return E.left(`detail.${message.left}`);
  const detail = E.isRight(message) && message.right.type === 'Wallet' ? message.right.event.detail : null;
  const wallet = detail?.metadata ?? null;
  const whole = { ...content, id: wallet?.eventId ?? id };
  if (!names.id.is(whole.id)) return E.left(`metadata.eventId: expected ${names.id.name}`);
  const text = JSON.stringify(whole);
  if (Buffer.byteLength(text) > MAX_EVENT_BYTES) return E.left(`expected at most ${MAX_EVENT_BYTES} bytes`);
  return E.right({
    ...{ id: whole.id, source, type, content: text },
    lane: wallet?.lane ?? laneIn(data),
    correlationId: wallet?.correlationId ?? null,
    pass:
      detail === null
        ? null
        : { memberId: detail.metadata.memberId, revision: detail.metadata.revision, changed: detail.data.changed },
    traceparent: [wallet?.traceparent, traceparent].find((trace) => trace != null && TRACEPARENT.test(trace)) ?? null,
  });
};

/** W3C Trace Context, level 1. */
export const TRACEPARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;

const laneIn = (data: unknown): AcceptedEvent['lane'] =>
  isJsonObject(data) && isJsonObject(data.metadata) && data.metadata.lane === 'bulk' ? 'bulk' : 'live';

/** Left without the parser's message, which quotes the text. */
const parsedExactly = (text: string): E.Either<string, unknown> => {
  if (isTooDeep(text)) return E.left(AT_MOST_LEVELS);
  try {
    return E.right(parseExactly(text));
  } catch (error) {
    if (error instanceof SyntaxError) return E.left('expected JSON');
    throw error;
  }
};
