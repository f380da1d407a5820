import { randomUUID } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { onTestFinished } from 'vitest';
import type { Backoff } from '#adapters/local/backoff.ts';
import { type BusDependencies, type LocalBuses, localBuses } from '#adapters/local/bus.ts';
import type { LocalFunction, LocalFunctions } from '#adapters/local/functions.ts';
import { localTable, localTables } from '#adapters/local/localTable.ts';
import { type LocalPipes, localPipes, type PipesDependencies } from '#adapters/local/pipes.ts';
import { openStream, type StreamRecord } from '#adapters/local/streamPort.ts';
import { type PipeDeclaration, type PipeName, topology } from '#adapters/topology.ts';
import { freshTables, type TestDynamoDb } from '#test/support/dynamodb.ts';

export const quickly: Backoff = { baseMs: 5, capMs: 30, random: () => 1 };

export const local = async () => {
  const db = await freshTables(localTables);
  return { ...db, table: localTable({ dynamodb: db.dynamodb, tableName: db.tableName('local') }) };
};
export type Local = Awaited<ReturnType<typeof local>>;

const unexpected: LocalFunction = async () => {
  throw new Error('this function is not part of the test');
};
const functionsWith = (some: Partial<LocalFunctions>): LocalFunctions => ({
  ingest: unexpected,
  projector: unexpected,
  announcer: unexpected,
  walletEvent: unexpected,
  clock: unexpected,
  ...some,
});

const nowhere = { send: async () => undefined };

export const busesOf = ({ table }: Pick<Local, 'table'>, some: Partial<BusDependencies> = {}): LocalBuses =>
  localBuses({
    table,
    topology,
    functions: functionsWith({}),
    subscribers: [],
    clock: () => new Date('2026-11-02T09:58:55.400Z'),
    newId: randomUUID,
    log: () => undefined,
    backoff: quickly,
    ...some,
    queues: { ingest: nowhere, relayLive: nowhere, relayBulk: nowhere, ...some.queues },
  });

/** Only the named pipes do anything; the others are pointed at nothing by a filter. */
export const pipesOf = (
  db: Local,
  declared: Partial<Record<PipeName, PipeDeclaration>>,
  functions: Partial<LocalFunctions>,
  some: Partial<PipesDependencies> = {},
): LocalPipes => {
  const silent = (pipe: PipeDeclaration): PipeDeclaration => ({ ...pipe, filters: [{ never: ['matches'] }] });
  const { poke, announce, publish } = topology.pipes;
  const pipes = localPipes({
    pipes: { poke: silent(poke), announce: silent(announce), publish: silent(publish), ...declared },
    openStream: (name) => openStream(db, db.tableName(name)),
    table: db.table,
    functions: functionsWith(functions),
    putEvents: busesOf(db).putEvents,
    log: () => undefined,
    backoff: quickly,
    ...some,
  });
  onTestFinished(() => pipes.stop());
  return pipes;
};

export const pipeWith = (source: Partial<PipeDeclaration['source']>): PipeDeclaration => ({
  ...topology.pipes.poke,
  source: { ...topology.pipes.poke.source, parallelizationFactor: 1, ...source },
});

export const putCommit = (db: Pick<TestDynamoDb, 'dynamodb' | 'tableName'>, p: string, v: number) =>
  db.dynamodb.send(
    new PutItemCommand({
      TableName: db.tableName('events'),
      Item: { p: { S: p }, v: { N: String(v) }, body: { B: Buffer.from(`${p} ${v}`) } },
    }),
  );

export const putView = (db: Pick<TestDynamoDb, 'dynamodb' | 'tableName'>, p: string, changed: string | null) =>
  db.dynamodb.send(
    new PutItemCommand({
      TableName: db.tableName('views'),
      Item: { p: { S: p }, ...(changed !== null && { changed: { S: changed } }) },
    }),
  );

/** "m 3" for the third commit of m. */
export const nameOf = (record: unknown): string => {
  const { Keys } = (record as StreamRecord).dynamodb;
  return ['p', 'v'].flatMap((name) => Object.values(Keys[name] ?? {})).join(' ');
};

export const numbered = (count: number, from = 1): readonly number[] =>
  Array.from({ length: count }, (_, index) => index + from);
