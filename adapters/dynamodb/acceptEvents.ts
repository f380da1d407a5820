import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import { type Clock, failureText } from '#domain/index.ts';
import type { Acceptance, AcceptedEvent } from '../delivery/acceptedEvent.ts';
import type { Card, CardEvent } from '../delivery/card.ts';
import type { DeliveryStore, Route } from '../delivery/deliveryStore.ts';
import { byMember, type Known, takeIn } from '../delivery/intake.ts';
import type { Place } from '../delivery/place.ts';
import { eventItem } from './acceptedItem.ts';
import { batchGet } from './batch.ts';
import { CARD, cardItem, cardKey, readCard } from './cardItem.ts';
import { placeKey, readPlace } from './deliveryItem.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { type ItemImage, number, textIn } from './item.ts';
import { wantUpdate } from './placeUpdates.ts';
import { writeAll } from './write.ts';

export type AcceptDeps = DynamoDbTables & {
  readonly clock: Clock;
  readonly route: Route;
  readonly onUnavailable?: (reason: string) => void;
};

/** Senders give up after five seconds (EventBridge API destinations): before that they are told to come again. */
const ACCEPT_WITHIN_MS = 4_000;
const MAX_RACES = 8;

/**
 * What is known of all members concerned in one BatchGet, then for each a transaction: the card, and its deliveries blindly. Eventually consistent is enough:
 * whoever read too little loses the race for the card and looks again. Events of others by a transaction each, or a plain put where nobody wants them.
 */
export const acceptEvents = (deps: AcceptDeps): DeliveryStore['accept'] => {
  return async (events) => {
    const signal = AbortSignal.timeout(ACCEPT_WITHIN_MS);
    const members = byMember(events);
    const known = await knownOf(deps, members, 'eventual', signal);
    const ofMembers = [...members].map(async ([memberId, said]) => {
      const of = said.map(({ event }) => event);
      const acceptances = await acceptOfMember(deps, memberId, of, known, signal);
      return said.map(({ at }, index) => [at, acceptances[index] ?? 'Unavailable'] as const);
    });
    const ofOthers = [...byName(events)].map(async ([, [first = 0, ...again]]) => {
      const [event] = events.slice(first);
      const acceptance = event === undefined ? 'Unavailable' : await acceptOther(deps, event, signal);
      const repeated = acceptance === 'Accepted' ? 'Duplicate' : acceptance;
      return [[first, acceptance] as const, ...again.map((at) => [at, repeated] as const)];
    });
    const answers = new Map((await Promise.all([...ofMembers, ...ofOthers])).flat());
    return events.map((_, at) => answers.get(at) ?? 'Unavailable');
  };
};

/** Places of the events of others, those that are named the same together. */
const byName = (events: readonly AcceptedEvent[]): ReadonlyMap<string, readonly number[]> => {
  const names = new Map<string, number[]>();
  events.forEach(({ pass, source, id }, at) => {
    const name = JSON.stringify([source, id]);
    if (pass === null) names.set(name, [...(names.get(name) ?? []), at]);
  });
  return names;
};

type Said = ReturnType<typeof byMember>;
type KnownOf = (memberId: string) => E.Either<string, Known>;

const acceptOfMember = async (
  deps: AcceptDeps,
  memberId: string,
  events: readonly CardEvent[],
  first: KnownOf,
  signal: AbortSignal,
): Promise<readonly Acceptance[]> => {
  let known = first(memberId);
  for (let race = 0; race < MAX_RACES && E.isRight(known); race++) {
    const now = deps.clock();
    const { acceptances, card, wants } = takeIn(known.right, events, { route: deps.route, now });
    if (card === null && wants.length === 0) return acceptances;
    const writes = [
      ...(card === null ? [] : [cardPut(deps, card, known.right.card)]),
      ...wants.map((want) =>
        wantUpdate(deps.tableName('deliveries'), { type: 'member', memberId }, want, { now, isNew: card === null }),
      ),
    ];
    const written = await writeAll(deps.dynamodb, 'accept events', writes, signal);
    if (E.isRight(written)) return acceptances;
    if (written.left.type !== 'ConditionsFailed') known = E.left(failureText(written.left));
    else {
      const said: Said = new Map([[memberId, events.map((event, at) => ({ event, at }))]]);
      known = (await knownOf(deps, said, 'strong', signal))(memberId);
    }
  }
  deps.onUnavailable?.(E.isLeft(known) ? known.left : 'others were faster each time');
  return events.map(() => 'Unavailable');
};

/** As far as it matters to these events. Left: why it cannot be told. */
const knownOf = async (
  { dynamodb, tableName, route }: AcceptDeps,
  members: Said,
  consistency: 'eventual' | 'strong',
  signal: AbortSignal,
): Promise<KnownOf> => {
  const keys = [...members].flatMap(([memberId, said]) => [
    cardKey(memberId),
    ...[...new Set(said.flatMap(({ event }) => route(event)))].map((destination) =>
      placeKey({ subject: { type: 'member', memberId }, destination }),
    ),
  ]);
  try {
    const items = await batchGet(dynamodb, tableName('deliveries'), keys, consistency, signal);
    return (memberId) => toKnown(items.filter((item) => textIn(item, 'p') === cardKey(memberId).p?.S));
  } catch (error) {
    return () => E.left(error instanceof Error ? error.name : 'unknown');
  }
};

const toKnown = (items: readonly ItemImage[]): E.Either<string, Known> => {
  let card: Card | null = null;
  const places = new Map<string, Place>();
  for (const item of items) {
    const read = textIn(item, 's') === CARD ? readCard(item) : readPlace(item);
    if (E.isLeft(read)) return E.left(failureText(read.left));
    if ('place' in read.right) places.set(read.right.place.key.destination, read.right.place);
    else card = read.right;
  }
  return E.right({ card, places });
};

const cardPut = ({ tableName }: AcceptDeps, card: Card, before: Card | null): TransactWriteItem => ({
  Put: {
    TableName: tableName('deliveries'),
    Item: cardItem(card),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    ...(before === null
      ? { ConditionExpression: 'attribute_not_exists(p)' }
      : { ConditionExpression: 'r = :r', ExpressionAttributeValues: { ':r': number(before.revision) } }),
  },
});

const acceptOther = async (deps: AcceptDeps, event: AcceptedEvent, signal: AbortSignal): Promise<Acceptance> => {
  const [now, { source, id, lane }] = [deps.clock(), event];
  const put: TransactWriteItem = {
    Put: {
      TableName: deps.tableName('deliveries'),
      Item: eventItem(event, now),
      ConditionExpression: 'attribute_not_exists(p)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
  const wants = deps.route(event).map((destination) => ({ destination, revision: 1, lane }));
  const updates = wants.map((want) =>
    wantUpdate(deps.tableName('deliveries'), { type: 'event', source, id }, want, { now }),
  );
  const written = await writeAll(deps.dynamodb, 'accept an event', [put, ...updates], signal);
  if (E.isRight(written)) return 'Accepted';
  if (written.left.type === 'ConditionsFailed') return 'Duplicate';
  deps.onUnavailable?.(failureText(written.left));
  return 'Unavailable';
};
