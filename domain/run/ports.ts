import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure, StoreUnavailable } from '../errors.ts';
import type { Extraction } from '../source/stamp.ts';
import type { EpochMs } from '../values/calendar.ts';
import type { RecordId } from '../values/ids.ts';
import type { AbsenceJob, Miss } from './absence.ts';
import type { Run, RunFact, RunRef } from './run.ts';

/** The run ledger. One contract suite (test/contract/runStore.ts), run by every implementation. */
export type RunStore = {
  /**
   * When the rows of a file were extracted: as fixed when it was first opened or, for a first time, the start that the run reported so far;
   * without a report the file's own modification time, which only bounds it.
   */
  readonly open: (ref: RunRef, file: string, modifiedAt: EpochMs) => TE.TaskEither<ReadFailure, Extraction>;
  /** Joins a fact into its run. A fact that says nothing new writes nothing. */
  readonly record: (ref: RunRef, fact: RunFact) => TE.TaskEither<ReadFailure, void>;
  /** Strongly consistent. A run that nobody mentioned is one without files and reports. */
  readonly load: (ref: RunRef) => TE.TaskEither<ReadFailure, Run>;
  /** Newest first, by when billfold first heard of them; of one flow, or (null) of all. */
  readonly list: (
    flow: string | null,
    page: { readonly cursor: string | null; readonly limit: number },
  ) => TE.TaskEither<ReadFailure, { readonly runs: readonly HeardRun[]; readonly cursor: string | null }>;
};

export type HeardRun = { readonly ref: RunRef; readonly heardAt: EpochMs };

/** What deletion by absence has to remember: where it is, and which records were left out once. */
export type AbsenceStore = {
  /** null: no load of the object was ever compared. Strongly consistent. */
  readonly load: (object: string) => TE.TaskEither<ReadFailure, AbsenceJob | null>;
  /** Replaces the job whose ver is job.ver − 1. Left AbsenceLostRace: somebody else is at work on it. */
  readonly save: (job: AbsenceJob) => TE.TaskEither<AbsenceLostRace | StoreUnavailable, void>;
  /** Those of the ids that were missed. */
  readonly missesOf: (object: string, ids: readonly RecordId[]) => TE.TaskEither<ReadFailure, readonly Miss[]>;
  readonly remember: (object: string, misses: readonly Miss[]) => TE.TaskEither<StoreUnavailable, void>;
  readonly forget: (object: string, ids: readonly RecordId[]) => TE.TaskEither<StoreUnavailable, void>;
  /** By id. */
  readonly misses: (
    object: string,
    cursor: string | null,
    limit: number,
  ) => TE.TaskEither<ReadFailure, { readonly misses: readonly Miss[]; readonly cursor: string | null }>;
};

export type AbsenceLostRace = { readonly type: 'AbsenceLostRace' };

/** The ids of the rows of a run's files, read again from where they are kept. Left FilesUnreadable: not all the rows that were loaded are there. */
export type RowIds = (runs: readonly Run[], visit: (id: RecordId) => void) => TE.TaskEither<RowIdsFailure, void>;
export type RowIdsFailure = { readonly type: 'FilesUnreadable'; readonly reason: string } | StoreUnavailable;
