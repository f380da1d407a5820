import type { IngestReport } from '#domain/index.ts';
import type { ParkedCounts } from '../http/parkedText.ts';
import type { LoadProgress, LoadReport } from '../source/loadFile.ts';
import type { LocalPipeStatus } from './pipes.ts';
import type { QueueStatus } from './queue.ts';
import type { Upkeep } from './upkeep.ts';

/** What GET /api/status answers. Counts are of this process; the quarantine's is of the store. */
export type RuntimeStatus = {
  /** Everything acknowledged or waiting in the inbox at this moment has reached LIVE and, where the pass changed, the wallet bus. */
  readonly idle: boolean;
  readonly startedAt: string;
  readonly counts: Counts;
  readonly inbox: {
    readonly waiting: number;
    readonly loading: (LoadProgress & { readonly file: string }) | null;
    /** The last files loaded, newest first. */
    readonly recent: readonly (LoadReport & { readonly file: string; readonly loadedAt: string })[];
  };
  readonly queues: Readonly<Record<string, QueueStatus>>;
  readonly pipes: Readonly<Record<string, LocalPipeStatus>>;
  /** Until these are resumed, what waits for them keeps the service from being idle. */
  readonly paused: readonly { readonly pipe: string; readonly waiting: boolean }[];
  readonly sweepPending: boolean;
  /** Messages and stream records given up on, by queue. */
  readonly deadLetters: Readonly<Record<string, number>>;
  readonly quarantined: number;
  /** Whose projections failed. */
  readonly parked: ParkedCounts;
  readonly upkeep: Upkeep;
  /** What is being done to all members; null: nothing. */
  readonly job: {
    readonly id: string;
    readonly type: string;
    readonly walked: number;
    readonly size: number | null;
  } | null;
  readonly sample: SampleProgress;
  /** Where the data is, for tools on the same machine. */
  readonly store: {
    readonly dynamodbEndpoint: string;
    readonly prefix: string;
    readonly dataDir: string;
    readonly timeZone: string;
  };
};

export type Counts = {
  readonly recordsRead: number;
  readonly recordsChanged: number;
  readonly eventsAppended: number;
  readonly passesIssued: number;
  readonly passesUpdated: number;
  readonly passesWithdrawn: number;
};

export type SampleProgress =
  | { readonly type: 'none' }
  | { readonly type: 'loading'; readonly step: number; readonly steps: number }
  | { readonly type: 'loaded' };

/** How many loaded files are remembered for whoever waits for one. */
const RECENT_FILES = 50;

/** Numbers that rise while the service runs, and the files it loads. */
export const activity = (now: () => Date) => {
  const counts = {
    recordsRead: 0,
    recordsChanged: 0,
    eventsAppended: 0,
    passesIssued: 0,
    passesUpdated: 0,
    passesWithdrawn: 0,
  };
  let loading: RuntimeStatus['inbox']['loading'] = null;
  let recent: RuntimeStatus['inbox']['recent'] = [];
  /** Why files in the inbox could not be loaded, until they are. */
  const failures = new Map<string, { readonly reason: string; readonly at: string }>();
  const add = (changes: Partial<Counts>): void => {
    for (const name of Object.keys(counts) as (keyof Counts)[]) counts[name] += changes[name] ?? 0;
  };
  return {
    startedAt: now(),
    read: (): { readonly counts: Counts; readonly loading: typeof loading; readonly recent: typeof recent } => ({
      counts: { ...counts },
      loading,
      recent,
    }),
    ingested: ({ outcomes, recordsChanged, eventsAppended }: IngestReport): void =>
      add({ recordsRead: outcomes.length, recordsChanged, eventsAppended }),
    rowsLoaded: ({ rows, recordsChanged, eventsAppended }: LoadReport): void =>
      add({ recordsRead: rows, recordsChanged, eventsAppended }),
    add,
    progress: (file: string, progress: LoadProgress): void => {
      loading = { file, ...progress };
    },
    fileFailed: (file: string, reason: string): void => {
      loading = null;
      failures.set(file, { reason, at: now().toISOString() });
    },
    failureOf: (file: string) => failures.get(file) ?? null,
    loaded: (file: string, report: LoadReport): void => {
      loading = null;
      failures.delete(file);
      recent = [{ file, ...report, loadedAt: now().toISOString() }, ...recent].slice(0, RECENT_FILES);
    },
  };
};

export type Activity = ReturnType<typeof activity>;
