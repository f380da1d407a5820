import * as E from 'fp-ts/lib/Either.js';
import type { ReadFailure } from '../errors.ts';
import type { Head, StreamName } from '../event/stream.ts';
import type { EventStore } from '../ports.ts';

export type HeadDeps = { readonly events: Pick<EventStore, 'head' | 'presumeEmpty'> };

/** What a process learnt of streams. An end may be old: an append after it loses the race, which tells the newer one. */
export type HeadMemory = {
  readonly ends: Map<StreamName, Head>;
  /** Who was new when last looked at had no stream yet: so may the next one be presumed to have none. */
  isNewEmpty: boolean;
};

export const emptyHeadMemory = (): HeadMemory => ({ ends: new Map(), isNewEmpty: true });

/** The heads that one batch appends to. */
export type Heads = {
  readonly ends: Map<StreamName, Head>;
  /** Of these nobody has looked whether they are empty. */
  readonly presumed: Set<StreamName>;
  /** They were not, and what is known of their ends is no more than that. */
  readonly misjudged: Set<StreamName>;
};

export const noHeads = (): Heads => ({ ends: new Map(), presumed: new Set(), misjudged: new Set() });

/** A stream that is to be appended to. isOfNew: the record that it is named for was never heard of. */
export type Concerned = { readonly stream: StreamName; readonly isOfNew: boolean };

/**
 * Finds the heads that the batch does not have yet: those that are known, those of new owners by presuming that they are empty, the others read side by side.
 * Members come before what they own in most feeds, so the guess is right for nearly all, and a read for each was two fifths of the client's CPU of a first
 * load. Where one was wrong, heads are read until all of the new ones are found empty again: a load of orders before their members guesses wrong once, not for
 * each.
 */
export const findHeads = async (
  { events }: HeadDeps,
  memory: HeadMemory,
  heads: Heads,
  concerned: readonly Concerned[],
): Promise<ReadFailure | null> => {
  const unread = new Set<StreamName>();
  const ofNew = new Set<StreamName>();
  for (const { stream, isOfNew } of concerned) {
    const known = heads.ends.get(stream) ?? memory.ends.get(stream);
    if (known !== undefined) heads.ends.set(stream, known);
    else if (isOfNew) ofNew.add(stream);
    else unread.add(stream);
  }
  for (const stream of ofNew) unread.delete(stream);
  if (memory.isNewEmpty) presume(events, heads, ofNew);
  const [misjudged, others, fresh] = await Promise.all([
    readHeads(events, [...heads.misjudged], 'strong'),
    readHeads(events, [...unread], 'eventual'),
    readHeads(events, memory.isNewEmpty ? [] : [...ofNew], 'eventual'),
  ]);
  for (const read of [misjudged, others, fresh]) {
    if (E.isLeft(read)) return read.left;
    for (const head of read.right) heads.ends.set(head.stream, head);
  }
  heads.misjudged.clear();
  if (E.isRight(fresh) && fresh.right.length > 0) memory.isNewEmpty = fresh.right.every(({ version }) => version === 0);
  return null;
};

const presume = (events: HeadDeps['events'], heads: Heads, streams: ReadonlySet<StreamName>): void => {
  for (const stream of streams) {
    heads.ends.set(stream, events.presumeEmpty(stream));
    heads.presumed.add(stream);
  }
};

const readHeads = async (
  events: HeadDeps['events'],
  streams: readonly StreamName[],
  consistency: 'eventual' | 'strong',
): Promise<E.Either<ReadFailure, readonly Head[]>> => {
  const heads: Head[] = [];
  for (const head of await Promise.all(streams.map((stream) => events.head(stream, consistency)()))) {
    if (E.isLeft(head)) return head;
    heads.push(head.right);
  }
  return E.right(heads);
};

/** A race was lost, and this is what stood there: of a stream that was presumed empty its first commit, which says nothing of where it ends. */
export const learnLost = (memory: HeadMemory, heads: Heads, found: readonly Head[]): void => {
  for (const head of found) {
    learn(heads.ends, head);
    if (!heads.presumed.delete(head.stream)) continue;
    heads.misjudged.add(head.stream);
    memory.isNewEmpty = false;
  }
};

/** An append was written, so nothing about its stream is a guess any more. */
export const learnWritten = (heads: Heads, written: readonly Head[]): void => {
  for (const head of written) {
    heads.presumed.delete(head.stream);
    learn(heads.ends, head);
  }
};

/** Of 250 bytes at most, since ids have an end: 5 MB, which a small heap has to hold on to. */
const MAX_KEPT = 20_000;

/** Those that were appended to last; what is over goes a quarter at a time. */
export const keepHeads = ({ ends: kept }: HeadMemory, { ends }: Heads): void => {
  for (const head of ends.values()) {
    const before = kept.get(head.stream);
    const newer = before !== undefined && before.version > head.version ? before : head;
    kept.delete(head.stream);
    if (newer.version > 0) kept.set(head.stream, newer);
  }
  let over = kept.size > MAX_KEPT ? kept.size - (3 / 4) * MAX_KEPT : 0;
  for (const stream of kept.keys()) {
    if (over <= 0) return;
    kept.delete(stream);
    over -= 1;
  }
};

/** News of a stream may come late: its end only ever moves on. */
const learn = (ends: Map<StreamName, Head>, head: Head): void => {
  if ((ends.get(head.stream)?.version ?? 0) < head.version) ends.set(head.stream, head);
};
