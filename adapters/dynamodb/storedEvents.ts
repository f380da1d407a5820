import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type DomainEvent, eventCodecs, mapPersonalFacts, type Origin, SealedFacts, upcast } from '#domain/index.ts';
import { decoded, decodedBy, decodedJson, type Guarded, guarded, OriginCodec, parsed } from './decoded.ts';
import { personalFacts, unpackEvent, unpackOrigin, unpackPersonal } from './packedEvents.ts';

/** What the text of a commit says, in each format that was ever written. `sealed`: the list of personal facts, opened. Left: where and what was expected. */
type Stored = { readonly origin: Origin; readonly events: readonly DomainEvent[] };

export const readFormat2 = (text: string, sealed: readonly unknown[]): E.Either<string, Stored> => {
  const stored = parsed(text);
  if (E.isLeft(stored) || !Array.isArray(stored.right)) return E.left('events: expected a JSON list');
  const origin = decodedBy(guardedOrigin, unpackOrigin(stored.right[0]));
  if (E.isLeft(origin)) return E.left(`origin: ${origin.left}`);
  const personal = sealed.length === 0 ? E.right([]) : decoded(PersonalList, sealed.map(unpackPersonal));
  if (E.isLeft(personal)) return E.left('personal facts: expected them as they are sealed');
  const events = readEvents(stored.right, 1, (event) => unpackEvent(event, personal.right));
  return E.isLeft(events) ? events : E.right({ origin: origin.right, events: events.right });
};

export const readFormat1 = (originText: string, text: string, sealed: readonly unknown[]): E.Either<string, Stored> => {
  const origin = decodedJson(OriginCodec, originText);
  if (E.isLeft(origin)) return E.left(`origin: ${origin.left}`);
  const stored = parsed(text);
  if (E.isLeft(stored) || !Array.isArray(stored.right)) return E.left('events: expected a JSON list');
  const personal = decoded(PersonalList, sealed);
  if (E.isLeft(personal)) return E.left('personal facts: expected them as they are sealed');
  const events = readEvents(stored.right, 0, (event) =>
    upcast(
      1,
      mapPersonalFacts(event, (index, partOf) => personalFacts(personal.right, index, partOf)),
    ),
  );
  return E.isLeft(events) ? events : E.right({ origin: origin.right, events: events.right });
};

const PersonalList = t.readonlyArray(SealedFacts);
const guardedOrigin = guarded(OriginCodec);

const readEvents = (
  stored: readonly unknown[],
  from: number,
  toCandidate: (stored: unknown) => unknown,
): E.Either<string, readonly DomainEvent[]> => {
  const events: DomainEvent[] = [];
  for (let at = from; at < stored.length; at++) {
    const event = readEvent(toCandidate(stored[at]));
    if (E.isLeft(event)) return E.left(`event ${at - from}: ${event.left}`);
    events.push(event.right);
  }
  return E.right(events);
};

/** The codec of the event's own type, never the union of all: it costs a fraction and says what is wrong. */
const readEvent = (candidate: unknown): E.Either<string, DomainEvent> => {
  if (!isObject(candidate) || typeof candidate.type !== 'string') return E.left('type: expected an event type');
  const codec = codecs[candidate.type];
  return codec === undefined ? E.left('type: expected a known event type') : decodedBy(codec, candidate);
};

const eventTypes: Readonly<Record<string, t.Type<DomainEvent, unknown>>> = Object.assign(
  Object.create(null),
  eventCodecs,
);
const codecs: Readonly<Record<string, Guarded<DomainEvent>>> = Object.assign(
  Object.create(null),
  Object.fromEntries(Object.entries(eventTypes).map(([type, codec]) => [type, guarded(codec)])),
);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
