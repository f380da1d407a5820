import * as E from 'fp-ts/lib/Either.js';
import type { EpochMs, ViewStore } from '#domain/index.ts';

/**
 * The views, of which is remembered until when nobody is due: the clock asks each second, which was 16 requests and most of the CPU of a service with nothing
 * to do. It is asked a minute ahead instead, and not again before that minute is over, or a LIVE is written that is due sooner. What another process writes
 * is noticed when the minute is over.
 */
export const dueAhead = (views: ViewStore): ViewStore => {
  let nobodyUntil = Number.NEGATIVE_INFINITY;
  /** Under way, each with what was written since it began: it may not have seen that. */
  const looks = new Set<{ soonest: EpochMs }>();

  const expect = (due: EpochMs | null): void => {
    if (due === null) return;
    for (const look of looks) look.soonest = Math.min(look.soonest, due);
    nobodyUntil = Math.min(nobodyUntil, due - 1);
  };

  return {
    ...views,
    // Said when it is over, too: a look in between has not seen it.
    replace: (live) => async () => {
      expect(live.due);
      const replaced = await views.replace(live)();
      expect(live.due);
      return replaced;
    },
    due: (until, limit) => async () => {
      // It was never remembered for longer than that: the clock was set back.
      if (until < nobodyUntil - AHEAD_MS) nobodyUntil = Number.NEGATIVE_INFINITY;
      if (until <= nobodyUntil) return E.right([]);
      const look = { soonest: Number.POSITIVE_INFINITY };
      looks.add(look);
      const ahead = await views.due(until + AHEAD_MS, limit)();
      looks.delete(look);
      if (E.isLeft(ahead)) return ahead;
      if (ahead.right.length > 0) return views.due(until, limit)();
      nobodyUntil = Math.min(until + AHEAD_MS, look.soonest - 1);
      return ahead;
    },
  };
};

const AHEAD_MS = 60_000;
