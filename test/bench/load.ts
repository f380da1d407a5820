import { join } from 'node:path';
import {
  type DynamoDBClient,
  PutItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Usage } from '#adapters/dynamodb/client.ts';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { connectServices } from '#adapters/services.ts';
import { type LoadReport, loadFile } from '#adapters/source/loadFile.ts';
import { retail } from '#domain/index.ts';
import type { Benchmark } from './benchmark.ts';
import { measure, type Sample, type Samples, spread, timeRatio } from './measure.ts';
import { type BulkFile, EXTRACTION, inTemporaryDirectory, writeBulkFile } from './rows.ts';
import { type BenchServer, type BenchTables, inFlight, withServer } from './server.ts';
import type { Row } from './table.ts';

const DEFAULT_MEMBERS = 2_000;
const ORDERS_OF_A_MEMBER = 5;

/** Files of members and their orders into DynamoDB, against the same writes without billfold, and then the same files again. */
export const load: Benchmark = {
  name: 'load',
  about: 'files into DynamoDB, against the same transactions alone; and the same files again',
  run: ({ rounds, size, say }) =>
    inTemporaryDirectory((directory) =>
      withServer(join(directory, 'bench.db'), async (server) => {
        const members = size.members ?? DEFAULT_MEMBERS;
        const files = [
          await writeBulkFile(directory, 'Contact', members, { rows: members }),
          await writeBulkFile(directory, 'Order', members, { rows: members * ORDERS_OF_A_MEMBER }),
        ];
        const rows = members * (1 + ORDERS_OF_A_MEMBER);
        say(`${rows} rows of ${members} members`);
        const first = await loadFirst(server, files);
        say(`${first.writes.length} writes of ${first.writes.flat().length} items captured`);

        const samples = new Map(VARIANTS.map((name) => [name, [] as Timed[]]));
        let again: Usage | null = null;
        for (let round = 0; round < rounds; round++) {
          const billfold = async (): Promise<void> => {
            const tables = await server.freshTables();
            const loader = connectLoader(server, tables);
            samples.get(FIRST)?.push(await timed(server, rows, () => loader.load(files)));
            loader.meter.reset();
            samples.get(AGAIN)?.push(await timed(server, rows, () => loader.load(files)));
            again = loader.meter.read();
          };
          const plain = async (): Promise<void> => {
            const tables = await server.freshTables();
            const client = server.connectPlainly();
            samples.get(BASE)?.push(await timed(server, rows, () => writeAlone(client, first, tables)));
          };
          const turns = [plain, billfold];
          for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
        }
        return {
          name: 'load',
          tables: [
            { title: `${rows} rows of ${members} members`, rows: VARIANTS.map((name) => rowOf(samples, name)) },
            { title: 'what a load asks of DynamoDB', rows: [usageOf(FIRST, first.usage), usageOf(AGAIN, again)] },
          ],
        };
      }),
    ),
};

const BASE = 'the same writes, SDK as it comes';
const FIRST = 'billfold, first load';
const AGAIN = 'billfold, the same files again';
const VARIANTS = [BASE, FIRST, AGAIN];
/** As many as loadFile has. */
const IN_FLIGHT = 3;

type Timed = Sample & { readonly serverMs: number | null };

const timed = async (server: BenchServer, rows: number, run: () => Promise<unknown>): Promise<Timed> => {
  const before = server.cpuMs();
  const sample = await measure(async () => {
    await run();
    return rows;
  });
  const after = server.cpuMs();
  return { ...sample, serverMs: before === null || after === null ? null : after - before };
};

const connectLoader = (server: BenchServer, { prefix }: BenchTables) => {
  const { dynamodb, meter } = server.connect();
  const services = connectServices({
    dynamodb,
    prefix,
    keys: memoryKeys(),
    clock: () => EXTRACTION.at,
    mapping: retail,
  });
  const deps = {
    ...services.ingest,
    quarantine: { put: () => TE.of(undefined) },
    pause: () => Promise.reject(new Error('the store was unavailable')),
  };
  const loadAll = async (files: readonly BulkFile[]): Promise<readonly LoadReport[]> => {
    const reports: LoadReport[] = [];
    for (const { path, object } of files)
      reports.push(await loadFile(deps)({ path, name: object, object, extraction: EXTRACTION }));
    if (reports.some(({ quarantined }) => quarantined > 0)) throw new Error('a row was not understood');
    return reports;
  };
  return { dynamodb, meter, load: loadAll };
};

type FirstLoad = {
  readonly writes: readonly (readonly TransactWriteItem[])[];
  readonly tables: BenchTables;
  readonly usage: Usage;
};

/** A load whose writes are kept as they were sent, those that lost a race left out. */
const loadFirst = async (server: BenchServer, files: readonly BulkFile[]): Promise<FirstLoad> => {
  const tables = await server.freshTables();
  const { dynamodb, meter, load: loadAll } = connectLoader(server, tables);
  const writes: TransactWriteItem[][] = [];
  dynamodb.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      writes.push(...writesIn(args.input));
      return result;
    },
    { step: 'initialize', name: 'captureWrites' },
  );
  await loadAll(files);
  return { writes, tables, usage: meter.read() };
};

const writesIn = (input: object): readonly TransactWriteItem[][] => {
  if ('TransactItems' in input && Array.isArray(input.TransactItems)) return [input.TransactItems];
  return 'Item' in input ? [[{ Put: input as NonNullable<TransactWriteItem['Put']> }]] : [];
};

const writeAlone = (client: DynamoDBClient, { writes, tables: from }: FirstLoad, to: BenchTables): Promise<void> => {
  const moved = ({ Put }: TransactWriteItem): TransactWriteItem =>
    Put === undefined ? {} : { Put: { ...Put, TableName: Put.TableName?.replace(from.prefix, to.prefix) } };
  return inFlight(writes, IN_FLIGHT, (items) => {
    const [only, ...others] = items.map(moved);
    return others.length === 0 && only?.Put !== undefined
      ? client.send(new PutItemCommand(only.Put))
      : client.send(new TransactWriteItemsCommand({ TransactItems: items.map(moved) }));
  });
};

const rowOf = (samples: ReadonlyMap<string, readonly Timed[]>, name: string): Row => {
  const own = samples.get(name) ?? [];
  const rate = (ms: (sample: Timed) => number) => spread(own.map((sample) => (1000 * sample.work) / ms(sample))).median;
  const serverMs = own.flatMap((sample) => sample.serverMs ?? []);
  const comparable: Samples = samples;
  return {
    variant: name,
    'rows/s': rate(({ wallMs }) => wallMs),
    'rows/CPU s': rate(({ cpuMs }) => cpuMs),
    'wall time ratio': name === BASE ? 1 : timeRatio(comparable, name, BASE, 'wallMs'),
    'CPU time ratio': name === BASE ? 1 : timeRatio(comparable, name, BASE, 'cpuMs'),
    'server CPU s': serverMs.length === 0 ? 'unknown' : spread(serverMs).median / 1000,
  };
};

const usageOf = (variant: string, usage: Usage | null): Row => ({
  variant,
  ...usage?.requests,
  'read units': usage?.readUnits ?? 0,
  'write units': usage?.writeUnits ?? 0,
});
