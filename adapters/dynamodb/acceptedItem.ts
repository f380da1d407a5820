import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { EpochMs, StoreCorrupt } from '#domain/index.ts';
import type { AcceptedEvent } from '../delivery/acceptedEvent.ts';
import { KEPT_MS } from '../delivery/deliveryStore.ts';
import { corrupt, decoded } from './decoded.ts';
import { type Item, type ItemImage, longTextIn, number, numberIn, textIn, withText } from './item.ts';

/**
 * Stored format, version with care: an event of somebody else is one item of the deliveries table, its deliveries beside it.
 *
 *   p  "event#<id>"      s  source            f  format         type         lane
 *   m  member id         r  revision          (wallet events, before there were cards)
 *   tp traceparent, co  correlation id, where it has them
 *   c  content, JSON     z  the same deflated, where that is cheaper
 *   acceptedAt  ms       expiresAt  seconds: then it goes by itself
 *   bucket "<lane>#<0…3>", due ms: of what waited before there were deliveries; adoptWaiting takes it from there
 */
const FORMAT = 1;
const CONTENT = { plain: 'c', deflated: 'z' } as const;

export const EVENT = 'event#';
export const eventKey = ({ id, source }: Pick<AcceptedEvent, 'id' | 'source'>): Item => ({
  p: { S: `${EVENT}${id}` },
  s: { S: source },
});

export const eventItem = (event: AcceptedEvent, acceptedAt: EpochMs): Item =>
  withContent(
    {
      ...eventKey(event),
      f: number(FORMAT),
      ...(event.pass !== null && { m: { S: event.pass.memberId }, r: number(event.pass.revision) }),
      acceptedAt: number(acceptedAt),
      expiresAt: number(expiryAfter(acceptedAt)),
    },
    event,
  );

/** Seconds, as DynamoDB wants them. */
export const expiryAfter = (acceptedAt: EpochMs): number => Math.ceil((acceptedAt + KEPT_MS) / 1_000);

/** What an event says, whatever it is kept in. */
export const withContent = (item: Item, event: AcceptedEvent): Item =>
  withText(
    {
      ...item,
      type: { S: event.type },
      lane: { S: event.lane },
      ...(event.traceparent !== null && { tp: { S: event.traceparent } }),
      ...(event.correlationId !== null && { co: { S: event.correlationId } }),
    },
    event.content,
    CONTENT,
  );

export const readContent = (item: ItemImage): E.Either<string, Omit<AcceptedEvent, 'id' | 'source' | 'pass'>> => {
  const [type, lane, content] = [textIn(item, 'type'), textIn(item, 'lane'), longTextIn(item, CONTENT)];
  if (type === undefined || (lane !== 'live' && lane !== 'bulk')) return E.left('expected an event');
  if (content === undefined) return E.left('expected content');
  const [traceparent, correlationId] = [textIn(item, 'tp') ?? null, textIn(item, 'co') ?? null];
  return E.right({ type, lane, content, traceparent, correlationId });
};

export const readEvent = (item: ItemImage): E.Either<StoreCorrupt, AcceptedEvent> => {
  const bad = (reason: string) => E.left(corrupt('accepted event', reason));
  const [p, source] = [textIn(item, 'p'), textIn(item, 's')];
  if ((numberIn(item, 'f') ?? FORMAT + 1) > FORMAT) return bad(`expected format ${FORMAT} or older`);
  const said = readContent(item);
  if (E.isLeft(said)) return bad(said.left);
  if (p === undefined || source === undefined) return bad('expected an event');
  const [memberId, revision] = [textIn(item, 'm'), numberIn(item, 'r')];
  const changed = changedIn(said.right.content);
  return E.right({
    ...{ id: p.slice(EVENT.length), source, ...said.right },
    pass: memberId === undefined || revision === undefined ? null : { memberId, revision, changed },
  });
};

const WalletContent = t.type({ data: t.type({ data: t.type({ changed: t.readonlyArray(t.string) }) }) });
const changedIn = (content: string): readonly string[] => {
  const said = E.chain((json: unknown) => decoded(WalletContent, json))(E.tryCatch(() => JSON.parse(content), String));
  return E.isRight(said) ? said.right.data.data.changed : [];
};
