import type { EpochMs } from '#domain/index.ts';
import type { PartId } from '../flow/parts.ts';

/** What one part has done since this start. Plain additions in memory: cheap enough for each message. */
export type PartMeter = {
  /** Came in, where that is another number than what went on: a queue's messages. */
  readonly arrived: (items: number) => void;
  readonly passed: (items: number) => void;
  /** A batch that threw, or items named in an answer; they may be tried again. */
  readonly failed: (items: number, reason: string) => void;
  readonly called: (tookMs: number) => void;
  /** What it has in hand or waits to take; isMore: there are more than were counted. */
  readonly waits: (items: number, since: EpochMs | null, isMore: boolean) => void;
  /** The last of what it carried, oldest first. Never a record's contents. */
  readonly saw: (items: readonly SeenItem[]) => void;
};

/** what: a type in words of the bus or the table. at: ISO 8601. memberId: null where it is none of a member's. */
export type SeenItem = {
  readonly id: string;
  readonly what: string;
  readonly at: string;
  readonly memberId: string | null;
};

export type Reading = {
  readonly arrived: number;
  readonly passed: number;
  /** Over the last seconds. */
  readonly perSecond: number;
  readonly failed: number;
  readonly calls: number;
  /** Of all calls. */
  readonly meanMs: number | null;
  readonly waiting: number;
  readonly waitingSince: EpochMs | null;
  readonly isMore: boolean;
  readonly lastAt: EpochMs | null;
  /** Newest first. */
  readonly failures: readonly { readonly at: EpochMs; readonly reason: string; readonly items: number }[];
  readonly seen: readonly SeenItem[];
};

export type Meter = { readonly of: (part: PartId) => PartMeter; readonly read: (part: PartId) => Reading };

const nothing = (): void => undefined;
/** For whoever does not want to know. */
export const unmetered: Meter = {
  of: () => ({ arrived: nothing, passed: nothing, failed: nothing, called: nothing, waits: nothing, saw: nothing }),
  read: () => readingOf(newCounts(), 0),
};

/** The parts' numbers, by the id of the part. */
export const startMeter = (nowMs: () => EpochMs): Meter => {
  const parts = new Map<PartId, Counts>();
  const countsOf = (part: PartId): Counts => {
    const counts = parts.get(part) ?? newCounts();
    parts.set(part, counts);
    return counts;
  };
  return {
    of: (part) => meterOf(countsOf(part), nowMs),
    read: (part) => readingOf(countsOf(part), nowMs()),
  };
};

/** How long a rate looks back. */
const RATE_SECONDS = 5;
const MAX_FAILURES = 10;
const MAX_SEEN = 20;

type Counts = {
  -readonly [Name in Exclude<keyof Reading, 'perSecond' | 'meanMs'>]: Reading[Name];
} & { tookMs: number; readonly bySecond: Map<number, number> };

const newCounts = (): Counts => ({
  ...{ arrived: 0, passed: 0, failed: 0, calls: 0, tookMs: 0 },
  ...{ waiting: 0, waitingSince: null, isMore: false, lastAt: null },
  ...{ failures: [], seen: [], bySecond: new Map() },
});

const meterOf = (counts: Counts, nowMs: () => EpochMs): PartMeter => ({
  arrived: (items) => {
    counts.arrived += items;
  },
  passed: (items) => {
    if (items === 0) return;
    const now = nowMs();
    const second = Math.floor(now / 1_000);
    counts.passed += items;
    counts.lastAt = now;
    counts.bySecond.set(second, (counts.bySecond.get(second) ?? 0) + items);
    for (const old of counts.bySecond.keys()) if (old <= second - RATE_SECONDS) counts.bySecond.delete(old);
  },
  failed: (items, reason) => {
    counts.failed += items;
    counts.failures = [{ at: nowMs(), reason, items }, ...counts.failures].slice(0, MAX_FAILURES);
  },
  called: (tookMs) => {
    counts.calls += 1;
    counts.tookMs += tookMs;
  },
  waits: (items, since, isMore) => {
    counts.waiting = items;
    counts.waitingSince = since;
    counts.isMore = isMore;
  },
  saw: (items) => {
    if (items.length > 0) counts.seen = [...items.slice(-MAX_SEEN).reverse(), ...counts.seen].slice(0, MAX_SEEN);
  },
});

const readingOf = ({ bySecond, tookMs, ...counts }: Counts, nowMs: EpochMs): Reading => {
  const since = Math.floor(nowMs / 1_000) - RATE_SECONDS;
  const lately = [...bySecond].reduce((sum, [second, items]) => (second > since ? sum + items : sum), 0);
  return {
    ...counts,
    perSecond: Math.round((lately / RATE_SECONDS) * 10) / 10,
    meanMs: counts.calls === 0 ? null : Math.round((tookMs / counts.calls) * 10) / 10,
  };
};
