/** Wakes one sleeper, who hears it even when it rang a moment before he lay down. */
export type Bell = {
  readonly ring: () => void;
  readonly wait: (atMostMs: number) => Promise<void>;
  /** It has been heard: the sleeper lies down all the same. */
  readonly hush: () => void;
};

export const bell = (): Bell => {
  let rang = false;
  let wake: () => void = () => undefined;
  return {
    ring: () => {
      rang = true;
      wake();
    },
    wait: async (atMostMs) => {
      if (!rang) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(atMostMs, 60_000));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      rang = false;
    },
    hush: () => {
      rang = false;
    },
  };
};
