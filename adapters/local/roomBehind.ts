/** Something that works off what others write, one after the other: how much of it is still to be done, and room for those who may wait. */
export type Behind = {
  readonly wrote: (count: number) => void;
  /** Looked at, whoever wrote it, and however often. */
  readonly handled: (count: number) => void;
  /** How far those have gone who wait for no room: beyond the most, and what bulk has under way by then. 0 where somebody paused it. */
  readonly beyond: () => number;
  /** Resolves once there is less than the most, or where nothing moves that one could wait for. */
  readonly untilRoom: () => Promise<void>;
};

export type BehindDeps = {
  readonly most: number;
  /** idle: it found nothing more to do. held: somebody paused it, and goes on writing all the same. */
  readonly working: () => 'busy' | 'idle' | 'held';
};

/**
 * A live change stands in the same line as a load, so a load does not put more into it than `most`: whoever writes in bulk waits for room first. The count is of
 * this process alone, and a little off where something is done twice; it is none where all is done.
 */
export const roomBehind = ({ most, working }: BehindDeps): Behind => {
  const waiting = new Set<() => void>();
  let behind = 0;

  const someNews = (): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, LOOK_AGAIN_MS);
      waiting.add(done);
    });

  return {
    wrote: (count) => {
      behind += count;
    },
    handled: (count) => {
      behind = Math.max(0, behind - count);
      for (const done of [...waiting]) done();
    },
    beyond: () => (working() === 'busy' ? Math.max(0, behind - most - UNDER_WAY) : 0),
    untilRoom: async () => {
      while (behind >= most) {
        const state = working();
        if (state === 'idle') behind = 0;
        if (state !== 'busy') return;
        await someNews();
      }
    },
  };
};

/** Room is asked for before each transaction, and those of some batches of a hundred records go side by side. */
export const UNDER_WAY = 1_000;
/** Whether there is anything to wait for changes without anybody telling. */
const LOOK_AGAIN_MS = 200;
