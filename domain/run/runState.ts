import type { EpochMs } from '../values/calendar.ts';
import { type Audit, addAudits, noAudit } from './audit.ts';
import type { Run } from './run.ts';

/**
 * open: not over, or a file that was heard of has not been read to its end. complete: AppFlow reported success, and the files hold the
 * number of records it reported. disagreeing: they do not (yet). failed: AppFlow says so. A run that nobody reported on stays open.
 */
export type RunState = 'open' | 'complete' | 'disagreeing' | 'failed';

export const runStates: readonly RunState[] = ['open', 'complete', 'disagreeing', 'failed'];

export const stateOfRun = (run: Run): RunState => {
  const { end } = run;
  if (end === null) return 'open';
  if (!end.isSuccessful) return 'failed';
  const { filesUnread, rows } = totalsOf(run);
  if (end.rows === null || filesUnread > 0) return 'open';
  return rows === end.rows && end.failures === 0 ? 'complete' : 'disagreeing';
};

export type RunTotals = {
  readonly files: number;
  readonly filesUnread: number;
  readonly rows: number;
  readonly unreadable: number;
  readonly audit: Audit;
};

export const totalsOf = ({ files }: Pick<Run, 'files'>): RunTotals => {
  const totals = { files: files.size, filesUnread: 0, rows: 0, unreadable: 0, audit: noAudit };
  for (const { loaded } of files.values()) {
    if (loaded === null) totals.filesUnread += 1;
    totals.rows += loaded?.rows ?? 0;
    totals.unreadable += loaded?.unreadable ?? 0;
    totals.audit = addAudits(totals.audit, loaded?.audit ?? noAudit);
  }
  return totals;
};

/** When a run began, where it is known to have read everything it was to read; null: nothing follows from what it left out. */
export const readEverythingFrom = (run: Run): EpochMs | null =>
  stateOfRun(run) === 'complete' && totalsOf(run).unreadable === 0 ? run.startedAt : null;
