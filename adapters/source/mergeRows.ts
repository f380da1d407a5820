import * as E from 'fp-ts/lib/Either.js';
import {
  type Audit,
  addFindings,
  type IngestDeps,
  ingest,
  MAX_BATCH_RECORDS,
  type Observation,
  type Origin,
  type QuarantineItem,
  type QuarantineStore,
  type RecordStore,
  recordKey,
  type SeenRow,
  type StoredRecord,
} from '#domain/index.ts';
import type { InputFault } from './fault.ts';
import { quarantined } from './quarantined.ts';
import type { ReadLine } from './row.ts';
import type { Row, RowBatch } from './rowBatch.ts';

export type MergeRowsDeps = IngestDeps & {
  readonly records: Pick<RecordStore, 'loadChanged'>;
  readonly quarantine: Pick<QuarantineStore, 'put'>;
  /** Waits before a batch is tried again; the store was unavailable for the n-th time. Throws where it shall not be tried again: so does the load. */
  readonly pause: (attempt: number) => Promise<void>;
};

/** Of one file: where its rows come from, and who understands them. */
export type RowsOfFile = { readonly name: string; readonly object: string; readonly readLine: ReadLine };

export type MergeTally = { quarantined: number; recordsChanged: number; eventsAppended: number; audit: Audit };

/**
 * Every row ends merged or in quarantine. One BatchGet for up to 100 of them: a row that its record knows already is done with that, unparsed (lastRow.ts); the
 * others are read, and merged into the records that were just looked at.
 */
export const mergeRows = async (
  deps: MergeRowsDeps,
  file: RowsOfFile,
  batch: RowBatch,
  tally: MergeTally,
): Promise<void> => {
  const { changed, known } = await changedRows(deps, batch.rows);
  const observations: Observation[] = [];
  const aside: QuarantineItem[] = [];
  for (const row of changed) {
    const read = file.readLine(batch.bytes(), row.from, row.to, row.offset);
    if (E.isRight(read)) observations.push({ ...read.right, rowHash: row.hash });
    else aside.push(faultAt(deps, file, row.offset, read.left));
  }
  tally.quarantined += aside.length;
  await putAside(deps, aside);
  await merge(deps, file, observations, known, tally);
};

type Changed = { readonly changed: readonly Row[]; readonly known: ReadonlyMap<string, StoredRecord> };

/** Without those whose record they are the last row of, and the records of the others. Where they cannot be read ingest reads, and tells whose fault it is. */
const changedRows = async ({ records }: MergeRowsDeps, rows: readonly Row[]): Promise<Changed> => {
  const seen = rows.filter(hasRef);
  const batches = Array.from({ length: Math.ceil(seen.length / MAX_BATCH_RECORDS) }, (_, batch) =>
    seen.slice(batch * MAX_BATCH_RECORDS, (batch + 1) * MAX_BATCH_RECORDS),
  );
  const stored: (StoredRecord | null)[] = [];
  for (const loaded of await Promise.all(batches.map((batch) => records.loadChanged(batch)()))) {
    if (E.isLeft(loaded)) return { changed: rows, known: new Map() };
    stored.push(...loaded.right);
  }
  const changed: Row[] = [];
  const known = new Map<string, StoredRecord>();
  let next = 0;
  for (const row of rows) {
    const record = hasRef(row) ? stored[next++] : undefined;
    if (record === null) continue;
    changed.push(row);
    if (record !== undefined) known.set(recordKey(record.record.ref), record);
  }
  return { changed, known };
};

const hasRef = (row: Row): row is Row & SeenRow => row.ref !== null;

const merge = async (
  deps: MergeRowsDeps,
  file: RowsOfFile,
  observations: readonly Observation[],
  known: ReadonlyMap<string, StoredRecord>,
  tally: MergeTally,
): Promise<void> => {
  let pending = observations;
  for (let attempt = 1; pending.length > 0; attempt++) {
    const report = await ingest(deps)(pending, attempt === 1 ? known : new Map())();
    tally.recordsChanged += report.recordsChanged;
    tally.eventsAppended += report.eventsAppended;
    tally.audit = addFindings(tally.audit, report.findings);
    const refused = pending.flatMap(({ origin }, index) => {
      const outcome = report.outcomes[index];
      if (outcome?.type !== 'refused') return [];
      return [quarantined(origin, { path: file.object, expected: outcome.reason }, deps.clock(), null)];
    });
    tally.quarantined += refused.length;
    await putAside(deps, refused);
    pending = pending.filter((_, index) => report.outcomes[index]?.type === 'retry');
    if (pending.length > 0) await deps.pause(attempt);
  }
};

/** The line itself stays in the file, which is kept: its origin says where. */
export const faultAt = (
  { clock }: Pick<MergeRowsDeps, 'clock'>,
  { name }: Pick<RowsOfFile, 'name'>,
  offset: number,
  fault: InputFault,
): QuarantineItem => {
  const origin: Origin = { type: 'file', file: name, offset };
  return quarantined(origin, fault, clock(), null);
};

export const putAside = async (
  { quarantine, pause }: Pick<MergeRowsDeps, 'quarantine' | 'pause'>,
  items: readonly QuarantineItem[],
): Promise<void> => {
  for (let attempt = 1; items.length > 0; attempt++) {
    const kept = await quarantine.put(items)();
    if (E.isRight(kept)) return;
    await pause(attempt);
  }
};
