import { bell } from '../bell.ts';

/** How often time is looked at when nobody rings: a promotion that ends at midnight is gone a moment later. */
const EVERY_MS = 1_000;

export type ClockLoop = {
  readonly start: () => void;
  readonly stop: () => Promise<void>;
  /** Look now: definitions changed. */
  readonly ring: () => void;
  /** Somebody rang and has not been served; true before the first round, which finishes what an earlier process left. */
  readonly isRinging: () => boolean;
  /** When a round that found something to do ended. performance.now(). */
  readonly lastWorkEndedAt: () => number;
};

/** Runs the clock function again and again: the local stand-in for the schedule, and quicker. `round` tells how many passes it looked at; one that throws is tried again. */
export const clockLoop = (round: () => Promise<number>, onThrow: (error: unknown) => void): ClockLoop => {
  const doorbell = bell();
  let rung = 1;
  let served = 0;
  let lastWorkEndedAt = 0;
  let stopping = false;
  let running: Promise<void> = Promise.resolve();

  const run = async (): Promise<void> => {
    while (!stopping) {
      const serving = rung;
      try {
        if ((await round()) > 0) lastWorkEndedAt = performance.now();
        served = serving;
      } catch (error) {
        onThrow(error);
      }
      await doorbell.wait(EVERY_MS);
    }
  };

  const ring = (): void => {
    rung += 1;
    doorbell.ring();
  };

  return {
    start: () => {
      stopping = false;
      running = run();
    },
    stop: () => {
      stopping = true;
      doorbell.ring();
      return running;
    },
    ring,
    isRinging: () => served < rung,
    lastWorkEndedAt: () => lastWorkEndedAt,
  };
};
