import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { StreamRecord } from '#adapters/local/streamPort.ts';
import type { StreamedTableName } from '#adapters/topology.ts';
import type { Mapping } from '#domain/index.ts';
import { type AppFlowServer, startAppFlowServer } from './appFlowServer.ts';
import { type BusServer, startBusServer } from './busServer.ts';
import { carried } from './carried.ts';
import { freshTables, type TestDynamoDb } from './dynamodb.ts';
import { type KmsServer, startKmsServer } from './kmsServer.ts';
import { lambdaEnvironment } from './lambdaEnvironment.ts';
import { type SqsQueues, startSqsQueues } from './sqsQueues.ts';
import { type WatchedDynamoDb, watchDynamoDb } from './watchedDynamodb.ts';

/** An account of AWS as the functions see it, and the functions as they start there: from their environment. */
export type LambdaAccount = {
  readonly database: TestDynamoDb;
  readonly dynamodb: WatchedDynamoDb;
  readonly kms: KmsServer;
  readonly bus: BusServer;
  readonly appFlow: AppFlowServer;
  readonly queues: SqsQueues;
  readonly environment: Readonly<Record<string, string>>;
  /** For files of a test; it goes with the account. */
  readonly folder: string;
  /** A cold start: the entry's module afresh. */
  readonly start: <Entry extends keyof Entries>(name: Entry) => Promise<Entries[Entry]>;
  /** What a pipe on the table would hand over next, from where it was left: base64, times in seconds. */
  readonly piped: (table: StreamedTableName) => Promise<readonly StreamRecord[]>;
  readonly stop: () => Promise<void>;
};

type Entries = {
  readonly ingest: typeof import('#adapters/lambda/entry/ingest.ts')['handler'];
  readonly projector: typeof import('#adapters/lambda/entry/projector.ts')['handler'];
  readonly announcer: typeof import('#adapters/lambda/entry/announcer.ts')['handler'];
  readonly walletEvent: typeof import('#adapters/lambda/entry/walletEvent.ts')['handler'];
  readonly clock: typeof import('#adapters/lambda/entry/clock.ts')['handler'];
  readonly watch: typeof import('#adapters/lambda/entry/watch.ts')['handler'];
  readonly walk: typeof import('#adapters/lambda/entry/walk.ts')['handler'];
  readonly forget: typeof import('#adapters/lambda/entry/forget.ts')['handler'];
};

const imports: { readonly [Entry in keyof Entries]: () => Promise<{ readonly handler: Entries[Entry] }> } = {
  ingest: () => import('#adapters/lambda/entry/ingest.ts'),
  projector: () => import('#adapters/lambda/entry/projector.ts'),
  announcer: () => import('#adapters/lambda/entry/announcer.ts'),
  walletEvent: () => import('#adapters/lambda/entry/walletEvent.ts'),
  clock: () => import('#adapters/lambda/entry/clock.ts'),
  watch: () => import('#adapters/lambda/entry/watch.ts'),
  walk: () => import('#adapters/lambda/entry/walk.ts'),
  forget: () => import('#adapters/lambda/entry/forget.ts'),
};

export const openAccount = async (mapping?: Mapping): Promise<LambdaAccount> => {
  const database = await freshTables();
  const [dynamodb, kms, bus, appFlow, queues, folder] = await Promise.all([
    ...[watchDynamoDb(database.endpoint), startKmsServer(), startBusServer(), startAppFlowServer(), startSqsQueues()],
    mkdtemp(join(tmpdir(), 'billfold-lambda-')),
  ] as const);
  const environment = {
    ...(await lambdaEnvironment(folder, database.prefix, mapping)),
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    AWS_ENDPOINT_URL_KMS: kms.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
    AWS_ENDPOINT_URL_APPFLOW: appFlow.endpoint,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
  };
  const readTo = new Map<StreamedTableName, string>();

  return {
    ...{ database, dynamodb, kms, bus, appFlow, queues, environment, folder },
    start: async (name) => {
      for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
      vi.resetModules();
      return (await imports[name]()).handler;
    },
    piped: async (table) => {
      const records = await carried(database, database.tableName(table));
      const after = readTo.get(table) ?? '';
      const fresh = records.slice(records.findIndex(({ eventID }) => eventID === after) + 1);
      readTo.set(table, records.at(-1)?.eventID ?? '');
      // As JSON, as it travels.
      return JSON.parse(JSON.stringify(fresh));
    },
    stop: async () => {
      vi.unstubAllEnvs();
      await Promise.all([
        ...[dynamodb, kms, bus, appFlow, queues].map(({ stop }) => stop()),
        rm(folder, { recursive: true }),
      ]);
    },
  };
};
