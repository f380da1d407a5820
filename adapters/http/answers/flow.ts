import * as t from 'io-ts';
import { orNull } from './common.ts';

/** What a part of the topology has done since this start, and how it stands. */
const now = {
  /** Items that went on. */
  passed: t.number,
  /** Of those, over the last seconds. */
  perSecond: t.number,
  waiting: t.number,
  /** There are more than were counted. */
  isMore: t.boolean,
  /** Age of the oldest that waits. */
  oldestMs: orNull(t.number),
  /** Items of batches that failed; they may have been tried again. */
  failed: t.number,
  /** Given up on, and kept. */
  dead: t.number,
  lastAt: orNull(t.string),
  state: t.keyof({ ok: null, paused: null, retrying: null, down: null }),
};
export const PartNow = t.strict(now, 'PartNow');
export type PartNow = t.TypeOf<typeof PartNow>;

/** A wallet event in a line. at: when the bus took it. */
export const WalletNews = t.strict(
  {
    sequence: t.number,
    type: t.string,
    memberId: t.string,
    memberNumber: orNull(t.string),
    revision: t.number,
    changed: t.readonlyArray(t.string),
    at: t.string,
  },
  'WalletNews',
);
export type WalletNews = t.TypeOf<typeof WalletNews>;

export const FlowNow = t.strict(
  {
    at: t.string,
    startedAt: t.string,
    /** By kind and name, such as "queues/ingest". What does not run here is not listed. */
    parts: t.readonly(t.record(t.string, PartNow)),
    /** Names, as the middleware is configured. */
    destinations: t.readonlyArray(t.string),
    /** Items of the views table, about; null: the store does not tell. */
    passes: orNull(t.number),
    /** What the wallet bus carried first of all that it kept. */
    first: orNull(WalletNews),
    /** And last, newest first. */
    lately: t.readonlyArray(WalletNews),
  },
  'FlowNow',
);
export type FlowNow = t.TypeOf<typeof FlowNow>;

/** Something that was carried, that waits or is dead: what it is, never what is in it. */
const FlowItem = t.strict(
  {
    id: t.string,
    what: t.string,
    at: t.string,
    memberId: orNull(t.string),
    /** How often it failed. */
    tries: orNull(t.number),
    reason: orNull(t.string),
  },
  'FlowItem',
);
export type FlowItem = t.TypeOf<typeof FlowItem>;

export const PartDetail = t.strict(
  {
    ...now,
    id: t.string,
    arrived: t.number,
    calls: t.number,
    /** Of a call. */
    meanMs: orNull(t.number),
    /** Each list newest first, but for what waits: oldest first. */
    failures: t.readonlyArray(t.strict({ at: t.string, reason: t.string, items: t.number }, 'PartFailure')),
    last: t.readonlyArray(FlowItem),
    queue: t.readonlyArray(FlowItem),
    deadLetters: t.readonlyArray(FlowItem),
    /** Facts of this kind of part alone: breaker, pace. In words; at: the instant that they end with. */
    facts: t.readonlyArray(t.strict({ name: t.string, value: t.string, at: orNull(t.string) }, 'PartFact')),
  },
  'PartDetail',
);
export type PartDetail = t.TypeOf<typeof PartDetail>;

export const FlowDetail = t.strict({ box: t.string, parts: t.readonlyArray(PartDetail) }, 'FlowDetail');
export type FlowDetail = t.TypeOf<typeof FlowDetail>;
