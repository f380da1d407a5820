import { setTimeout } from 'node:timers/promises';
import { type Fault, lasting } from './fault.ts';

export const serviceKilled: Fault = {
  name: 'service killed (kill -9)',
  strike: async ({ system }) => {
    await system.killService();
    await system.start();
  },
};

/** Its connections break, and nobody answers until it is back; the service stays. */
export const dynamoDbKilled: Fault = {
  name: 'DynamoDB server killed (kill -9)',
  strike: async (harm) => {
    await harm.system.killDynamoDb();
    await setTimeout(lasting(harm));
    await harm.system.startDynamoDb();
  },
};

/** As a power cut does. */
export const allKilled: Fault = {
  name: 'everything killed at once',
  strike: async ({ system }) => {
    await Promise.all([system.killService(), system.killDynamoDb()]);
    await system.startDynamoDb();
    await system.start();
  },
};

/** Again and again, before it is ready to take anything. */
export const killedInTheCradle: Fault = {
  name: 'service killed while it starts',
  strike: async ({ system, random }) => {
    await system.killService();
    await system.startAndKillAfter(random.int(50, 900));
    await system.start();
  },
};

export const serviceStopped: Fault = {
  name: 'service told to stop (SIGTERM)',
  strike: async ({ system }) => {
    const code = await system.stopService();
    if (code !== 0) throw new Error(`told to stop, the service ended with ${code}`);
    await system.start();
  },
};
