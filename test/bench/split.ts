import { once } from 'node:events';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { connectServices } from '#adapters/services.ts';
import { openFile } from '#adapters/source/byteSource.ts';
import { loadRows } from '#adapters/source/loadFile.ts';
import { PART_BYTES, type Part, partsOf } from '#adapters/source/parts.ts';
import { topology } from '#adapters/topology.ts';
import { retail } from '#domain/index.ts';
import type { Benchmark } from './benchmark.ts';
import { measure, measureInTurn, rate, type Sample, type Samples, type Subject, timeRatio } from './measure.ts';
import { parseLines } from './ndjson.ts';
import { type BulkFile, EXTRACTION, inTemporaryDirectory, writeBulkFile } from './rows.ts';
import { withServer } from './server.ts';
import type { Row } from './table.ts';

const DEFAULT_MEGABYTES = 2_000;
const MEMBERS = 100_000;

/** A large file by parts, as the workers of Lambda read it; one part into DynamoDB; and what follows for a load of 20 GB. */
export const split: Benchmark = {
  name: 'split',
  about: 'a file of 2 GB by parts, against read + split + JSON.parse; and one part into DynamoDB',
  run: ({ rounds, size, say }) =>
    inTemporaryDirectory(async (directory) => {
      const bytes = (size.megabytes ?? DEFAULT_MEGABYTES) * 1_000_000;
      await checkDisk(directory, bytes);
      const file = await writeBulkFile(directory, 'Order', MEMBERS, { bytes });
      const parts = partsOf(file.bytes, Math.min(PART_BYTES, Math.ceil(file.bytes / 4)));
      say(`${file.rows} rows, ${Math.round(file.bytes / 1e6)} MB, ${parts.length} parts`);

      const peaks = new Map<string, number>();
      const workers = await Promise.all([workerOn(file), workerOn(file)]);
      const subjects = [
        { name: BASE, run: () => parseLines(file.path) },
        { name: ONE, run: () => readParts(workers.slice(0, 1), file, parts) },
        { name: TWO, run: () => readParts(workers, file, parts) },
      ].map((subject) => watched(subject, peaks));
      const samples = await measureInTurn(subjects, rounds);
      await Promise.all(workers.map((worker) => worker.terminate()));

      const [part] = parts;
      if (part === undefined) throw new Error('a file has a part');
      const loaded = await loadOne(directory, file, part);
      const what = `${file.rows} rows, ${Math.round(file.bytes / 1e6)} MB, ${parts.length} parts of ${Math.round((part.to - part.from) / 2 ** 20)} MiB`;
      return {
        name: 'split',
        tables: [
          { title: what, rows: subjects.map(({ name }) => readRow(samples, name, file, peaks)) },
          { title: 'one part into DynamoDB', rows: loaded.map(loadRow) },
          { title: '20 GB, 35 million rows', rows: arithmetic(loaded) },
        ],
      };
    }),
};

const BASE = 'read + split + JSON.parse, one thread';
const ONE = 'billfold by parts, one worker';
const TWO = 'billfold by parts, two workers';

/** Twice the file: it is not alone on the disk. */
const checkDisk = async (directory: string, bytes: number): Promise<void> => {
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize < 2 * bytes) throw new Error(`expected ${2 * bytes} bytes free in ${directory}`);
};

/** More than so much and a worker dies: what a part takes does not follow its size, nor the file's. */
const HEAP = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 48 };

const workerOn = async ({ path, object }: BulkFile): Promise<Worker> => {
  const options = { workerData: { path, object }, resourceLimits: HEAP };
  const worker = new Worker(new URL('./splitWorker.ts', import.meta.url), options);
  await once(worker, 'message');
  return worker;
};

/** Each worker takes the next part when it is done with one, as from a queue. */
const readParts = async (workers: readonly Worker[], file: BulkFile, parts: readonly Part[]): Promise<number> => {
  const queue = [...parts];
  let rows = 0;
  const work = async (worker: Worker): Promise<void> => {
    for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
      worker.postMessage(part);
      const [read] = await once(worker, 'message');
      rows += Number(read);
    }
  };
  await Promise.all(workers.map(work));
  if (rows !== file.rows) throw new Error(`expected ${file.rows} rows, read ${rows}`);
  return rows;
};

