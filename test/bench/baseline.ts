import { BatchGetItemCommand, type BatchGetItemCommandInput, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Usage } from '#adapters/dynamodb/client.ts';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { connectServices } from '#adapters/services.ts';
import { loadFile } from '#adapters/source/loadFile.ts';
import { MAX_BATCH_RECORDS, recordKey, retail } from '#domain/index.ts';
import type { Benchmark } from './benchmark.ts';
import { costs, measureInTurn, type Subject, spread, timeRatio } from './measure.ts';
import { metered, requestsOf } from './metered.ts';
import { type BulkFile, bulkRow, EXTRACTION, inTemporaryDirectory, writeBulkFile } from './rows.ts';
import { type BenchServer, type BenchTables, inFlight, withServer } from './server.ts';
import type { Row } from './table.ts';

const DEFAULT_MEMBERS = 2_000;
const ORDERS_OF_A_MEMBER = 5;

/** Every row of a full load that says nothing new, which is nearly every row that a running system is sent. */
export const baseline: Benchmark = {
  name: 'baseline',
  about: 'rows that say nothing new, against bare BatchGetItems of their records',
  run: ({ rounds, size, say }) =>
    inTemporaryDirectory((directory) =>
      withServer(null, async (server) => {
        const members = size.members ?? DEFAULT_MEMBERS;
        const tables = await server.freshTables();
        const rows: Row[] = [];
        for (const [object, ofEach] of [
          ['Contact', 1],
          ['Order', ORDERS_OF_A_MEMBER],
        ] as const) {
          const file = await writeBulkFile(directory, object, members, { rows: members * ofEach });
          say(`${file.rows} rows of ${object}`);
          rows.push(...(await measureAgain(server, tables, file, rounds)));
        }
        return { name: 'baseline', tables: [{ title: 'a file loaded again', rows }] };
      }),
    ),
};

const measureAgain = async (
  server: BenchServer,
  tables: BenchTables,
  file: BulkFile,
  rounds: number,
): Promise<readonly Row[]> => {
  const { dynamodb, meter } = server.connect();
  const clock = () => EXTRACTION.at;
  const { ingest } = connectServices({ dynamodb, prefix: tables.prefix, keys: memoryKeys(), clock, mapping: retail });
  const load = loadFile({
    ...{ ...ingest, quarantine: { put: () => TE.of(undefined) } },
    pause: () => Promise.reject(new Error('the store was unavailable')),
  });
  const toLoad = { path: file.path, name: file.object, object: file.object, extraction: EXTRACTION };
  await load(toLoad);
  const loadAgain = async (): Promise<number> => {
    const { recordsChanged, quarantined, rows } = await load(toLoad);
    if (recordsChanged + quarantined > 0 || rows !== file.rows) throw new Error('the rows were to say nothing new');
    return rows;
  };
  const plain = server.connectPlainly();
  const batches = batchesOf(tables, file);
  const subjects: readonly Subject[] = [
    { name: BASE, run: () => getAll(plain, batches) },
    { name: SUBJECT, run: loadAgain },
  ];
  const samples = await measureInTurn(subjects, rounds);
  const usage = await metered({ meter: () => meter }, () => loadAgain().then(() => undefined));
  const times = (name: string): Row => ({
    ...{ rows: file.rows, object: file.object, variant: name },
    'CPU µs a row': 1000 * spread(costs(samples, name, 'cpuMs')).median,
    'CPU time ratio': name === BASE ? 1 : timeRatio(samples, name, BASE, 'cpuMs'),
  });
  return [times(BASE), { ...times(SUBJECT), ...perRecord(usage, file.rows) }];
};

const BASE = 'BatchGetItem, SDK as it comes';
const SUBJECT = 'billfold, nothing new';
/** As many as ingest has of a batch of rows. */
const AT_ONCE = 5;

/** Throws where it is more than the documents promise: such a figure is no slow one, but a broken one. */
export const perRecord = (usage: Usage, records: number): Row => {
  const requests = Object.values(usage.requests).reduce((sum, times) => sum + times, 0);
  const [aRequest, units] = [records / requests, usage.readUnits / records];
  if (usage.writeUnits > 0 || aRequest < Math.min(25, records) || units > 0.5)
    throw new Error(`${aRequest} records a request, ${units} read units a record, ${usage.writeUnits} write units`);
  return {
    ...{ requests: requestsOf(usage), 'records a request': aRequest },
    ...{ 'read units a record': units, 'write units': usage.writeUnits },
  };
};

type Batches = readonly { readonly rows: number; readonly request: BatchGetItemCommandInput }[];

const batchesOf = (tables: BenchTables, file: BulkFile): Batches => {
  const table = tables.tableName('records');
  const keys = Array.from({ length: file.rows }, (_, index) => {
    const id = String(bulkRow(file.object, index, file.members).Id);
    return { p: { S: recordKey({ object: file.object, id }) } };
  });
  return Array.from({ length: Math.ceil(keys.length / MAX_BATCH_RECORDS) }, (_, batch) => {
    const Keys = keys.slice(batch * MAX_BATCH_RECORDS, (batch + 1) * MAX_BATCH_RECORDS);
    return { rows: Keys.length, request: { RequestItems: { [table]: { Keys } } } };
  });
};

const getAll = async (client: DynamoDBClient, batches: Batches): Promise<number> => {
  await inFlight(batches, AT_ONCE, ({ request }) => client.send(new BatchGetItemCommand(request)));
  return batches.reduce((sum, { rows }) => sum + rows, 0);
};
