import type { IngestReport } from '#domain/index.ts';
import type { Counts, RuntimeStatus } from '../http/answers/status.ts';
import type { LoadProgress, LoadReport } from '../source/loadFile.ts';
import { type Meter, unmetered } from './meter.ts';

/** How many loaded files are remembered for whoever waits for one. */
const RECENT_FILES = 50;

/** Numbers that rise while the service runs, and the files it loads. */
export const activity = (now: () => Date, meter: Pick<Meter, 'of'> = unmetered) => {
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
    meter.of('tables/records').passed(changes.recordsChanged ?? 0);
    meter.of('tables/events').passed(changes.eventsAppended ?? 0);
  };
  return {
    startedAt: now(),
    read: (): { readonly counts: Counts; readonly loading: typeof loading; readonly recent: typeof recent } => ({
      counts: { ...counts },
      loading,
      recent,
    }),
    ingested: ({ outcomes, recordsChanged, eventsAppended }: IngestReport): void => {
      meter.of('functions/ingest').passed(outcomes.length);
      add({ recordsRead: outcomes.length, recordsChanged, eventsAppended });
    },
    rowsLoaded: ({ rows, recordsChanged, eventsAppended }: LoadReport): void => {
      meter.of('buckets/landing').passed(rows);
      add({ recordsRead: rows, recordsChanged, eventsAppended });
    },
    add,
    progress: (file: string, progress: LoadProgress): void => {
      const { audit: _, ...counted } = progress;
      loading = { file, ...counted };
    },
    fileFailed: (file: string, reason: string): void => {
      loading = null;
      failures.set(file, { reason, at: now().toISOString() });
      meter.of('buckets/landing').failed(1, `${file}: ${reason}`);
    },
    failureOf: (file: string) => failures.get(file) ?? null,
    loaded: (file: string, report: LoadReport): void => {
      loading = null;
      failures.delete(file);
      const { audit: _, ...counted } = report;
      const loadedAt = now().toISOString();
      recent = [{ file, ...counted, loadedAt }, ...recent].slice(0, RECENT_FILES);
      const what = `${file}: ${report.rows} rows${report.quarantined === 0 ? '' : `, ${report.quarantined} in quarantine`}`;
      meter.of('buckets/landing').saw([{ id: `${file} ${loadedAt}`, what, at: loadedAt, memberId: null }]);
    },
  };
};

export type Activity = ReturnType<typeof activity>;
