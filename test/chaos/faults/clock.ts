import { setTimeout } from 'node:timers/promises';
import type { Random } from '#adapters/sample/random.ts';
import { type Fault, lasting } from './fault.ts';

const MINUTE_MS = 60_000;

/** Set wrong, and right again after a while. */
const skewed = (name: string, aheadMs: (random: Random) => number): Fault => ({
  name,
  strike: async (harm) => {
    await harm.system.setClock(aheadMs(harm.random));
    await setTimeout(lasting(harm));
    await harm.system.setClock(0);
  },
});

/** As for a laptop that slept: days have gone by, and none of its connections stands. */
const asleep: Fault = {
  name: 'clock days ahead, and DynamoDB out of reach',
  strike: async (harm) => {
    const { toDynamoDb, setClock } = harm.system;
    toDynamoDb.become({ type: 'refused' });
    await setClock(harm.random.int(24 * 60, 72 * 60) * MINUTE_MS);
    await setTimeout(lasting(harm));
    toDynamoDb.become({ type: 'open' });
    await setTimeout(lasting(harm));
    await setClock(0);
  },
};

export const clockFaults: readonly Fault[] = [
  skewed('clock seconds to minutes ahead', (random) => random.int(1_000, 5 * MINUTE_MS)),
  skewed('clock days ahead', (random) => random.int(24 * 60, 72 * 60) * MINUTE_MS),
  skewed('clock minutes to a day behind', (random) => -random.int(1, 24 * 60) * MINUTE_MS),
  asleep,
];
