import { join } from 'node:path';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Usage } from '#adapters/dynamodb/client.ts';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { connectServices } from '#adapters/services.ts';
import { type LoadFileDeps, type LoadReport, loadFile } from '#adapters/source/loadFile.ts';
import { retail } from '#domain/index.ts';
import type { Benchmark } from './benchmark.ts';
import { knowingStore } from './knowingStore.ts';
import { type Clocked, measureInTurn, rate, type Subject, timeRatio } from './measure.ts';
import { parseLines } from './ndjson.ts';
import { type BulkFile, EXTRACTION, inTemporaryDirectory, writeBulkFile } from './rows.ts';
import { withServer } from './server.ts';
import type { Row } from './table.ts';

const DEFAULT_MEGABYTES = 200;
const MEMBERS = 100_000;
const STORED_ROWS = 5_000;

/** Files that were loaded before, loaded again a day later, against read + split + JSON.parse of the same bytes. */
export const unchanged: Benchmark = {
  name: 'unchanged',
  about:
    'files that say what they said the last time, against read + split + JSON.parse; and what that asks of DynamoDB',
  run: ({ rounds, size, say }) =>
    inTemporaryDirectory(async (directory) => {
      const stored = size.events ?? STORED_ROWS;
      const bytes = ((size.megabytes ?? DEFAULT_MEGABYTES) * 1_000_000) / 2;
      const contacts = await writeBulkFile(directory, 'Contact', MEMBERS, { bytes });
      const orders = await writeBulkFile(directory, 'Order', MEMBERS, { bytes });
      const files = [contacts, orders].map((file) => ({ ...file, deps: knowingStore(file.object) }));
      const rows = files.reduce((sum, file) => sum + file.rows, 0);
      say(`${rows} rows, ${Math.round(files.reduce((sum, file) => sum + file.bytes, 0) / 1e6)} MB`);
      for (const { deps, ...file } of files) await loadAll(deps, file, FIRST);

      const again = async (): Promise<number> => {
        for (const { deps, ...file } of files) nothingNew(await loadAll(deps, file, DAY_LATER));
        return rows;
      };
      const parse = () => files.reduce((sum, { path }) => sum + parseLines(path), 0);
      const subjects: readonly Subject[] = [
        { name: BASE, run: parse },
        { name: SUBJECT, run: again },
        { name: NOISE, run: parse },
      ];
      const samples = await measureInTurn(subjects, rounds);
      const row = (name: string): Row => {
        const faster = (clock: Clocked) => {
          const { median, min, max } = timeRatio(samples, name, BASE, clock);
          return { median: 1 / median, min: 1 / max, max: 1 / min };
        };
        return {
          variant: name,
          'rows/s of the base, CPU': name === BASE ? 1 : faster('cpuMs'),
          'rows/s of the base, wall': name === BASE ? 1 : faster('wallMs'),
          'rows/CPU s': rate(samples, name, 'cpuMs').median,
        };
      };
      return {
        name: 'unchanged',
        tables: [
          { title: `${rows} rows, stores that cost nothing`, rows: subjects.map(({ name }) => row(name)) },
          { title: `${stored} rows in DynamoDB`, rows: await storedRows(directory, stored) },
        ],
      };
    }),
};

const BASE = 'read + split + JSON.parse';
const SUBJECT = 'billfold: rows that did not change';
const NOISE = 'the base once more (noise)';

const FIRST = EXTRACTION;
const DAY_LATER = { at: EXTRACTION.at + 86_400_000, known: true };

const loadAll = (
  deps: LoadFileDeps,
  { path, object }: Pick<BulkFile, 'path' | 'object'>,
  extraction: typeof EXTRACTION,
): Promise<LoadReport> => loadFile(deps)({ path, name: object, object, extraction });

const nothingNew = ({ recordsChanged, quarantined }: LoadReport): void => {
  if (recordsChanged + quarantined > 0) throw new Error('the file was to say nothing new');
};

/** Loaded into DynamoDB, and again a day later. */
const storedRows = (directory: string, stored: number): Promise<readonly Row[]> =>
  withServer(join(directory, 'bench.db'), async (server) => {
    const rows: Row[] = [];
    for (const object of ['Contact', 'Order'] as const) {
      const { prefix } = await server.freshTables();
      const { dynamodb, meter } = server.connect();
      const clock = () => EXTRACTION.at;
      const { ingest } = connectServices({ dynamodb, prefix, keys: memoryKeys(), clock, mapping: retail });
      const deps: LoadFileDeps = {
        ...ingest,
        quarantine: { put: () => TE.of(undefined) },
        pause: () => Promise.reject(new Error('the store was unavailable')),
      };
      const file = await writeBulkFile(directory, object, 500, { rows: stored });
      await loadAll(deps, file, FIRST);
      meter.reset();
      nothingNew(await loadAll(deps, file, DAY_LATER));
      rows.push(usageRow(object, stored, meter.read()));
    }
    return rows;
  });

const usageRow = (object: string, stored: number, { requests, readUnits, writeUnits }: Usage): Row => ({
  rows: object,
  ...requests,
  'rows a request': stored / Object.values(requests).reduce((sum, count) => sum + count, 0),
  'read units a row': readUnits / stored,
  'write units a row': writeUnits / stored,
});
