import { setTimeout } from 'node:timers/promises';
import { type Fault, lasting } from './fault.ts';

const pausing = (part: 'service' | 'dynamodb', name: string): Fault => ({
  name,
  strike: async (harm) => {
    const pid = harm.system.pids()[part];
    if (pid === null) throw new Error(`${part} is down`);
    process.kill(pid, 'SIGSTOP');
    await setTimeout(lasting(harm));
    process.kill(pid, 'SIGCONT');
  },
});

export const servicePaused = pausing('service', 'service paused (SIGSTOP)');
export const dynamoDbPaused = pausing('dynamodb', 'DynamoDB server paused (SIGSTOP)');
