import { setTimeout } from 'node:timers/promises';
import type { Random } from '#adapters/sample/random.ts';
import type { WireItem } from '#test/support/wire.ts';
import type { System } from './system.ts';

/** sent: entries and files, each time. acknowledged: taken, as the service said. refused: sent again, since it was not taken or nobody said so. */
export type DeliveryCounts = {
  sent: number;
  acknowledged: number;
  refused: number;
  repeated: number;
  throttled: number;
};
export const noDeliveries = (): DeliveryCounts => ({
  ...{ sent: 0, acknowledged: 0, refused: 0, repeated: 0, throttled: 0 },
});

/**
 * As feeds do: several at once, so in no order, spread over a while, some of it twice, and again until it is acknowledged. Resolves when all of it is.
 * Waits where there is no service to talk to.
 */
export const deliver = async (
  system: System,
  items: readonly WireItem[],
  { random, overMs, counts }: { readonly random: Random; readonly overMs: number; readonly counts: DeliveryCounts },
): Promise<void> => {
  const again = items.filter(() => random.chance(REPEATED));
  counts.repeated += again.length;
  const waiting = shuffled(random, [...items, ...again]);
  const pauseMs = (overMs * LANES) / Math.max(1, waiting.length);
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      while (!system.isUp()) await setTimeout(AGAIN_MS);
      counts.sent += 1;
      if (await isTaken(system, item, counts)) counts.acknowledged += 1;
      else {
        counts.refused += 1;
        waiting.push(item);
        await setTimeout(AGAIN_MS);
      }
      await setTimeout(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
};

const LANES = 6;
/** Of items: delivered once more although they were taken. */
const REPEATED = 0.1;
const AGAIN_MS = 20;

/** A file that lies in the inbox needs nobody's word; an entry does. */
const isTaken = async (system: System, item: WireItem, counts: DeliveryCounts): Promise<boolean> => {
  const service = system.service();
  if (item.type === 'file') {
    await service.drop(item);
    return true;
  }
  try {
    await service.put([item]);
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ThrottlingException') counts.throttled += 1;
    return false;
  }
};

export const shuffled = <T>(random: Random, items: readonly T[]): T[] => {
  const left = [...items];
  for (let last = left.length - 1; last > 0; last -= 1) {
    const at = random.int(0, last);
    [left[last], left[at]] = [left[at] as T, left[last] as T];
  }
  return left;
};
