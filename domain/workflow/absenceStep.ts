import * as E from 'fp-ts/lib/Either.js';
import type { ReadFailure } from '../errors.ts';
import type { RecordStore } from '../ports.ts';
import {
  type AbsenceJob,
  afterComparing,
  canBeMissed,
  isMissedTwice,
  isReadAgainBy,
  missOf,
  readAgain,
  tombstone,
} from '../run/absence.ts';
import { type IdSet, idSet } from '../run/idSet.ts';
import type { AbsenceStore, RowIds, RunStore } from '../run/ports.ts';
import type { RunRef } from '../run/run.ts';
import type { Observation } from '../source/observation.ts';
import { type IngestDeps, ingest } from './ingest.ts';

export type AbsenceDeps = {
  readonly ingest: IngestDeps;
  readonly records: Pick<RecordStore, 'scanObject'>;
  readonly runs: Pick<RunStore, 'list' | 'load'>;
  readonly absences: AbsenceStore;
  readonly rowIds: RowIds;
  /** The ids of the load being compared, so that a round need not read its files again. */
  readonly cache: { current: { readonly key: string; readonly ids: IdSet } | null };
  /** Pages in one round: a round is short, so that time and definitions are never kept waiting. */
  readonly pagesPerRound: number;
};

const RECORDS_IN_PAGE = 500;
const MISSES_IN_PAGE = 100;

/** One page of the object's records against the ids of the load. */
export const compare = async (
  deps: AbsenceDeps,
  job: AbsenceJob,
  cursor: string | null,
): Promise<E.Either<ReadFailure, AbsenceJob>> => {
  const ids = await idsOf(deps, job);
  if (E.isLeft(ids)) return ids;
  if (ids.right === null) return E.right(next(job, { phase: { type: 'held', why: 'FilesUnreadable' } }));
  const { has } = ids.right;
  const page = await deps.records.scanObject(job.object, { segment: 0, segments: 1, cursor, limit: RECORDS_IN_PAGE })();
  if (E.isLeft(page)) return page;

  const { extractionMarginMs } = deps.ingest.mapping.programme;
  const existing = page.right.records.filter(({ existence }) => existence?.says === 'exists');
  const absent = existing.filter(
    (record) => !has(record.ref.id) && canBeMissed(record, job.startedAt, extractionMarginMs),
  );
  const fresh = page.right.records.filter((record) => isReadAgainBy(record, has(record.ref.id)));
  const told = await tell(
    deps,
    fresh.map(({ ref }) => readAgain(job, ref.id)),
  );
  if (E.isLeft(told)) return told;
  const misses = await missesOf(deps, job, absent);
  if (E.isLeft(misses)) return misses;
  const counted = next(job, {
    known: job.known + existing.length,
    missedTwice: job.missedTwice + misses.right.filter(isMissedTwice).length,
  });
  const phase =
    page.right.cursor === null ? afterComparing(counted) : { type: 'comparing' as const, cursor: page.right.cursor };
  return E.right({ ...counted, phase });
};

const missesOf = async (
  { absences, ingest: { mapping } }: AbsenceDeps,
  job: AbsenceJob,
  absent: Parameters<typeof missOf>[1][],
) => {
  if (absent.length === 0) return E.right([]);
  const ids = absent.map(({ ref }) => ref.id);
  const before = await absences.missesOf(job.object, ids)();
  if (E.isLeft(before)) return before;
  const byId = new Map(before.right.map((miss) => [miss.id, miss]));
  const { extractionMarginMs } = mapping.programme;
  const misses = absent.map((record) => missOf(job, record, byId.get(record.ref.id), extractionMarginMs));
  const remembered = await absences.remember(job.object, misses)();
  return E.isLeft(remembered) ? remembered : E.right(misses);
};

/** null: the files are not there as they were loaded. */
const idsOf = async (deps: AbsenceDeps, job: AbsenceJob): Promise<E.Either<ReadFailure, IdSet | null>> => {
  const key = `${job.startedAt}: ${job.runs.join(' ')}`;
  if (deps.cache.current?.key === key) return E.right(deps.cache.current.ids);
  deps.cache.current = null;
  const runs = await Promise.all(job.runs.map((run) => deps.runs.load(refOf(run))()));
  const ids = idSet(job.rows);
  const found = [];
  for (const run of runs) {
    if (E.isLeft(run)) return run;
    found.push(run.right);
  }
  const read = await deps.rowIds(found, ids.add)();
  if (E.isLeft(read)) return read.left.type === 'FilesUnreadable' ? E.right(null) : E.left(read.left);
  deps.cache.current = { key, ids };
  return E.right(ids);
};

const refOf = (key: string): RunRef => {
  const slash = key.indexOf('/');
  return { flow: key.slice(0, slash), executionId: key.slice(slash + 1) };
};

/** One page of the misses: buried, kept for the next load, or dropped because the load brought the record. */
export const bury = async (
  deps: AbsenceDeps,
  job: AbsenceJob,
  cursor: string | null,
): Promise<E.Either<ReadFailure, AbsenceJob>> => {
  deps.cache.current = null;
  const page = await deps.absences.misses(job.object, cursor, MISSES_IN_PAGE)();
  if (E.isLeft(page)) return page;
  const missed = page.right.misses.filter(({ last }) => last === job.startedAt);
  const gone = missed.filter(isMissedTwice);
  const { extractionMarginMs } = deps.ingest.mapping.programme;
  const told = await tell(
    deps,
    gone.map(({ id }) => tombstone(job, id, extractionMarginMs)),
  );
  if (E.isLeft(told)) return told;
  const kept = new Set(missed.filter((miss) => !isMissedTwice(miss)).map(({ id }) => id));
  const settled = page.right.misses.map(({ id }) => id).filter((id) => !kept.has(id));
  const forgotten = await deps.absences.forget(job.object, settled)();
  if (E.isLeft(forgotten)) return forgotten;
  const reached = page.right.cursor;
  return E.right(
    next(job, {
      buried: job.buried + told.right,
      phase: reached === null ? { type: 'done' } : { type: 'burying', cursor: reached },
    }),
  );
};

/** Through the ordinary ingest. Returns how many records changed; what can never be stored is left as it is. */
const tell = async (
  deps: AbsenceDeps,
  observations: readonly Observation[],
): Promise<E.Either<ReadFailure, number>> => {
  const { outcomes, recordsChanged } = await ingest(deps.ingest)(observations)();
  const failed = outcomes.find(({ type }) => type === 'retry');
  return failed?.type === 'retry'
    ? E.left({ type: 'StoreUnavailable', operation: 'tell what is absent', reason: failed.reason })
    : E.right(recordsChanged);
};

export const next = (job: AbsenceJob, changed: Partial<AbsenceJob>): AbsenceJob => ({
  ...job,
  ...changed,
  ver: job.ver + 1,
});
