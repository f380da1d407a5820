import * as t from 'io-ts';
import { eventCodecs } from '#domain/index.ts';
import { orNull } from './common.ts';
import { MoneyText } from './views.ts';

/** Where what the holder sees changed. */
const HistoryPoint = t.strict(
  {
    /** Of the last event that was then known. */
    version: t.number,
    /** When that event was recorded. */
    recordedAt: t.string,
    /** When the change was to be seen. */
    evaluatedAt: t.string,
    /** event: of the member. definition: of a promotion or a tier. time: nothing happened but that it passed. */
    because: t.keyof({ event: null, definition: null, time: null }),
    types: t.readonlyArray(t.keyof(eventCodecs, 'EventType')),
    /** Paths of the pass. */
    changed: t.readonlyArray(t.string),
    /** How many changes this one stands for, with those before it that were left out. */
    changes: t.number,
    status: t.keyof({ active: null, withdrawn: null }),
    /** null: the source decides tiers, and has not said. */
    tier: orNull(t.string),
    next: orNull(t.strict({ name: t.string, threshold: t.string, remaining: t.string })),
    qualifyingSpend: MoneyText,
    lifetime: t.readonlyArray(MoneyText),
  },
  'HistoryPoint',
);
export type HistoryPoint = t.TypeOf<typeof HistoryPoint>;

/** Oldest first; with first, last and every change of tier, of the others as many as have room. next: where another answer goes on. */
export const MemberHistory = t.strict(
  {
    memberId: t.string,
    lastVersion: t.number,
    /** When the first and the last of its events were recorded. */
    firstRecordedAt: t.string,
    lastRecordedAt: t.string,
    evaluatedAt: t.string,
    items: t.readonlyArray(HistoryPoint),
    next: orNull(t.string),
  },
  'MemberHistory',
);
export type MemberHistory = t.TypeOf<typeof MemberHistory>;
