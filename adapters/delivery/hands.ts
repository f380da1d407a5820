import type { Lane } from './acceptedEvent.ts';
import type { Limits } from './destination.ts';
import type { Guard } from './guard.ts';
import { bulkRooms } from './turns.ts';

/** How many deliveries of one credential are under way: shared by its destinations. */
export type Hands = {
  readonly free: (lane: Lane) => number;
  readonly take: (lane: Lane) => void;
  /** Whoever waits for a hand looks again. */
  readonly release: (lane: Lane) => void;
  readonly held: () => Readonly<Record<Lane, number>>;
  readonly onRelease: (look: () => void) => void;
};

type Shared = Pick<Limits, 'perSecond' | 'concurrent' | 'concurrentBulk' | 'deadlineMs'>;

/**
 * Twice as many deliveries as rooms, since some wait for their next try; but no more than find a place in a quarter of a step's deadline, or they would fail by
 * waiting here for each other. Bulk never has them all. With the breaker open nothing is begun, and when it was open long enough one alone.
 */
export const handsOf = (limits: Shared, guard: Pick<Guard, 'admits'>): Hands => {
  const inTime = Math.max(1, Math.floor((limits.perSecond * limits.deadlineMs) / 4_000));
  const most = Math.max(1, Math.min(2 * limits.concurrent, inTime));
  const mostBulk = Math.max(1, Math.min(2 * bulkRooms(limits), most - 1));
  const held = { live: 0, bulk: 0 };
  const looks: (() => void)[] = [];
  return {
    free: (lane) => {
      const admitted = guard.admits();
      const all = held.live + held.bulk;
      if (admitted === 'none') return 0;
      if (admitted === 'one') return all === 0 ? 1 : 0;
      return Math.max(0, lane === 'live' ? most - all : Math.min(most - all, mostBulk - held.bulk));
    },
    take: (lane) => {
      held[lane] += 1;
    },
    release: (lane) => {
      held[lane] -= 1;
      // Each of them is first once.
      const first = looks.shift();
      if (first !== undefined) looks.push(first);
      for (const look of looks) look();
    },
    held: () => ({ ...held }),
    onRelease: (look) => void looks.push(look),
  };
};
