import * as E from 'fp-ts/lib/Either.js';
import type { Lane } from './acceptedEvent.ts';
import type { DeliveryKey } from './delivery.ts';
import type { DeliveryStore } from './deliveryStore.ts';
import type { Tell } from './outbound.ts';

/** What may be claimed in one lane of one destination, as far as this process knows: what it took in itself, and pages of what the store says is due. */
export type Hints = {
  /** The next one, asking the store where it is time to. */
  readonly next: () => Promise<DeliveryKey | null>;
  /** Taken in by this process: no need to ask. */
  readonly add: (key: DeliveryKey) => void;
  /** Was claimed, or could not be: for a moment the store may still name it. */
  readonly pass: (key: DeliveryKey, forMs?: number) => void;
  /** Something will be due after so long. */
  readonly expect: (inMs: number) => void;
  /** When the store is asked again at the soonest, as performance.now() tells it. */
  readonly askedAt: () => number;
  /** Ask now. */
  readonly ring: () => void;
};

export type HintsDeps = {
  readonly store: Pick<DeliveryStore, 'due'>;
  readonly destination: string;
  readonly lane: Lane;
  readonly random: () => number;
  readonly tell: Tell;
};

/** Read units are spent on pages, not on each delivery. */
const PAGE = 200;
/** What came in is found by the next page where there is no room for it. */
const MOST = 1_000;
/** An index is behind by so much, seldom by more. */
const PASSED_MS = 1_000;
/**
 * An empty page doubles the pause. Idle, a process asks 720 times an hour for live and 240 times for bulk (where confirmations are). DynamoDB's queues are
 * cut into four, bulk's are two: 4 queries and 8, of half a read unit each, so 2,400 read units an hour for each destination. What this process took in
 * itself, or knows to come, is not polled for.
 */
const PAUSE = { shortestMs: 25, longestMs: { live: 5_000, bulk: 15_000 } };

/** Times are performance.now(): a clock that is set right must not be waited for. */
export const hintsOf = ({ store, destination, lane, random, tell }: HintsDeps): Hints => {
  const waiting = new Map<string, DeliveryKey>();
  const passed = new Map<string, number>();
  const longestMs = PAUSE.longestMs[lane];
  let askAt = 0;
  let pauseMs = PAUSE.shortestMs;
  let expected = Number.POSITIVE_INFINITY;

  const ask = async (): Promise<void> => {
    const now = performance.now();
    if (now < Math.min(askAt, expected)) return;
    if (expected <= now) expected = Number.POSITIVE_INFINITY;
    // Set before it is asked: whoever rings meanwhile is heard.
    askAt = now + pauseMs;
    const due = await store.due(destination, lane, PAGE)();
    if (E.isLeft(due)) {
      tell({ type: 'StoreFailed', operation: 'due', destination, reason: due.left.reason });
      pauseMs = Math.min(longestMs, pauseMs * 2);
      return;
    }
    forget();
    const found = due.right.filter((key) => (passed.get(nameOf(key)) ?? 0) <= performance.now());
    // Processes that read the same page begin at different places of it.
    for (const key of shuffled(found, random)) waiting.set(nameOf(key), key);
    pauseMs = found.length > 0 ? PAUSE.shortestMs : Math.min(longestMs, pauseMs * 2);
    if (due.right.length < PAGE) askAt = Math.max(askAt, performance.now() + pauseMs);
  };

  /** Oldest first, as far as it goes: one that is passed for longer keeps some behind it, whose time is over all the same. */
  const forget = (): void => {
    const now = performance.now();
    for (const [name, until] of passed) {
      if (until > now && passed.size <= 4 * MOST) return;
      passed.delete(name);
    }
  };

  return {
    next: async () => {
      if (waiting.size === 0) await ask();
      for (const [name, key] of waiting) {
        waiting.delete(name);
        return key;
      }
      return null;
    },
    add: (key) => {
      if (waiting.size < MOST) waiting.set(nameOf(key), key);
      else [askAt, pauseMs] = [0, PAUSE.shortestMs];
    },
    pass: (key, forMs = PASSED_MS) => {
      const name = nameOf(key);
      waiting.delete(name);
      const until = Math.max(passed.get(name) ?? 0, performance.now() + forMs);
      passed.delete(name);
      passed.set(name, until);
      forget();
    },
    expect: (inMs) => {
      expected = Math.min(expected, performance.now() + Math.max(0, inMs));
    },
    askedAt: () => (waiting.size > 0 ? 0 : Math.min(askAt, expected)),
    ring: () => {
      [askAt, pauseMs] = [0, PAUSE.shortestMs];
    },
  };
};

export const nameOf = ({ subject }: DeliveryKey): string =>
  JSON.stringify(subject.type === 'member' ? [subject.memberId] : [subject.source, subject.id]);

const shuffled = <Item>(items: readonly Item[], random: () => number): readonly Item[] => {
  const left = [...items];
  for (let last = left.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [left[last], left[other]] = [left[other] as Item, left[last] as Item];
  }
  return left;
};
