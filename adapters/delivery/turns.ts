import { bulkhead } from 'cockatiel';
import type { Clock } from '#domain/index.ts';
import type { Lane } from './acceptedEvent.ts';
import type { Budget } from './budget.ts';
import type { Limits } from './destination.ts';
import { type PaceView, pacerOf } from './pace.ts';

export type Turns = {
  /**
   * Begins when there is a place in time and a room, which is held until `left` is called: by a request that goes on after its answer was given up, too.
   * `late` where the abort came first.
   */
  readonly take: <Result>(lane: Lane, signal: AbortSignal, on: OnTurn<Result>) => Promise<Result>;
  /** How many requests the partner has. */
  readonly inFlight: () => Readonly<Record<Lane, number>>;
  readonly pace: () => PaceView;
};
export type OnTurn<Result> = {
  readonly begin: (left: () => void) => Promise<Result>;
  readonly late: () => Result;
};

export type TurnsDeps = {
  readonly credential: string;
  readonly limits: Pick<Limits, 'perSecond' | 'burst' | 'concurrent' | 'concurrentBulk'>;
  readonly budget: Budget;
  readonly clock: Clock;
  readonly onAlone: (isAlone: boolean, reason: string | null) => void;
};

/** Rate, then room. cockatiel's bulkheads count the rooms; whoever has none stays in the pacer's line, where live is first and no place goes by. */
export const turnsOf = ({ limits, ...deps }: TurnsDeps): Turns => {
  const rooms = { all: bulkhead(limits.concurrent, 0), bulk: bulkhead(bulkRooms(limits), 0) };
  const pacer = pacerOf({
    ...deps,
    pace: { perSecond: limits.perSecond, burst: limits.burst },
    hasRoom: (lane) => rooms.all.executionSlots > 0 && (lane === 'live' || rooms.bulk.executionSlots > 0),
  });

  const take: Turns['take'] = (lane, signal, { begin, late }) =>
    new Promise((resolve, reject) => {
      // It may be its turn at once.
      let leave = (): boolean => false;
      const onAbort = (): void => {
        if (leave()) resolve(late());
      };
      signal.addEventListener('abort', onAbort);
      leave = pacer.join(lane, () => {
        signal.removeEventListener('abort', onAbort);
        const held = new Promise<void>((left) => void begin(left).then(resolve, reject));
        const whole = rooms.all.execute(() => (lane === 'bulk' ? rooms.bulk.execute(() => held) : held));
        void whole.finally(pacer.look);
      });
    });

  return {
    take,
    inFlight: () => {
      const bulk = bulkRooms(limits) - rooms.bulk.executionSlots;
      return { live: limits.concurrent - rooms.all.executionSlots - bulk, bulk };
    },
    pace: pacer.view,
  };
};

/** Bulk never has the last room, unless there is only one. */
export const bulkRooms = ({ concurrent, concurrentBulk }: Pick<Limits, 'concurrent' | 'concurrentBulk'>): number =>
  Math.max(1, Math.min(concurrentBulk, concurrent - 1));
