import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { DeliveryStore } from '#adapters/delivery/deliveryStore.ts';
import { connectDynamoDb } from '#adapters/dynamodb/client.ts';
import { dynamoDbDeliveryStore } from '#adapters/dynamodb/deliveryStore.ts';
import { keyring } from '#adapters/middleware/keyring.ts';
import { middlewareLog } from '#adapters/middleware/log.ts';
import { buildMiddleware } from '#adapters/middleware/server.ts';
import { physicalName, topology } from '#adapters/topology.ts';

/** One variant of the server in a process of its own: says its address, then what CPU time it used whenever it is asked. */
export type InboundServer = {
  readonly variant: 'bare' | 'bare, a PutItem' | 'billfold, nothing stored' | 'billfold';
  readonly endpoint: string;
  readonly prefix: string;
  readonly key: string;
};

const { variant, endpoint, prefix, key } = JSON.parse(process.argv[2] ?? '{}') as InboundServer;
const settings = { endpoint, region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
const { dynamodb } = connectDynamoDb(settings);
const tableName = (name: string): string => physicalName(prefix, name);

const bare = (store: (event: { readonly id: string }) => Promise<unknown>): FastifyInstance => {
  const server = Fastify();
  server.post(topology.middleware.eventsPath, async (request, reply) => {
    await Promise.all((request.body as readonly { readonly id: string }[]).map(store));
    return reply.code(202).send({ accepted: 1, duplicates: 0 });
  });
  return server;
};

const billfold = (isStored: boolean): FastifyInstance => {
  const clock = () => Date.now();
  const route = () => ['apple', 'google'];
  const stored = dynamoDbDeliveryStore({ dynamodb, tableName, clock, route });
  const deliveries: DeliveryStore = isStored
    ? stored
    : { ...stored, accept: async (events) => events.map(() => 'Accepted') };
  const { server } = buildMiddleware({
    ...{ deliveries, registrations: null, passFile: null, saveLink: null, operators: null, routes: [], clock },
    ...{ certificateEndsAt: () => null, version: 'bench', rateLimit: () => null },
    // Nobody delivers: what is measured is taking in.
    engine: { state: async () => [], drain: async () => undefined },
    proxies: 0,
    keyring: keyring({ readKeys: TE.right([key]), clock }),
    log: middlewareLog({ level: 'silent', prefix }) as FastifyBaseLogger,
  });
  return server;
};

const put = async (event: { readonly id: string }): Promise<void> => {
  const Item = { p: { S: `bare#${event.id}` }, s: { S: 'bare' }, c: { S: JSON.stringify(event) } };
  await dynamodb.send(new PutItemCommand({ TableName: tableName('deliveries'), Item }));
};

const server = {
  bare: () => bare(async () => undefined),
  'bare, a PutItem': () => bare(put),
  'billfold, nothing stored': () => billfold(false),
  billfold: () => billfold(true),
}[variant]();

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000 });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ url: await server.listen({ host: '127.0.0.1', port: 0 }) });
