import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import {
  type Commit,
  type DomainEvent,
  EVENT_FORMAT,
  eventCodecs,
  forgottenFacts,
  type Head,
  holdsPersonalFacts,
  type KeyStore,
  mapPersonalFacts,
  memberKeyId,
  ownerOf,
  type ReadFailure,
  SealedFacts,
  type StoreCorrupt,
  type StreamName,
  upcast,
} from '#domain/index.ts';
import { openSeal, seal } from '../keys/seal.ts';
import { corrupt, decoded, decodedJson, OriginCodec, parsed } from './decoded.ts';
import {
  bytesIn,
  type Item,
  type ItemImage,
  itemBytes,
  longTextIn,
  number,
  numberIn,
  textIn,
  withText,
} from './item.ts';

/**
 * Stored format, version with care: one immutable item of the events table is one commit.
 *
 *   p  stream            v  version of the first event    n  number of events     t  recordedAt, epoch ms
 *   o  origin, JSON      l  "bulk"; absent: live          f  format of the events
 *   e  events, JSON; or, where that saves a write unit, z: the same text, deflated (raw)
 *   s  the personal facts of all the events, a JSON list, sealed under the member's key and tied to stream@version
 *
 * In e and z each `personal` is its index in the list. Where the key was destroyed before the commit was written there is no s.
 */
export type EventItemDeps = { readonly keys: Pick<KeyStore, 'obtain'> };

/** Room below DynamoDB's 400 KB; what is larger is split into commits that follow each other. */
const MAX_ITEM_BYTES = 300_000;

/** null: nothing to seal. */
export const sealingKeyId = (stream: StreamName, events: readonly DomainEvent[]): string | null =>
  events.some(holdsPersonalFacts) ? memberKeyId(ownerOf(stream).id) : null;

/** More than one item where one would be too large. key null: destroyed, so personal facts are left out. */
export const commitItems = (commit: Commit, key: Uint8Array | null): readonly Item[] => {
  const item = commitItem(commit, key);
  if (commit.events.length === 1 || itemBytes(item) <= MAX_ITEM_BYTES) return [item];
  const half = Math.ceil(commit.events.length / 2);
  return [
    ...commitItems({ ...commit, events: commit.events.slice(0, half) }, key),
    ...commitItems({ ...commit, version: commit.version + half, events: commit.events.slice(half) }, key),
  ];
};

const commitItem = (commit: Commit, key: Uint8Array | null): Item => {
  const personal: unknown[] = [];
  const takePersonal = (facts: unknown): number => personal.push(facts) - 1;
  const events = JSON.stringify(commit.events.map((event) => mapPersonalFacts(event, takePersonal)));
  const item: Item = {
    p: { S: commit.stream },
    v: number(commit.version),
    n: number(commit.events.length),
    t: number(commit.recordedAt),
    o: { S: JSON.stringify(commit.origin) },
    f: number(EVENT_FORMAT),
    ...(commit.lane === 'bulk' && { l: { S: 'bulk' } }),
    ...(personal.length > 0 && key !== null && { s: { B: seal(key, sealedFor(commit), JSON.stringify(personal)) } }),
  };
  return withText(item, events, EVENTS);
};

const EVENTS = { plain: 'e', deflated: 'z' };

const sealedFor = ({ stream, version }: { readonly stream: StreamName; readonly version: number }): string =>
  `${stream}@${version}`;

/** Where the stream ends with this commit. undefined: not a commit. */
export const headIn = (item: ItemImage): Head | undefined => {
  const [stream, version, count, recordedAt] = [
    textIn(item, 'p'),
    numberIn(item, 'v'),
    numberIn(item, 'n'),
    numberIn(item, 't'),
  ];
  if (stream === undefined || version === undefined || count === undefined || recordedAt === undefined)
    return undefined;
  return { stream, version: version + count - 1, recordedAt };
};

export const commitFromItem =
  (deps: EventItemDeps) =>
  (item: ItemImage): TaskEither<ReadFailure, Commit> =>
  async () => {
    const commits = await commitsFromItems(deps)([item])();
    return E.isLeft(commits) ? commits : E.fromNullable(corrupt('events', 'expected a commit'))(commits.right[0]);
  };

