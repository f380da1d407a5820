import { createHash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import type { EpochMs, StoreCorrupt } from '#domain/index.ts';
import { type AcceptedEvent, KEPT_MS, type Lane, type WaitingEvent } from '../middleware/deliveries.ts';
import { corrupt } from './decoded.ts';
import { type Item, type ItemImage, longTextIn, number, numberIn, textIn, withText } from './item.ts';

/**
 * Stored format, version with care: an event that the middleware took on is one item of the deliveries table. A member's wallet
 * events are named member.1, member.2 …, so all of a member can be found without an index.
 *
 *   p  "event#<id>"      s  source            f  format         type         lane
 *   m  member id         r  revision          (wallet events)   tp  traceparent, co  correlation id, where it has them
 *   c  content, JSON     z  the same deflated, where that is cheaper
 *   acceptedAt  ms       expiresAt  seconds: then it goes by itself
 *   bucket "<lane>#<0…3>", due ms: while it waits, for the index `waiting`; removed when it is delivered
 */
const FORMAT = 1;
const CONTENT = { plain: 'c', deflated: 'z' } as const;

/** One partition of an index takes a thousand writes a second (DynamoDB guide, "Best practices for designing partition keys"). */
const BUCKETS = 4;

export const bucketsOf = (lane: Lane): readonly string[] =>
  Array.from({ length: BUCKETS }, (_, bucket) => `${lane}#${bucket}`);

export const deliveryKey = ({ id, source }: Pick<AcceptedEvent, 'id' | 'source'>): Item => ({
  p: { S: `event#${id}` },
  s: { S: source },
});

export const deliveryItem = (event: AcceptedEvent, acceptedAt: EpochMs): Item =>
  withText(
    {
      ...deliveryKey(event),
      f: number(FORMAT),
      type: { S: event.type },
      lane: { S: event.lane },
      ...(event.pass !== null && { m: { S: event.pass.memberId }, r: number(event.pass.revision) }),
      ...(event.traceparent !== null && { tp: { S: event.traceparent } }),
      ...(event.correlationId !== null && { co: { S: event.correlationId } }),
      acceptedAt: number(acceptedAt),
      expiresAt: number(Math.ceil((acceptedAt + KEPT_MS) / 1000)),
      bucket: { S: `${event.lane}#${bucketOf(event)}` },
      due: number(acceptedAt),
    },
    event.content,
    CONTENT,
  );

const bucketOf = ({ id }: AcceptedEvent): number => (createHash('sha256').update(id).digest()[0] ?? 0) % BUCKETS;

export const readDelivery = (item: ItemImage): E.Either<StoreCorrupt, WaitingEvent> => {
  const bad = (reason: string) => E.left(corrupt('delivery', reason));
  const [p, source, type, lane] = ['p', 's', 'type', 'lane'].map((name) => textIn(item, name));
  if ((numberIn(item, 'f') ?? FORMAT + 1) > FORMAT) return bad(`expected format ${FORMAT} or older`);
  const [content, acceptedAt] = [longTextIn(item, CONTENT), numberIn(item, 'acceptedAt')];
  if (p === undefined || source === undefined || type === undefined || (lane !== 'live' && lane !== 'bulk'))
    return bad('expected an event');
  if (content === undefined || acceptedAt === undefined) return bad('expected content');
  const [memberId, revision] = [textIn(item, 'm'), numberIn(item, 'r')];
  return E.right({
    ...{ id: p.slice('event#'.length), source, type, lane, content, acceptedAt },
    pass: memberId === undefined || revision === undefined ? null : { memberId, revision, changed: [] },
    traceparent: textIn(item, 'tp') ?? null,
    correlationId: textIn(item, 'co') ?? null,
  });
};
