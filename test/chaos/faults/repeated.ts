import { deliver, noDeliveries, shuffled } from '../delivering.ts';
import type { Fault } from './fault.ts';

/** What was told long ago comes again, in another order, among what is new. */
export const historyRepeated: Fault = {
  name: 'deliveries repeated and reordered',
  strike: async ({ system, random, history }) => {
    const again = shuffled(random, history).slice(0, MOST);
    await deliver(system, again, { random, overMs: 0, counts: noDeliveries() });
  },
};

const MOST = 150;
