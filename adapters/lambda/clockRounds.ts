import { type ClockDeps, clockHandler } from './clock.ts';

/** What is asked of Lambda's context. */
export type TimeLeft = { readonly getRemainingTimeInMillis: () => number };

/** Kept back of an invocation's time: a page in hand is finished, and its metrics leave. */
const RESERVE_MS = 30_000;

/**
 * The clock where nobody runs it again at once: rounds until one leaves nothing undone, or the time is short. Whatever is left stands in the store, and the
 * next invocation goes on there. Returns how many passes and records were changed or looked at.
 */
export const clockRounds = (deps: Omit<ClockDeps, 'onUnfinished' | 'isTimeUp'>) => {
  let time: TimeLeft = { getRemainingTimeInMillis: () => 0 };
  let isUnfinished = false;
  const isTimeUp = (): boolean => time.getRemainingTimeInMillis() < RESERVE_MS;
  const round = clockHandler({
    ...deps,
    onUnfinished: () => {
      isUnfinished = true;
    },
    isTimeUp,
  });
  return async (left: TimeLeft): Promise<number> => {
    time = left;
    let worked = 0;
    do {
      isUnfinished = false;
      worked += await round();
    } while (isUnfinished && !isTimeUp());
    return worked;
  };
};
