import { setTimeout } from 'node:timers/promises';
import type { Random } from '#adapters/sample/random.ts';
import type { Weather } from '../tcpProxy.ts';
import { type Fault, lasting } from './fault.ts';

const weather = (to: 'toDynamoDb' | 'toMiddleware', name: string, draw: (random: Random) => Weather): Fault => ({
  name,
  strike: async (harm) => {
    const proxy = harm.system[to];
    proxy.become(draw(harm.random));
    await setTimeout(lasting(harm));
    proxy.become({ type: 'open' });
  },
});

const cut = (to: 'toDynamoDb' | 'toMiddleware', name: string): Fault => ({
  name,
  strike: async (harm) => {
    for (let times = harm.random.int(2, 6); times > 0; times -= 1) {
      harm.system[to].cut();
      await setTimeout(lasting(harm) / 4);
    }
  },
});

const refused = (): Weather => ({ type: 'refused' });
const silent = (): Weather => ({ type: 'silent' });
const slow = (random: Random): Weather => ({ type: 'slow', byMs: random.int(5, 60) });
/** The request went through, and nobody is told. */
const forgetful = (random: Random): Weather => ({ type: 'forgetful', oneOf: random.int(2, 9) });

export const connectionFaults: readonly Fault[] = [
  cut('toDynamoDb', 'connections to DynamoDB cut'),
  weather('toDynamoDb', 'connections to DynamoDB refused', refused),
  weather('toDynamoDb', 'connections to DynamoDB silent', silent),
  weather('toDynamoDb', 'connections to DynamoDB slow', slow),
  weather('toDynamoDb', 'answers of DynamoDB lost', forgetful),
  cut('toMiddleware', 'connections to the middleware cut'),
  weather('toMiddleware', 'connections to the middleware refused', refused),
  weather('toMiddleware', 'connections to the middleware slow', slow),
  weather('toMiddleware', 'answers of the middleware lost', forgetful),
];
