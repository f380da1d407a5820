import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import {
  type Extraction,
  type IngestDeps,
  type IngestReport,
  ingest,
  isIgnored,
  type Observation,
  type QuarantineItem,
  type QuarantineStore,
} from '#domain/index.ts';
import { type ByteSource, openFile } from './byteSource.ts';
import type { InputFault } from './fault.ts';
import { type Line, readLines } from './lines.ts';
import { coversAll, type Part, wholeOf } from './parts.ts';
import { quarantined } from './quarantined.ts';
import { lineReader, type ReadLine } from './row.ts';

export type LoadFileDeps = IngestDeps & {
  readonly quarantine: Pick<QuarantineStore, 'put'>;
  /** Waits before a batch is tried again; the store was unavailable for the n-th time. Throws where it shall not be tried again: so does the load. */
  readonly pause: (attempt: number) => Promise<void>;
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
};

export type LoadProgress = LoadReport & { readonly bytesRead: number; readonly bytesTotal: number };

/** Rows merged at once: the more, the more rows of one member meet and share a commit. */
const BATCH_ROWS = 500;

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
    const tally = { rows: 0, quarantined: 0, recordsChanged: 0, eventsAppended: 0 };
    if (isIgnored(deps.mapping, file.object)) return { ...tally, rows: await countLines(file) };
    const reader = lineReader(deps.mapping, file.object, file.extraction, file.name);
    if (O.isNone(reader)) {
      const known = Object.keys(deps.mapping.objects).join(', ');
      await putAside(deps, [
        faultAt(deps, file, 0, { path: 'file', expected: `expected an object of the mapping (${known})` }),
      ]);
      return { ...tally, quarantined: 1 };
    }
    const bytesTotal = part.to - part.from;
    let batch: Observation[] = [];
    // One batch on its way while the next is read: two at once would race for the streams of the members they share.
    let onItsWay = Promise.resolve();
    const flush = async (): Promise<void> => {
      const observations = batch;
      batch = [];
      await onItsWay;
      onItsWay = ingestBatch(deps, file, observations, tally);
      // Whoever waits for it next is told.
      onItsWay.catch(() => undefined);
    };
    try {
      for await (const { lines, bytesRead } of readLines(source, part)) {
        const aside: QuarantineItem[] = [];
        for (const line of lines) {
          tally.rows += 1;
          const read = readOne(reader.value, line);
          if (E.isLeft(read)) {
            aside.push(faultAt(deps, file, line.offset, read.left));
            continue;
          }
          batch.push(read.right);
          if (batch.length >= BATCH_ROWS) await flush();
        }
        tally.quarantined += aside.length;
        await putAside(deps, aside);
        onProgress({ ...tally, bytesRead: Math.min(bytesRead, bytesTotal), bytesTotal });
      }
      if (batch.length > 0) await flush();
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

const readOne = (readLine: ReadLine, line: Line): E.Either<InputFault, Observation> =>
  line.type === 'fault' ? E.left(line.fault) : readLine(line.bytes, 0, line.bytes.length, line.offset);

const ingestBatch = async (
  deps: LoadFileDeps,
  file: Rows,
  observations: readonly Observation[],
  tally: { quarantined: number; recordsChanged: number; eventsAppended: number },
): Promise<void> => {
  let pending = observations;
  for (let attempt = 1; pending.length > 0; attempt++) {
    const report: IngestReport = await ingest(deps)(pending)();
    tally.recordsChanged += report.recordsChanged;
    tally.eventsAppended += report.eventsAppended;
    const refused = pending.flatMap((observation, index) => {
      const outcome = report.outcomes[index];
      if (outcome?.type !== 'refused') return [];
      return [quarantined(observation.origin, { path: file.object, expected: outcome.reason }, deps.clock(), null)];
    });
    tally.quarantined += refused.length;
    await putAside(deps, refused);
    pending = pending.filter((_, index) => report.outcomes[index]?.type === 'retry');
    if (pending.length > 0) await deps.pause(attempt);
  }
};

/** The line itself stays in the file, which is kept: its origin says where. */
const faultAt = (deps: LoadFileDeps, file: Rows, offset: number, fault: InputFault): QuarantineItem =>
  quarantined({ type: 'file', file: file.name, offset }, fault, deps.clock(), null);

const putAside = async (deps: LoadFileDeps, items: readonly QuarantineItem[]): Promise<void> => {
  for (let attempt = 1; items.length > 0; attempt++) {
    const kept = await deps.quarantine.put(items)();
    if (E.isRight(kept)) return;
    await deps.pause(attempt);
  }
};
