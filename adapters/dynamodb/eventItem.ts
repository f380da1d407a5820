import { deflateRawSync } from 'node:zlib';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import {
  type Commit,
  type DomainEvent,
  EVENT_FORMAT,
  type Head,
  holdsPersonalFacts,
  type KeyStore,
  mapPersonalFacts,
  memberKeyId,
  ownerOf,
  type ReadFailure,
  type StoreCorrupt,
  type StreamName,
} from '#domain/index.ts';
import { openSeal, seal } from '../keys/seal.ts';
import { corrupt, decodedJson } from './decoded.ts';
import {
  bytesIn,
  type Item,
  type ItemImage,
  instantIn,
  itemBytes,
  longTextIn,
  number,
  numberIn,
  textIn,
} from './item.ts';
import { packEvent, packOrigin, packPersonal } from './packedEvents.ts';
import { readFormat1, readFormat2 } from './storedEvents.ts';

/**
 * Stored format, version with care: one immutable item of the events table is one commit.
 *
 *   p  stream            v  version of the first event    n  number of events; absent: 1    t  recordedAt, epoch ms
 *   l  "bulk"; absent: live                               f  format of what follows; absent: 2
 *   e  JSON: a list of the origin and the events (packedEvents.ts); or, where that halves it, z: the same text, deflated (raw)
 *   s  the personal facts of all the events, a JSON list, sealed under the member's key and tied to stream@version
 *
 * In e and z each `personal` is its index in the list. Where the key was destroyed before the commit was written there is no s.
 * Format 1, which nobody writes any more: n and f always, o  origin as JSON, e  a list of events as objects, s  of facts as objects.
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
  const personal = new Map<string, number>();
  const takePersonal = (facts: unknown): number => {
    const text = JSON.stringify(packPersonal(facts));
    const number = personal.get(text) ?? personal.size;
    personal.set(text, number);
    return number;
  };
  // Facts are replaced by their number, so it is the event it was.
  const events = commit.events.map((event) => packEvent(mapPersonalFacts(event, takePersonal) as DomainEvent));
  const text = JSON.stringify([packOrigin(commit.origin), ...events]);
  const sealed = `[${[...personal.keys()].join()}]`;
  return withBody(
    {
      p: { S: commit.stream },
      v: number(commit.version),
      ...(commit.events.length > 1 && { n: number(commit.events.length) }),
      t: number(commit.recordedAt),
      ...(commit.lane === 'bulk' && { l: { S: 'bulk' } }),
      ...(personal.size > 0 && key !== null && { s: { B: seal(key, sealedFor(commit), sealed) } }),
    },
    text,
  );
};

/**
 * Deflated where that halves it, from about four events on: inflating takes 10 µs, which a small commit does not save. Five events of a commit are
 * then a third of their bytes, 25 a fifth; a single one would hardly be smaller (npm run bench -- replay).
 */
const withBody = (item: Item, text: string): Item => {
  const deflated = text.length < MIN_DEFLATED ? null : deflateRawSync(text);
  return deflated !== null && deflated.length < Buffer.byteLength(text) / 2
    ? { ...item, z: { B: deflated } }
    : { ...item, e: { S: text } };
};
const MIN_DEFLATED = 400;

const BODY = { plain: 'e', deflated: 'z' };

const sealedFor = ({ stream, version }: { readonly stream: StreamName; readonly version: number }): string =>
  `${stream}@${version}`;

/** Where the stream ends with this commit. undefined: not a commit. */
export const headIn = (item: ItemImage): Head | undefined => {
  const stream = textIn(item, 'p');
  const version = numberIn(item, 'v');
  const recordedAt = instantIn(item, 't');
  if (stream === undefined || version === undefined || recordedAt === undefined) return undefined;
  return { stream, version: version + (numberIn(item, 'n') ?? 1) - 1, recordedAt };
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
    const keyIds = items.filter(isSealed).map(keyIdOf);
    const obtained = await keys.obtain([...new Set(keyIds)])();
    if (E.isLeft(obtained)) return obtained;
    const commits: Commit[] = [];
    for (const item of items) {
      const key = isSealed(item) ? obtained.right.get(keyIdOf(item)) : undefined;
      const commit = readCommit(item, key ?? null);
      if (E.isLeft(commit)) return commit;
      commits.push(commit.right);
    }
    return E.right(commits);
  };

const isSealed = (item: ItemImage): boolean => bytesIn(item, 's') !== undefined;
const keyIdOf = (item: ItemImage): string => memberKeyId(ownerOf(textIn(item, 'p') ?? '').id);

const readCommit = (item: ItemImage, key: Uint8Array | null): E.Either<StoreCorrupt, Commit> => {
  const stream = textIn(item, 'p') ?? 'events';
  const version = numberIn(item, 'v') ?? 0;
  const place = `${stream}@${version}`;
  const bad = (reason: string) => E.left(corrupt(place, reason));

  const head = headIn(item);
  if (head === undefined) return bad('expected a commit');
  const format = numberIn(item, 'f') ?? 2;
  if (!(format <= EVENT_FORMAT)) return bad(`expected format ${EVENT_FORMAT} or older`);
  const sealed = openPersonal(key, place, bytesIn(item, 's'));
  if (E.isLeft(sealed)) return bad(sealed.left);
  const text = longTextIn(item, BODY) ?? '';
  const stored =
    format === 1 ? readFormat1(textIn(item, 'o') ?? '', text, sealed.right) : readFormat2(text, sealed.right);
  if (E.isLeft(stored)) return bad(stored.left);
  const { origin, events } = stored.right;
  if (events.length !== head.version - version + 1) return bad('expected as many events as it says');

  const lane = textIn(item, 'l') === 'bulk' ? 'bulk' : 'live';
  return E.right({ stream, version, events, recordedAt: head.recordedAt, origin, lane });
};

/** What was sealed; [] where the key, or what it sealed, is gone. */
const openPersonal = (
  key: Uint8Array | null,
  belongsTo: string,
  sealed: Uint8Array | undefined,
): E.Either<string, readonly unknown[]> => {
  if (sealed === undefined) return E.right([]);
  const opened = openSeal(key, belongsTo, sealed);
  if (E.isLeft(opened)) return E.left('its seal does not open');
  return O.isNone(opened.right) ? E.right([]) : decodedJson(t.UnknownArray, opened.right.value.toString());
};
