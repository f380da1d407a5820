import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import { connectDynamoDb, type MeteredDynamoDb } from '#adapters/dynamodb/client.ts';
import { createTables } from '#adapters/dynamodb/createTables.ts';
import { startDynoxide } from '#adapters/local/dynoxide.ts';
import { physicalName, type TableName, topology } from '#adapters/topology.ts';
import { freePort } from '#test/support/ports.ts';

export type BenchServer = {
  readonly endpoint: string;
  /** As billfold connects. */
  readonly connect: () => MeteredDynamoDb;
  /** As the SDK comes. */
  readonly connectPlainly: () => DynamoDBClient;
  /** The topology's tables under a name of their own, empty. */
  readonly freshTables: () => Promise<BenchTables>;
  /** CPU time that the server has used so far. null: unknown, for it is not a process of this machine. */
  readonly cpuMs: () => number | null;
};

export type BenchTables = { readonly prefix: string; readonly tableName: (table: TableName) => string };

/** dbFile null: in memory. */
export const withServer = async <T>(dbFile: string | null, use: (server: BenchServer) => Promise<T>): Promise<T> => {
  const started = await startDynoxide({ port: await freePort(), dbFile, environment: process.env })();
  if (E.isLeft(started)) throw new Error(started.left.message);
  const { endpoint, pid, stop } = started.right;
  const settings = { endpoint, region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const clients: DynamoDBClient[] = [];
  const opened = <Client extends DynamoDBClient>(client: Client): Client => {
    clients.push(client);
    return client;
  };
  const connect = (): MeteredDynamoDb => {
    const metered = connectDynamoDb(settings);
    opened(metered.dynamodb);
    return metered;
  };
  const admin = opened(new DynamoDBClient(settings));
  try {
    return await use({
      endpoint,
      connect,
      connectPlainly: () => opened(new DynamoDBClient(settings)),
      freshTables: async () => {
        const prefix = `bench-${randomUUID().slice(0, 8)}`;
        await createTables({ dynamodb: admin })(prefix, topology.tables);
        return { prefix, tableName: (table) => physicalName(prefix, table) };
      },
      cpuMs: () => (pid === null ? null : cpuMsOf(pid)),
    });
  } finally {
    for (const client of clients) client.destroy();
    await stop();
  }
};

/** Fields 14 and 15 of /proc/<pid>/stat, in ticks of 10 ms (proc(5)). */
export const cpuMsOf = (pid: number): number | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return null;
  }
};

/** So many at a time, until all are done. */
export const inFlight = async <T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
};
