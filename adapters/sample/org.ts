import { type SampleOptions, yearOfChanges } from './history.ts';
import { commit, commitNumberAt, type Ledger, lastModifiedMs } from './ledger.ts';
import { lastFileMs, startOfYear } from './life.ts';
import { forkSeed, type Random, randomUuid, seededRandom } from './random.ts';
import { changeEntry, type PutEventsEntry, rowLine } from './wire.ts';

export type { SampleOptions };

export const DEFAULT_MEMBERS = 200;

/** One thing the outside world sees. at: epoch milliseconds; for a file the start of its flow run, for events their delivery. */
export type SampleStep =
  | {
      readonly type: 'file';
      readonly at: number;
      readonly object: string;
      readonly executionId: string;
      readonly fileName: string;
      /** Newline-delimited JSON, as AppFlow writes it. */
      readonly lines: string;
    }
  | { readonly type: 'events'; readonly at: number; readonly entries: readonly PutEventsEntry[] };

/**
 * A year of a made-up retailer up to `until`, oldest first: a full load of contacts and promotions, then every quarter the orders
 * and vouchers that changed, and change events in between. The same options give the same bytes.
 */
export const sampleOrg = (options: SampleOptions): readonly SampleStep[] => sampleYear(options).steps;

/** The steps, and the org's records as they stand at the end. */
export const sampleYear = (
  options: SampleOptions,
): { readonly steps: readonly SampleStep[]; readonly records: Ledger } => {
  const records: Ledger = new Map();
  const random = seededRandom(forkSeed(options.seed, 'feeds'));
  const steps: SampleStep[] = [];
  let commitNumber = 0n;
  const runs = [...fileRuns(options.until)];
  const takeFilesUpTo = (atMs: number): void => {
    for (let run = runs[0]; run !== undefined && run.atMs <= atMs; run = runs[0]) {
      runs.shift();
      steps.push(...run.objects.map((object) => fileStep(records, object, run, random)));
    }
  };
  for (const news of yearOfChanges(options)) {
    takeFilesUpTo(news.atMs);
    commitNumber = commitNumberAt(news.atMs, commitNumber);
    const change = commit(records, news, commitNumber);
    if (news.announced) steps.push(eventStep(change, random));
  }
  takeFilesUpTo(options.until);
  return { steps: steps.sort((a, b) => a.at - b.at), records };
};

/** A flow run: rows modified from fromMs up to its start. */
type FileRun = { readonly atMs: number; readonly fromMs: number; readonly objects: readonly string[] };

const QUARTERS = 4;

const fileRuns = (until: number): readonly FileRun[] => {
  const untilMs = Math.floor(until / 1000) * 1000;
  const sinceMs = startOfYear(untilMs);
  const quarterMs = Math.floor((lastFileMs(untilMs) - sinceMs) / QUARTERS / 1000) * 1000;
  const endOf = (quarter: number): number =>
    quarter === QUARTERS ? lastFileMs(untilMs) : sinceMs + quarter * quarterMs;
  const full = { atMs: sinceMs, fromMs: 0, objects: ['Contact', 'Promotion__c'] };
  const quarterly = Array.from({ length: QUARTERS }, (_, quarter) => ({
    atMs: endOf(quarter + 1),
    fromMs: quarter === 0 ? 0 : endOf(quarter),
    objects: ['Order', 'Voucher__c'],
  }));
  return [full, ...quarterly];
};

const fileStep = (records: Ledger, object: string, run: FileRun, random: Random): SampleStep => {
  const lines: string[] = [];
  for (const record of records.values())
    if (record.object === object && lastModifiedMs(record) >= run.fromMs)
      lines.push(`${rowLine(object, record.fields)}\n`);
  const executionId = randomUuid(random);
  const stamp = new Date(run.atMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return {
    type: 'file',
    at: run.atMs,
    object,
    executionId,
    fileName: `${executionId}-${stamp}`,
    lines: lines.join(''),
  };
};

const eventStep = (change: ReturnType<typeof commit>, random: Random): SampleStep => {
  const at = change.committedAtMs + random.int(1, 25) * 1000;
  return { type: 'events', at, entries: [changeEntry(change, random.chance(0.2) ? 'relay' : 'appflow', at)] };
};
