import * as E from 'fp-ts/lib/Either.js';
import { type Clock, isDatedAhead } from '#domain/index.ts';
import { whetherClockIsSet } from '../clocks.ts';
import type { Delivery } from './delivery.ts';
import type { DeliveryStore } from './deliveryStore.ts';
import { isFromAhead } from './fromAhead.ts';
import { nameOf } from './hints.ts';
import type { Tell } from './outbound.ts';

export type Mender = {
  /** Looks where it is time to, or where the clock was set back; one look at a time. Never rejects. */
  readonly look: () => Promise<void>;
  /** When it is time to, as performance.now() tells it. */
  readonly nextAt: () => number;
};

export type MenderDeps = {
  readonly store: Pick<DeliveryStore, 'ahead' | 'bringForward'>;
  readonly destination: string;
  /** For how long a delivery is claimed here. */
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly tell: Tell;
  /** Something is due that was not. */
  readonly onMended: () => void;
};

/**
 * Twelve queries, which find nothing as a rule: 72 read units an hour. Another process may have written by a clock that was ahead, or one that ended; where the
 * clock of this one is set back it looks at once.
 */
const LOOK_EVERY_MS = 300_000;
const LOOK_AGAIN_MS = 5_000;
/** Of each bucket. */
const FEW = 10;

/** Brings forward what a clock that was ahead put off: nobody would look at it before that clock comes, which may be days. */
export const menderOf = ({ store, destination, leaseMs, clock, tell, onMended }: MenderDeps): Mender => {
  const clockIsSet = whetherClockIsSet(clock);
  /** By somebody, for longer than anybody may: since when that is known here. Where his clock is the one that is right he is within his lease. */
  let held = new Map<string, { readonly until: number | null; readonly seenAt: number }>();
  let nextAt = 0;
  let looking: Promise<void> | null = null;

  const look = async (): Promise<void> => {
    nextAt = performance.now() + LOOK_EVERY_MS;
    for (let mended = 0; ; ) {
      const ahead = await store.ahead(destination, FEW)();
      if (E.isLeft(ahead)) return failed(ahead.left.reason);
      held = new Map(ahead.right.flatMap((delivery) => heldTooLong(delivery) ?? []));
      if (held.size > 0) nextAt = Math.min(nextAt, performance.now() + leaseMs);
      const over = ahead.right.filter(isOver);
      const brought = await Promise.all(over.map(({ key, due }) => store.bringForward(key, due ?? 0)()));
      const lost = brought.find(E.isLeft);
      if (lost !== undefined) failed(lost.left.reason);
      const some = brought.filter((one) => E.isRight(one) && one.right).length;
      mended += some;
      if (some > 0) onMended();
      if (some > 0 && lost === undefined) continue;
      if (mended > 0) tell({ type: 'ClockWasAhead', destination, deliveries: mended });
      return;
    }
  };

  const heldTooLong = (delivery: Delivery) => {
    const { inHandUntil: until } = delivery;
    if (until === null || !isDatedAhead(until, clock() + leaseMs)) return null;
    const known = held.get(nameOf(delivery.key));
    return [[nameOf(delivery.key), known?.until === until ? known : { until, seenAt: performance.now() }]] as const;
  };

  const isOver = (delivery: Delivery): boolean => {
    if (delivery.inHandUntil === null) return isFromAhead(delivery, clock());
    const known = held.get(nameOf(delivery.key));
    return known !== undefined && performance.now() - known.seenAt >= leaseMs;
  };

  const failed = (reason: string): void => {
    tell({ type: 'StoreFailed', operation: 'ahead', destination, reason });
    nextAt = Math.min(nextAt, performance.now() + LOOK_AGAIN_MS);
  };

  return {
    look: () => {
      if (clockIsSet() === 'back') nextAt = 0;
      if (performance.now() >= nextAt)
        looking ??= look().finally(() => {
          looking = null;
        });
      return looking ?? Promise.resolve();
    },
    nextAt: () => nextAt,
  };
};
