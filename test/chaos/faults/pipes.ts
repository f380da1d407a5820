import { setTimeout } from 'node:timers/promises';
import { type Fault, lasting } from './fault.ts';

/** What is written meanwhile waits in the streams. */
export const pipesHeld: Fault = {
  name: 'queues filled: pipes held back, then let go',
  strike: async (harm) => {
    const { url } = harm.system;
    const pipes = harm.random.pick([['poke'], ['publish'], ['poke', 'announce', 'publish']]);
    const ask = async (what: 'pause' | 'resume', pipe: string): Promise<void> => {
      const answer = await fetch(`${url}/api/pipes/${pipe}/${what}`, { method: 'POST' });
      if (!answer.ok) throw new Error(`${what} ${pipe}: ${answer.status}`);
    };
    await Promise.all(pipes.map((pipe) => ask('pause', pipe)));
    await setTimeout(lasting(harm));
    await Promise.all(pipes.map((pipe) => ask('resume', pipe)));
  },
};
