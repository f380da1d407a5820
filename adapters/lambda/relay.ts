import * as E from 'fp-ts/lib/Either.js';
import type { Clock } from '#domain/index.ts';
import type { AcceptedEvent } from '../delivery/acceptedEvent.ts';
import { readEvents } from '../middleware/readEvents.ts';
import type { QueueBatch, QueueBatchResponse, QueueMessage } from './ingest.ts';
import type { PostEvents, Posted } from './middlewareClient.ts';

/** How many messages went through; will be refused whenever they come; come again, because nobody took them. */
export type RelayCounts = { readonly relayed: number; readonly refused: number; readonly retried: number };

export type RelayDeps = {
  readonly post: PostEvents;
  /** Takes a message's body among the dead letters. Resolves with why not; null: it is there. */
  readonly bury: (body: string, reason: string) => Promise<string | null>;
  readonly clock: Clock;
  readonly onRelayed: (counts: RelayCounts) => void;
  /** Why, and how many messages; never what one says. */
  readonly onFailure: (reason: string, messages: number) => void;
};

/**
 * A batch of a relay queue, in one request to the middleware. A message that fails fails alone and is given back. One that can never be accepted goes to the
 * dead letters at once: the queue is patient, since the middleware may be away for days. remainingMs: of the function's time.
 */
export const relayHandler =
  (deps: RelayDeps) =>
  async ({ Records }: QueueBatch, remainingMs: () => number): Promise<QueueBatchResponse> => {
    const receivedAt = new Date(deps.clock()).toISOString();
    const messages = Records.map((message) => ({ message, event: readMessage(message) }));
    const sound = messages.flatMap(({ message, event }): readonly Relayed[] =>
      E.isRight(event) ? [{ message, event: event.right, text: enriched(message, receivedAt) }] : [],
    );
    const fates = new Map<QueueMessage, Fate>();
    for (const { message, event } of messages)
      if (E.isLeft(event)) fates.set(message, { type: 'Refused', reason: event.left });
    for (const [message, fate] of sound.length === 0 ? [] : await relay(deps.post, sound, remainingMs))
      fates.set(message, fate);
    report(deps, [...fates.values()]);
    const failed: QueueMessage[] = [];
    for (const [message, fate] of fates)
      if (fate.type === 'Retried' || (fate.type === 'Refused' && !(await isBuried(deps, message, fate.reason))))
        failed.push(message);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };

const isBuried = async ({ bury, onFailure }: RelayDeps, { body }: QueueMessage, reason: string): Promise<boolean> => {
  const failure = await bury(body, reason);
  if (failure !== null) onFailure(`not buried: ${failure}`, 1);
  return failure === null;
};

type Relayed = { readonly message: QueueMessage; readonly event: AcceptedEvent; readonly text: string };
type Fate =
  | { readonly type: 'Relayed' }
  | { readonly type: 'Refused'; readonly reason: string }
  | { readonly type: 'Retried'; readonly reason: string };
type Fates = readonly (readonly [QueueMessage, Fate])[];

/** As the middleware would read it: what it could only refuse is not sent. */
const readMessage = ({ body }: QueueMessage): E.Either<string, AcceptedEvent> => {
  const events = readEvents(body);
  if (E.isLeft(events)) return events;
  return !/^\s*\{/.test(body) ? E.left('expected an EventBridge event as a JSON object') : (events.right[0] ?? none);
};
const none = E.left('expected an event');

/** The event with when it was received, and as which message. Otherwise as it came, to the digit. */
const enriched = ({ messageId, body }: QueueMessage, receivedAt: string): string =>
  `{"relay":${JSON.stringify({ receivedAt, messageId })},${body.trim().slice(1)}`;

const relay = async (post: PostEvents, messages: readonly Relayed[], remainingMs: () => number): Promise<Fates> => {
  const posted = await post(
    messages.map(({ text }) => text),
    traceHeaders(messages),
    remainingMs,
  );
  // One of them spoils the list: each alone, then.
  if (posted.type === 'Rejected' && messages.length > 1)
    return (await Promise.all(messages.map((message) => relay(post, [message], remainingMs)))).flat();
  return messages.map(({ message }, index) => [message, fateOf(posted, index)]);
};

const fateOf = (posted: Posted, index: number): Fate => {
  if (posted.type === 'Away') return { type: 'Retried', reason: posted.reason };
  if (posted.type === 'Rejected') return { type: 'Refused', reason: `status ${posted.status}` };
  const failed = posted.failed.find((failure) => failure.index === index);
  if (failed === undefined) return { type: 'Relayed' };
  return { type: failed.retry ? 'Retried' : 'Refused', reason: failed.reason };
};

/** Where a list is all one trace, or one cause. Each event carries its own anyway. */
const traceHeaders = (messages: readonly Relayed[]): Readonly<Record<string, string>> => {
  const traceparent = common(messages.map(({ event }) => event.traceparent));
  const correlationId = common(messages.map(({ event }) => event.correlationId));
  return {
    ...(traceparent !== null && { traceparent }),
    ...(correlationId !== null && HEADER_TEXT.test(correlationId) && { 'x-correlation-id': correlationId }),
  };
};

const common = (values: readonly (string | null)[]): string | null => {
  const [first = null, ...others] = new Set(values);
  return others.length === 0 ? first : null;
};

const HEADER_TEXT = /^[\x21-\x7e](?:[\x20-\x7e]{0,200}[\x21-\x7e])?$/;

const report = ({ onRelayed, onFailure }: RelayDeps, fates: readonly Fate[]): void => {
  const count = (type: Fate['type']): number => fates.filter((fate) => fate.type === type).length;
  onRelayed({ relayed: count('Relayed'), refused: count('Refused'), retried: count('Retried') });
  const reasons = fates.flatMap((fate) => (fate.type === 'Relayed' ? [] : [fate.reason]));
  for (const reason of new Set(reasons)) onFailure(reason, reasons.filter((other) => other === reason).length);
};
