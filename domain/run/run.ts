import type { Extraction } from '../source/stamp.ts';
import type { EpochMs } from '../values/calendar.ts';
import { type Audit, greaterAudit, noAudit } from './audit.ts';

/** One execution of one AppFlow flow. */
export type RunRef = { readonly flow: string; readonly executionId: string };

/** What is known of a run: the join of everything that was heard of it. */
export type Run = RunReports & { readonly ref: RunRef; readonly files: ReadonlyMap<string, RunFile> };

/** What AppFlow itself said. null: not heard. */
export type RunReports = { readonly startedAt: EpochMs | null; readonly end: RunEnd | null };

export type RunEnd = {
  readonly endedAt: EpochMs;
  readonly isSuccessful: boolean;
  /** Records that the flow says it delivered; null: it did not say. */
  readonly rows: number | null;
  /** Records that it says it could not deliver. */
  readonly failures: number;
  readonly error: string | null;
};

export type RunFile = {
  /** When its rows were extracted: fixed when it was first read. null: only heard of. */
  readonly extraction: Extraction | null;
  /** null: not read to its end. */
  readonly loaded: LoadedRows | null;
};

/** audit: a lower bound where whoever read the file was interrupted, and began it again. */
export type LoadedRows = { readonly rows: number; readonly unreadable: number; readonly audit: Audit };

/** One thing heard of a run. Hints and reports are best-effort: any of them may be missing, late or repeated. */
export type RunFact = FileFact | ReportFact;
export type FileFact =
  | { readonly type: 'FileHinted'; readonly file: string }
  | { readonly type: 'FileOpened'; readonly file: string; readonly extraction: Extraction }
  | ({ readonly type: 'FileLoaded'; readonly file: string; readonly extraction: Extraction } & LoadedRows);
export type ReportFact =
  | { readonly type: 'StartReported'; readonly startedAt: EpochMs }
  | { readonly type: 'EndReported'; readonly startedAt: EpochMs | null; readonly end: RunEnd };

export const isFileFact = (fact: RunFact): fact is FileFact => 'file' in fact;

export const runKey = ({ flow, executionId }: RunRef): string => `${flow}/${executionId}`;

export const unheardOfFile: RunFile = { extraction: null, loaded: null };
export const noReports: RunReports = { startedAt: null, end: null };
export const unheardOfRun = (ref: RunRef): Run => ({ ref, files: new Map(), ...noReports });

/** Commutative, associative, idempotent, like every join: in whatever order facts come, the run is the same. */
export const joinRun = (run: Run, fact: RunFact): Run =>
  isFileFact(fact)
    ? { ...run, files: new Map(run.files).set(fact.file, joinFile(run.files.get(fact.file) ?? unheardOfFile, fact)) }
    : { ...run, ...joinReports(run, fact) };

/** Facts about one file never differ, unless its contents were exchanged: then the one that closes less wins. */
export const joinFile = (file: RunFile, fact: FileFact): RunFile => {
  if (fact.type === 'FileHinted') return file;
  const extraction = file.extraction === null ? fact.extraction : lessKnown(file.extraction, fact.extraction);
  if (fact.type === 'FileOpened') return { ...file, extraction };
  const { rows, unreadable, audit } = file.loaded ?? { rows: 0, unreadable: 0, audit: noAudit };
  return {
    extraction,
    loaded: {
      rows: Math.max(rows, fact.rows),
      unreadable: Math.max(unreadable, fact.unreadable),
      audit: greaterAudit(audit, fact.audit),
    },
  };
};

export const joinReports = ({ startedAt, end }: RunReports, fact: ReportFact): RunReports => ({
  startedAt: earlier(startedAt, fact.startedAt),
  end: fact.type === 'StartReported' ? end : laterEnd(end, fact.end),
});

const lessKnown = (a: Extraction, b: Extraction): Extraction =>
  a.known !== b.known ? (a.known ? b : a) : a.at <= b.at ? a : b;

const earlier = (a: EpochMs | null, b: EpochMs | null): EpochMs | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

/** A repeated report is the same text. Of different ones the later, then the worse, by any fixed order. */
const laterEnd = (a: RunEnd | null, b: RunEnd): RunEnd => (a === null || orderOf(b) > orderOf(a) ? b : a);

const orderOf = ({ endedAt, isSuccessful, failures, rows, error }: RunEnd): string =>
  JSON.stringify([
    String(endedAt).padStart(15, '0'),
    isSuccessful ? 0 : 1,
    String(failures).padStart(15, '0'),
    rows,
    error,
  ]);
