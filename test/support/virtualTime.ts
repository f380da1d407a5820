import { vi } from 'vitest';

/**
 * Time that goes by only when it is told to: Date, performance and timers of this thread, the libraries' too. Chains of promises run to their end between two timers.
 */
export type VirtualTime = {
  /** Lets so much time pass, timer by timer. */
  readonly pass: (ms: number) => Promise<void>;
  /** Until it holds, looked at between timers. False: it did not within so long. */
  readonly until: (holds: () => boolean, withinMs: number) => Promise<boolean>;
};

/** A few timers are left when it ends: they never fire. */
export const inVirtualTime = async <Result>(run: (time: VirtualTime) => Promise<Result>): Promise<Result> => {
  vi.useFakeTimers({ now: START, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  try {
    return await run({
      pass: async (ms) => void (await until(() => false, ms)),
      until,
    });
  } finally {
    vi.clearAllTimers();
    vi.useRealTimers();
  }
};

export const START = Date.UTC(2027, 0, 1);

/** As a clock would say it that nobody sets. */
export const trueNow = (): number => START + performance.now();
/** From now on the clock of this thread is so far ahead of it. */
export const setClockAhead = (ms: number): void => void vi.setSystemTime(trueNow() + ms);

const until: VirtualTime['until'] = async (holds, withinMs) => {
  const end = performance.now() + withinMs;
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
  }, withinMs);
  await settled();
  while (!isOver && performance.now() <= end && !holds()) {
    vi.advanceTimersToNextTimer();
    await settled();
  }
  clearTimeout(timer);
  return holds();
};

/** Everything that waits for nothing but promises is done. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
