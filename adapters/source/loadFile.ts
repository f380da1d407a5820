import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { type Audit, type Extraction, isIgnored, type KeyStore, noAudit, type QuarantineItem } from '#domain/index.ts';
import { type ByteSource, openFile } from './byteSource.ts';
import { readLines } from './lines.ts';
import { faultAt, type MergeRowsDeps, mergeRows, putAside } from './mergeRows.ts';
import { coversAll, type Part, wholeOf } from './parts.ts';
import { lineReader } from './row.ts';
import { rowBatch } from './rowBatch.ts';
import { type HashRow, rowHasher } from './rowHash.ts';

export type LoadFileDeps = MergeRowsDeps & {
  /** Keeps the secret that rows are hashed with. */
  readonly keys: Pick<KeyStore, 'obtain'>;
};

/** A file of this machine. */
export type FileToLoad = Rows & { readonly path: string };

/** The lines that begin in a part of a file, wherever it is kept. */
export type PartToLoad = Rows & { readonly source: ByteSource; readonly part: Part };

type Rows = {
  /** As it is shown and remembered: the inbox path. */
  readonly name: string;
  readonly object: string;
  readonly extraction: Extraction;
};

export type LoadReport = {
  readonly rows: number;
  readonly quarantined: number;
  readonly recordsChanged: number;
  readonly eventsAppended: number;
  /** What the rows showed to have gone wrong before. */
  readonly audit: Audit;
};

export type LoadProgress = LoadReport & { readonly bytesRead: number; readonly bytesTotal: number };

type Load<ToLoad> = (file: ToLoad, onProgress?: (progress: LoadProgress) => void) => Promise<LoadReport>;

/** Loads one AppFlow file (NDJSON, or the same in gzip) from its first line to its last. */
export const loadFile =
  (deps: LoadFileDeps): Load<FileToLoad> =>
  async ({ path, ...rows }, onProgress) => {
    const source = await openFile(path);
    try {
      return await loadRows(deps)({ ...rows, source, part: await wholeOf(source) }, onProgress);
    } finally {
      await source.close();
    }
  };

/** Loads the lines of a part at constant memory. Every row ends merged or in quarantine; an ignored object's are only counted. */
export const loadRows =
  (deps: LoadFileDeps): Load<PartToLoad> =>
  async (file, onProgress = () => {}) => {
    const { source, part } = file;
    const tally = { rows: 0, quarantined: 0, recordsChanged: 0, eventsAppended: 0, audit: noAudit };
    if (isIgnored(deps.mapping, file.object)) return { ...tally, rows: await countLines(file) };
    const reader = lineReader(deps.mapping, file.object, file.extraction, file.name);
    if (O.isNone(reader)) {
      const known = Object.keys(deps.mapping.objects).join(', ');
      await putAside(deps, [
        faultAt(deps, file, 0, { path: 'file', expected: `expected an object of the mapping (${known})` }),
      ]);
      return { ...tally, quarantined: 1 };
    }
    const rows = { name: file.name, object: file.object, readLine: reader.value };
    const hashOf = await hasherOf(deps, file.object);
    // One batch on its way while the next is filled: two at once would race for the streams of the members they share.
    let batch = rowBatch(file.object, hashOf);
    let spare = rowBatch(file.object, hashOf);
    let onItsWay = Promise.resolve();
    const flush = async (): Promise<void> => {
      await onItsWay;
      onItsWay = mergeRows(deps, rows, batch, tally);
      // Whoever waits for it next is told.
      onItsWay.catch(() => undefined);
      [batch, spare] = [spare, batch];
      batch.clear();
    };
    const bytesTotal = part.to - part.from;
    try {
      for await (const { lines, bytesRead } of readLines(source, part)) {
        const aside: QuarantineItem[] = [];
        for (const line of lines) {
          tally.rows += 1;
          if (line.type === 'fault') aside.push(faultAt(deps, file, line.offset, line.fault));
          else if (!batch.add(line.bytes, line.offset)) {
            await flush();
            batch.add(line.bytes, line.offset);
          }
        }
        tally.quarantined += aside.length;
        await putAside(deps, aside);
        onProgress({ ...tally, bytesRead: Math.min(bytesRead, bytesTotal), bytesTotal });
      }
      await flush();
    } finally {
      await Promise.allSettled([onItsWay]);
    }
    await onItsWay;
    // A part may lie within one line; a file may not be without any.
    if (tally.rows === 0 && coversAll(part, source)) {
      tally.quarantined += 1;
      await putAside(deps, [faultAt(deps, file, 0, { path: 'file', expected: 'expected at least one record' })]);
    }
    onProgress({ ...tally, bytesRead: bytesTotal, bytesTotal });
    return tally;
  };

/** As many as AppFlow reports of the run, so that the two agree. */
const countLines = async ({ source, part }: PartToLoad): Promise<number> => {
  let count = 0;
  for await (const { lines } of readLines(source, part)) count += lines.length;
  return count;
};

const hasherOf = async (deps: LoadFileDeps, object: string): Promise<HashRow> => {
  for (let attempt = 1; ; attempt++) {
    const hasher = await rowHasher(deps, object)();
    if (E.isRight(hasher)) return hasher.right;
    await deps.pause(attempt);
  }
};
