import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { type LoadFileDeps, loadFile } from '#adapters/source/loadFile.ts';
import { rowReader } from '#adapters/source/row.ts';
import { merge, type RecordRef, retail, type StoredRecord, unheardOf } from '#domain/index.ts';
import type { Benchmark } from './benchmark.ts';
import { measure } from './measure.ts';
import { bulkIndex, bulkRow, EXTRACTION, inTemporaryDirectory, writeBulkFile } from './rows.ts';

const DEFAULT_MEGABYTES = 1024;
const MEMBERS = 100_000;
/** Where the resident memory is printed, in percent of the file. */
const MARKS = [1, 10, 25, 50, 75, 100];

/** Resident memory while a large file is loaded that says nothing new. */
export const memory: Benchmark = {
  name: 'memory',
  about: 'resident memory while a file that says nothing new streams through loadFile',
  run: ({ size, say }) =>
    inTemporaryDirectory(async (directory) => {
      const bytes = (size.megabytes ?? DEFAULT_MEGABYTES) * 1_000_000;
      const file = await writeBulkFile(directory, 'Order', MEMBERS, { bytes });
      say(`${file.rows} rows, ${Math.round(file.bytes / 1e6)} MB`);
      const marks = new Map<number, number>();
      let peak = 0;
      const sample = await measure(async () => {
        const report = await loadFile(knowingEverything())(
          { path: file.path, name: file.object, object: file.object, extraction: EXTRACTION },
          ({ bytesRead, bytesTotal }) => {
            const rss = process.memoryUsage.rss();
            peak = Math.max(peak, rss);
            for (const mark of MARKS)
              if (bytesRead >= (bytesTotal * mark) / 100 && !marks.has(mark)) marks.set(mark, rss);
          },
        );
        if (report.recordsChanged > 0 || report.quarantined > 0 || report.rows !== file.rows)
          throw new Error('the file was to say nothing new');
        return report.rows;
      });
      const at = (mark: number): number => (marks.get(mark) ?? peak) / 1e6;
      return {
        name: 'memory',
        tables: [
          {
            title: `${file.rows} rows, ${Math.round(file.bytes / 1e6)} MB`,
            rows: [
              {
                ...Object.fromEntries(MARKS.map((mark) => [`RSS at ${mark} %, MB`, at(mark)])),
                'growth from 10 % to 100 %, MB': at(100) - at(10),
                'peak RSS, MB': peak / 1e6,
                'rows/s, known rows made up included': (1000 * sample.work) / sample.wallMs,
              },
            ],
          },
        ],
      };
    }),
};

/** Stores that hold no row: what a row says is made up again from its id when it is asked for. */
const knowingEverything = (): LoadFileDeps => {
  const observe = rowReader(retail, 'Order', EXTRACTION, 'Order');
  if (O.isNone(observe)) throw new Error('orders are not mapped');
  const known = (ref: RecordRef): StoredRecord => {
    const observation = observe.value(bulkRow('Order', bulkIndex(ref.id), MEMBERS), 0);
    if (E.isLeft(observation)) throw new Error(`${observation.left.path}: ${observation.left.expected}`);
    return { record: merge(unheardOf(ref), observation.right, retail.programme.extractionMarginMs), ver: 1 };
  };
  const refuse = (what: string) => () =>
    TE.left({ type: 'StoreUnavailable' as const, operation: what, reason: 'no need' });
  return {
    mapping: retail,
    clock: () => EXTRACTION.at,
    keys: memoryKeys(),
    records: {
      load: (refs) => TE.of(refs.map(known)),
      loadChanged: (rows) => TE.of(rows.map(({ ref }) => known(ref))),
      commit: refuse('commit'),
    },
    events: { head: refuse('head') },
    quarantine: { put: () => TE.of(undefined) },
    pause: () => Promise.reject(new Error('nothing was to be written')),
  };
};