/** The keys of all of them are obtained at once. */
export const commitsFromItems =
  ({ keys }: EventItemDeps) =>
  (items: readonly ItemImage[]): TaskEither<ReadFailure, readonly Commit[]> =>
  async () => {
    const keyIds = new Set(items.flatMap((item) => keyIdIn(item) ?? []));
    const obtained = await keys.obtain([...keyIds])();
    if (E.isLeft(obtained)) return obtained;
    const commits: Commit[] = [];
    for (const item of items) {
      const commit = readCommit(item, obtained.right.get(keyIdIn(item) ?? '') ?? null);
      if (E.isLeft(commit)) return commit;
      commits.push(commit.right);
    }
    return E.right(commits);
  };

const keyIdIn = (item: ItemImage): string | null =>
  bytesIn(item, 's') === undefined ? null : memberKeyId(ownerOf(textIn(item, 'p') ?? '').id);

const readCommit = (item: ItemImage, key: Uint8Array | null): E.Either<StoreCorrupt, Commit> => {
  const stream = textIn(item, 'p') ?? 'events';
  const version = numberIn(item, 'v') ?? 0;
  const bad = (reason: string) => E.left(corrupt(sealedFor({ stream, version }), reason));

  const head = headIn(item);
  if (head === undefined) return bad('expected a commit');
  const format = numberIn(item, 'f');
  if (format === undefined || format > EVENT_FORMAT) return bad(`expected format ${EVENT_FORMAT} or older`);
  const origin = decodedJson(OriginCodec, textIn(item, 'o') ?? '');
  if (E.isLeft(origin)) return bad(`origin: ${origin.left}`);
  const personal = openPersonal(key, sealedFor({ stream, version }), bytesIn(item, 's'));
  if (E.isLeft(personal)) return bad(personal.left);
  const events = readEvents(longTextIn(item, EVENTS) ?? '', format, personal.right);
  if (E.isLeft(events)) return bad(events.left);
  if (events.right.length !== head.version - version + 1) return bad('expected as many events as it says');

  const lane = textIn(item, 'l') === 'bulk' ? 'bulk' : 'live';
  return E.right({ stream, version, events: events.right, recordedAt: head.recordedAt, origin: origin.right, lane });
};

/** [] where the key, or what it sealed, is gone. */
const openPersonal = (
  key: Uint8Array | null,
  belongsTo: string,
  sealed: Uint8Array | undefined,
): E.Either<string, readonly SealedFacts[]> => {
  if (sealed === undefined) return E.right([]);
  const opened = openSeal(key, belongsTo, sealed);
  if (E.isLeft(opened)) return E.left('its seal does not open');
  return O.isNone(opened.right) ? E.right([]) : decodedJson(t.array(SealedFacts), opened.right.value.toString());
};

const readEvents = (
  text: string,
  format: number,
  personal: readonly SealedFacts[],
): E.Either<string, readonly DomainEvent[]> => {
  const stored = parsed(text);
  if (E.isLeft(stored) || !Array.isArray(stored.right)) return E.left('events: expected a JSON list');
  const events: DomainEvent[] = [];
  // Most commits have none, and walking through their events to see it costs more than looking at the text.
  const hasPersonal = text.includes('"personal":');
  for (const [index, candidate] of stored.right.entries()) {
    const event = readEvent(upcast(format, hasPersonal ? withPersonal(candidate, personal) : candidate));
    if (E.isLeft(event)) return E.left(`event ${index}: ${event.left}`);
    events.push(event.right);
  }
  return E.right(events);
};

/** The codec of the event's own type, never the union of all: it costs a fraction and says what is wrong. */
const readEvent = (candidate: unknown): E.Either<string, DomainEvent> => {
  if (!isObject(candidate) || typeof candidate.type !== 'string') return E.left('type: expected an event type');
  const codec = codecs[candidate.type];
  return codec === undefined ? E.left('type: expected a known event type') : decoded(codec, candidate);
};

const codecs: Readonly<Record<string, t.Type<DomainEvent, unknown>>> = Object.assign(Object.create(null), eventCodecs);

/** Puts personal facts back in the place of their index. */
const withPersonal = (event: unknown, personal: readonly SealedFacts[]): unknown =>
  mapPersonalFacts(event, (index, partOf) =>
    typeof index === 'number' ? (personal[index] ?? forgottenFacts(partOf)) : index,
  );

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
