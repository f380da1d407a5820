import { setTimeout } from 'node:timers/promises';
import type { Manners } from '../partner.ts';
import { type Fault, lasting } from './fault.ts';

export const partnerIll: Fault = {
  name: 'partner fails, hangs or breaks off',
  strike: async (harm) => {
    const { partner } = harm.system;
    partner.behave(harm.random.pick<Manners>(['failing', 'silent', 'rude']));
    await setTimeout(lasting(harm));
    partner.behave('well');
  },
};
