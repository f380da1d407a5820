import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { WireItem } from '#test/support/wire.ts';
import { type Fault, lasting } from './fault.ts';

/** Far more than it can take, of what it knows already, from callers who do not wait. Each is answered: taken, or told to come again. */
export const flooded: Fault = {
  name: 'queues filled: flood of entries',
  strike: async (harm) => {
    const { system, random, history } = harm;
    const events = history.filter((item): item is Extract<WireItem, { type: 'event' }> => item.type === 'event');
    const client = new EventBridgeClient({
      ...{ endpoint: `${system.url}/eventbridge`, region: 'eu-west-1', maxAttempts: 1 },
      credentials: { accessKeyId: 'anyone', secretAccessKey: 'anything' },
    });
    const until = performance.now() + lasting(harm);
    const caller = async (): Promise<void> => {
      while (performance.now() < until) {
        const Entries = Array.from({ length: 10 }, () => random.pick(events).entry).map((entry) => ({
          ...entry,
          Time: new Date(entry.Time * 1_000),
        }));
        await client.send(new PutEventsCommand({ Entries })).catch((error: unknown) => {
          if (!(error instanceof Error && COME_AGAIN.includes(error.name))) throw error;
        });
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    client.destroy();
  },
};

const CALLERS = 24;
const COME_AGAIN = ['ThrottlingException', 'ServiceUnavailableException'];
