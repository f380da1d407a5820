import { open } from 'node:fs/promises';
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
import { parseExactJson } from './exactJson.ts';
import type { InputFault } from './fault.ts';
import { type Line, readLines } from './lines.ts';
import { quarantined } from './quarantined.ts';
import { type ReadRow, rowReader } from './row.ts';

export type LoadFileDeps = IngestDeps & {
  readonly quarantine: Pick<QuarantineStore, 'put'>;
  /** Waits before a batch is tried again; the store was unavailable for the n-th time. */
  readonly pause: (attempt: number) => Promise<void>;
};

export type FileToLoad = {
  readonly path: string;
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

/** Loads one AppFlow file (NDJSON, or the same in gzip) at constant memory. Every row ends merged or in quarantine; an ignored object's are only counted. */
export const loadFile =
  (deps: LoadFileDeps) =>
  async (file: FileToLoad, onProgress: (progress: LoadProgress) => void = () => {}): Promise<LoadReport> => {
    const tally = { rows: 0, quarantined: 0, recordsChanged: 0, eventsAppended: 0 };
    if (isIgnored(deps.mapping, file.object)) return { ...tally, rows: await countLines(file.path) };
    const reader = rowReader(deps.mapping, file.object, file.extraction, file.name);
    if (O.isNone(reader)) {
      const known = Object.keys(deps.mapping.objects).join(', ');
      await putAside(deps, [
        faultAt(deps, file, 0, { path: 'file', expected: `expected an object of the mapping (${known})` }),
      ]);
      return { ...tally, quarantined: 1 };
    }
    // One batch on its way while the next is read: two at once would race for the streams of the members they share.
    const inFlight = new Set<Promise<void>>();
    const handle = await open(file.path);
    try {
      const bytesTotal = (await handle.stat()).size;
      let batch: Observation[] = [];
      const flush = async (): Promise<void> => {
        const observations = batch;
        batch = [];
        await Promise.all(inFlight);
        const work = ingestBatch(deps, file, observations, tally).finally(() => inFlight.delete(work));
        inFlight.add(work);
      };
      for await (const { lines, bytesRead } of readLines(handle)) {
        const aside: QuarantineItem[] = [];
        for (const line of lines) {
          tally.rows += 1;
          const read = readLine(reader.value, line);
          if (E.isLeft(read)) {
            aside.push(faultAt(deps, file, line.offset, read.left));
            continue;
          }
          batch.push(read.right);
          if (batch.length >= BATCH_ROWS) await flush();
        }
        tally.quarantined += aside.length;
        await putAside(deps, aside);
        onProgress({ ...tally, bytesRead, bytesTotal });
      }
      if (batch.length > 0) await flush();
      await Promise.all(inFlight);
      if (tally.rows === 0) {
        tally.quarantined += 1;
        await putAside(deps, [faultAt(deps, file, 0, { path: 'file', expected: 'expected at least one record' })]);
      }
      onProgress({ ...tally, bytesRead: bytesTotal, bytesTotal });
      return tally;
    } finally {
      await Promise.allSettled(inFlight);
      await handle.close();
    }
  };

/** As many as AppFlow reports of the run, so that the two agree. */
const countLines = async (path: string): Promise<number> => {
  const handle = await open(path);
  try {
    let count = 0;
    for await (const { lines } of readLines(handle)) count += lines.length;
    return count;
  } finally {
    await handle.close();
  }
};

const readLine = (readRow: ReadRow, line: Line): E.Either<InputFault, Observation> => {
  if (line.type === 'fault') return E.left(line.fault);
  try {
    return readRow(parseExactJson(line.text), line.offset);
  } catch (error) {
    if (error instanceof SyntaxError) return E.left({ path: 'line', expected: 'expected a JSON object on each line' });
    throw error;
  }
};

const ingestBatch = async (
  deps: LoadFileDeps,
  file: FileToLoad,
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
const faultAt = (deps: LoadFileDeps, file: FileToLoad, offset: number, fault: InputFault): QuarantineItem =>
  quarantined({ type: 'file', file: file.name, offset }, fault, deps.clock(), null);

const putAside = async (deps: LoadFileDeps, items: readonly QuarantineItem[]): Promise<void> => {
  for (let attempt = 1; items.length > 0; attempt++) {
    const kept = await deps.quarantine.put(items)();
    if (E.isRight(kept)) return;
    await deps.pause(attempt);
  }
};
