import * as E from 'fp-ts/lib/Either.js';
import type { AnnouncedType, Announcement, WalletEvent } from '#domain/index.ts';
import { decodeMessage, type Message } from './decodeMessage.ts';
import type { LastSeen, Place } from './lastSeen.ts';

export { type LastSeen, memoryLastSeen } from './lastSeen.ts';
export { verifyWebhook, type WebhookReceiverOptions, type WebhookRequest } from './verifyWebhook.ts';

export type SubscribableType = WalletEvent['type'] | AnnouncedType;
export type EventOf<Type extends SubscribableType> = Type extends AnnouncedType
  ? Announcement<Type>
  : WalletEvent & { readonly type: Type };

/** What a consumer does, by type of event. An effect runs at least once: again where it, or what records it, failed. */
export type Handlers = { readonly [Type in SubscribableType]?: (event: EventOf<Type>) => Promise<void> | void };

export type ConsumerOptions = { readonly on: Handlers; readonly lastSeen: LastSeen };

/**
 * Ignored: not for this consumer. Stale: that revision, a newer one, or that very event was applied before. Refused: no event of
 * billfold's, sent again it would be the same. Busy: something of this member is being applied elsewhere; Failed: the effect or the store.
 */
export type Outcome =
  | { readonly type: 'Applied' }
  | { readonly type: 'Stale' }
  | { readonly type: 'Ignored' }
  | { readonly type: 'Refused'; readonly reason: string }
  | { readonly type: 'Busy' }
  | { readonly type: 'Failed'; readonly reason: string };

/** An SQS batch as Lambda hands it over, as far as it is read. */
export type SqsBatch = { readonly Records: readonly { readonly messageId: string; readonly body: string }[] };
export type SqsBatchResponse = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] };

export type Consumer = {
  /** One message: an EventBridge envelope, a CloudEvent, `{ type, detail }`, or the text of any. Never rejects. */
  readonly receive: (message: unknown) => Promise<Outcome>;
  /** A Lambda on a rule of the bus. Rejects where the message should come again, or go to the dead-letter queue. */
  readonly event: (envelope: unknown) => Promise<void>;
  /** A Lambda on a standard SQS queue, with ReportBatchItemFailures: a message that fails, fails alone. */
  readonly sqs: (batch: SqsBatch) => Promise<SqsBatchResponse>;
};

/**
 * A consumer of the buses, whose events come at least once and in no order. Of each member wallet events are applied one after the other
 * and never an older pass after a newer one; each domain event is applied once it was not before. What was applied is recorded after
 * the effect, never before it: a crash between the two repeats the effect, and loses none. Across processes that holds as far
 * as `lastSeen` goes: with DynamoDB, for effects that end within their lease.
 */
export const consumer = ({ on, lastSeen }: ConsumerOptions): Consumer => {
  const inTurn = turns();

  const receive: Consumer['receive'] = async (message) => {
    const decoded = decodeMessage(message);
    if (E.isLeft(decoded)) return { type: 'Refused', reason: decoded.left };
    if (decoded.right.type === 'Foreign') return { type: 'Ignored' };
    const { event, type: bus } = decoded.right;
    // The handler of a type takes the events of that type.
    const handle = on[event.type] as ((event: WalletEvent | Announcement) => Promise<void> | void) | undefined;
    // A pass that nobody handles is still the newest: what is older must not be applied after it.
    if (handle === undefined && bus === 'Domain') return { type: 'Ignored' };
    const place = placeOf(decoded.right);
    const outcome = await inTurn(place.key, () => apply(lastSeen, place, async () => handle?.(event)));
    return handle === undefined && outcome.type === 'Applied' ? { type: 'Ignored' } : outcome;
  };

  return {
    receive,
    event: async (envelope) => {
      const outcome = await receive(envelope);
      if (comesAgain(outcome)) throw new Error(reasonOf(outcome));
    },
    sqs: async ({ Records }) => {
      // Older passes first: those that arrive together are all applied, in order.
      const ordered = Records.toSorted((a, b) => markOf(a.body) - markOf(b.body));
      const outcomes = await Promise.all(
        ordered.map(async (record) => ({ record, outcome: await receive(record.body) })),
      );
      const failed = outcomes.filter(({ outcome }) => comesAgain(outcome));
      return { batchItemFailures: failed.map(({ record }) => ({ itemIdentifier: record.messageId })) };
    },
  };
};

/** What to answer to a POST: 204 done with, 400 never send it again, 503 send it again later. */
export const httpStatus = (outcome: Outcome): 204 | 400 | 503 => {
  if (outcome.type === 'Refused') return 400;
  return comesAgain(outcome) ? 503 : 204;
};

/** A refused message too: it ends in the dead-letter queue, where it can be looked at. */
const comesAgain = ({ type }: Outcome): boolean => type === 'Refused' || type === 'Busy' || type === 'Failed';

const reasonOf = (outcome: Outcome): string =>
  'reason' in outcome ? outcome.reason : 'another event of this member is being applied';

const apply = async (lastSeen: LastSeen, place: Place, effect: () => Promise<void>): Promise<Outcome> => {
  try {
    const turn = await lastSeen.begin(place);
    if (turn.type !== 'Go') return { type: turn.type === 'Seen' ? 'Stale' : 'Busy' };
    try {
      await effect();
    } catch (error) {
      await turn.undone();
      throw error;
    }
    await turn.done();
    return { type: 'Applied' };
  } catch (error) {
    return { type: 'Failed', reason: error instanceof Error ? error.message : 'the effect failed' };
  }
};

/** Of a member the revision counts, so its key is never forgotten; of a domain event whether it was seen. */
const placeOf = (message: Exclude<Message, { type: 'Foreign' }>): Place => {
  if (message.type === 'Domain')
    return { key: `event-${message.event.detail.metadata.eventId}`, mark: 1, forgettable: true };
  const { memberId, revision } = message.event.detail.metadata;
  return { key: `pass-${memberId}`, mark: revision, forgettable: false };
};

const markOf = (body: string): number => {
  const decoded = decodeMessage(body);
  return E.isRight(decoded) && decoded.right.type === 'Wallet' ? placeOf(decoded.right).mark : 0;
};

/** One after the other at each key, in the order of the calls. */
const turns = () => {
  const last = new Map<string, Promise<unknown>>();
  return <A>(key: string, work: () => Promise<A>): Promise<A> => {
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, turn);
    return turn.finally(() => {
      if (last.get(key) === turn) last.delete(key);
    });
  };
};
