import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LoadReport } from '#adapters/source/loadFile.ts';
import type { Benchmark } from './benchmark.ts';
import { type BulkFile, inTemporaryDirectory, writeBulkFile } from './rows.ts';
import type { Row } from './table.ts';

const DEFAULT_MEGABYTES = 1024;
const MEMBERS = 100_000;

/** Resident memory while a large file is loaded, in a process that does nothing else. */
export const memory: Benchmark = {
  name: 'memory',
  about:
    'resident memory while a file streams through loadFile in a process of its own: rows that say nothing new, and new ones',
  run: ({ size, say }) =>
    inTemporaryDirectory(async (directory) => {
      const bytes = (size.megabytes ?? DEFAULT_MEGABYTES) * 1_000_000;
      const file = await writeBulkFile(directory, 'Order', MEMBERS, { bytes });
      say(`${file.rows} rows, ${Math.round(file.bytes / 1e6)} MB`);
      const rows: Row[] = [];
      for (const kind of ['known', 'new'] as const)
        for (const heap of ['free', 'kept small'] as const)
          rows.push(memoryRow(kind, heap, await loaded(directory, file, kind, heap)));
      return { name: 'memory', tables: [{ title: `${file.rows} rows, ${Math.round(file.bytes / 1e6)} MB`, rows }] };
    }),
};

/** Bytes; marks: by percent of the file. */
type Told = {
  readonly report: LoadReport;
  readonly before: number;
  readonly marks: Readonly<Record<string, number>>;
  readonly peak: number;
  readonly wallMs: number;
  readonly cpuMs: number;
};

type Kind = 'known' | 'new';
/** As Node lets it grow, or as `npm start` has it. */
type Heap = 'free' | 'kept small';

const loaded = async (directory: string, { path, rows }: BulkFile, kind: Kind, heap: Heap): Promise<Told> => {
  const program = fileURLToPath(new URL('./memoryLoad.ts', import.meta.url));
  const load = async (file: string) =>
    promisify(execFile)(process.execPath, [...(heap === 'free' ? [] : await startFlags()), program, file, kind], {
      // As adapters/cli/billfold.js has it: what strips types is not loaded where everything has been stripped before.
      env: { ...process.env, NODE_COMPILE_CACHE: join(directory, 'compiled') },
    });
  const empty = join(directory, 'empty.ndjson');
  await writeFile(empty, '');
  await load(empty);
  const { stdout } = await load(path);
  const told: Told = JSON.parse(stdout);
  const { recordsChanged, quarantined } = told.report;
  if (told.report.rows !== rows || quarantined > 0 || recordsChanged !== (kind === 'new' ? rows : 0))
    throw new Error('the file was not loaded as it was to be');
  return told;
};

/** What package.json gives to Node. */
const startFlags = async (): Promise<readonly string[]> => {
  const { scripts } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  return String(scripts.start)
    .split(' ')
    .filter((word) => word.startsWith('--'));
};

const memoryRow = (rows: Kind, heap: Heap, { report, before, marks, peak, wallMs, cpuMs }: Told): Row => ({
  rows,
  heap,
  'RSS before, MB': before / 1e6,
  ...Object.fromEntries(Object.entries(marks).map(([mark, rss]) => [`at ${mark} %`, rss / 1e6])),
  'growth from 10 % to 100 %': ((marks[100] ?? peak) - (marks[10] ?? 0)) / 1e6,
  'peak RSS, MB': peak / 1e6,
  'rows/s': (1000 * report.rows) / wallMs,
  'rows/CPU s': (1000 * report.rows) / cpuMs,
});
