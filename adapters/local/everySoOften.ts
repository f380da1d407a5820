import { bell } from '../bell.ts';

const EVERY_MS = 60_000;

export type Loop = { readonly start: () => void; readonly stop: () => Promise<void> };

/** A round at once, and then each minute. One that throws is told, and tried again. */
export const everySoOften = (round: () => Promise<void>, onThrow: (error: unknown) => void): Loop => {
  const doorbell = bell();
  let isStopping = false;
  let running: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    while (!isStopping) {
      await round().catch(onThrow);
      if (!isStopping) await doorbell.wait(EVERY_MS);
    }
  };
  return {
    start: () => {
      running = run();
    },
    stop: () => {
      isStopping = true;
      doorbell.ring();
      return running;
    },
  };
};