const watched = ({ name, run }: Subject, peaks: Map<string, number>): Subject => ({
  name,
  run: async () => {
    const look = (): void => void peaks.set(name, Math.max(peaks.get(name) ?? 0, process.memoryUsage.rss()));
    const timer = setInterval(look, 50);
    try {
      return await run();
    } finally {
      look();
      clearInterval(timer);
    }
  },
});

const readRow = (samples: Samples, name: string, file: BulkFile, peaks: ReadonlyMap<string, number>): Row => {
  const rowsPerSecond = rate(samples, name, 'wallMs').median;
  return {
    variant: name,
    'CPU time ratio': name === BASE ? 1 : timeRatio(samples, name, BASE, 'cpuMs'),
    'wall time ratio': name === BASE ? 1 : timeRatio(samples, name, BASE, 'wallMs'),
    'rows/s': rowsPerSecond,
    'MB/s': (rowsPerSecond * file.bytes) / file.rows / 1e6,
    'peak RSS, MB': (peaks.get(name) ?? 0) / 1e6,
  };
};

type Loaded = Sample & { readonly variant: string; readonly writeUnits: number };

/** One part into empty tables, by the loader that the function runs, and then once more. */
const loadOne = (directory: string, file: BulkFile, part: Part): Promise<readonly Loaded[]> =>
  withServer(join(directory, 'bench.db'), async (server) => {
    const { prefix } = await server.freshTables();
    const { dynamodb, meter } = server.connect();
    const clock = () => EXTRACTION.at;
    const { ingest } = connectServices({ dynamodb, prefix, keys: memoryKeys(), clock, mapping: retail });
    const load = loadRows({
      ...ingest,
      quarantine: { put: () => TE.of(undefined) },
      pause: () => Promise.reject(new Error('the store was unavailable')),
    });
    const source = await openFile(file.path);
    const timed = async (variant: string): Promise<Loaded> => {
      meter.reset();
      const sample = await measure(async () => {
        const report = await load({ source, part, name: file.object, object: file.object, extraction: EXTRACTION });
        if (report.quarantined > 0) throw new Error('a row was not understood');
        return report.rows;
      });
      return { ...sample, variant, writeUnits: meter.read().writeUnits };
    };
    try {
      return [await timed('a first load'), await timed('the same part again')];
    } finally {
      await source.close();
    }
  });

const loadRow = ({ variant, work, wallMs, cpuMs, writeUnits }: Loaded): Row => ({
  variant,
  rows: work,
  seconds: wallMs / 1000,
  'rows/s': (1000 * work) / wallMs,
  'rows/CPU s': (1000 * work) / cpuMs,
  'write units a row': writeUnits / work,
});

const LOAD = { bytes: 20e9, rows: 35e6 };
/** Of a table, each second: what it takes when it is new, and what an account may have without asking (DynamoDB guide, "On-demand capacity mode", read 2026-11-22). */
const NEW_TABLE_UNITS = 4_000;
const DEFAULT_QUOTA_UNITS = 40_000;
/** Of the four write units of a row half are the record's and half the event's, in tables of their own. */
const UNITS_OF_A_TABLE = 2;

/** What a worker would take for each part, and all workers for all of it, at the rates at which rows may get through. */
const arithmetic = ([first, again]: readonly Loaded[]): readonly Row[] => {
  const parts = partsOf(LOAD.bytes).length;
  const workers = topology.queueSources.parts.maximumConcurrency;
  const rowsOfPart = LOAD.rows / parts;
  const measured = (loaded: Loaded | undefined): number =>
    loaded === undefined ? Number.NaN : (1000 * loaded.work) / loaded.wallMs;
  const rates: readonly (readonly [string, number])[] = [
    ['as measured, each of ten workers', measured(first)],
    ['1,000 rows/s a worker, assumed', 1_000],
    ['tables at their default quota', DEFAULT_QUOTA_UNITS / UNITS_OF_A_TABLE / workers],
    ['tables that are new, not warmed', NEW_TABLE_UNITS / UNITS_OF_A_TABLE / workers],
    ['nothing new, as measured', measured(again)],
  ];
  return rates.map(([variant, rowsPerSecond]) => ({
    variant,
    parts,
    'rows a part': rowsOfPart,
    'rows/s a worker': rowsPerSecond,
    'seconds a part': rowsOfPart / rowsPerSecond,
    'of its 900 s': `${Math.round((100 * rowsOfPart) / rowsPerSecond / topology.functions.loadPart.timeoutSeconds)} %`,
    workers,
    'hours in all': (Math.ceil(parts / workers) * rowsOfPart) / rowsPerSecond / 3600,
  }));
};
