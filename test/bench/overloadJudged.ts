import { MOST_BEHIND } from '#adapters/local/limits.ts';
import type { Asked } from './askedAtOnce.ts';
import type { Counts } from './flood.ts';
import { spread } from './measure.ts';
import { percentile } from './paced.ts';

export type Sampled = Counts & {
  /** Seconds. */
  readonly at: number;
  readonly waiting: number;
  readonly heapBytes: number;
  readonly residentBytes: number;
};

type Live = 'quiet' | 'beside' | 'within' | 'after';

export type Seen = {
  /** Of the overload. */
  readonly seconds: number;
  readonly capacity: number;
  readonly limit: number;
  readonly samples: readonly Sampled[];
  readonly recoveredSeconds: number;
  /** Milliseconds of each change, by when it was made. */
  readonly live: Readonly<Record<Live, readonly number[]>>;
  readonly flooded: Counts;
  readonly loaded: { readonly files: number; readonly rows: number };
  readonly asked: Asked;
  /** What was acknowledged and is not in a pass. */
  readonly lost: readonly string[];
  /** Processes that ended although nobody told them to. */
  readonly ended: readonly string[];
};

export type Judged = {
  readonly promise: string;
  readonly held: 'held' | 'BROKEN' | 'too short to say';
  readonly seen: string;
};

export const judged = (seen: Seen): readonly Judged[] => {
  const { samples, flooded, seconds, limit, live, asked, lost, ended, recoveredSeconds, capacity, loaded } = seen;
  const most = Math.max(...samples.map(({ waiting }) => waiting));
  const [quiet, beside, after] = [live.quiet, live.beside, live.after].map((lags) => percentile(lags, 0.5));
  const expectedSeconds = most / capacity;
  // It finds as much as a load may be ahead in each of two lines, and twice that where batches end late.
  const mostBehindMs = (1_000 * 4 * MOST_BEHIND) / capacity;
  const timed = (promise: string, holds: boolean, what: string): Judged =>
    holds || seconds >= LONG_SECONDS ? said(promise, holds, what) : { promise, held: 'too short to say', seen: what };
  return [
    timed(
      'it was more than it can do',
      flooded.refused > 0,
      `${flooded.taken} taken, ${flooded.refused} refused; ${loaded.files} files of ${loaded.rows} rows`,
    ),
    said(
      'what finds no room is told when to come again',
      flooded.wrong.length === 0,
      flooded.wrong.join('; ') || '429 or 503 with Retry-After',
    ),
    // Whatever was under way when the last place was taken comes on top.
    said('no more waits than may', most <= limit + IN_FLIGHT, `${most} at most, of ${limit}`),
    flat(
      'memory in use, garbage collected, does not grow',
      samples.map(({ heapBytes }) => heapBytes),
    ),
    flat(
      'nor does resident memory',
      samples.map(({ residentBytes }) => residentBytes),
    ),
    timed(
      'a load starves no live change',
      (beside ?? Number.NaN) <= (quiet ?? 0) + mostBehindMs,
      `p50 ${ms(beside)} beside a load, ${ms(quiet)} without`,
    ),
    timed(
      'it recovers by itself',
      recoveredSeconds <= 3 * expectedSeconds + 60,
      `idle ${recoveredSeconds.toFixed(1)} s after the input ended`,
    ),
    timed(
      'and is as quick as before',
      (after ?? Number.NaN) <= 2 * (quiet ?? 0) + 50,
      `p50 ${ms(after)} after it, ${ms(quiet)} before`,
    ),
    said(
      'callers of the API are answered, or told when to come again',
      asked.wrong.length === 0,
      `${asked.answered} of ${asked.callers} at once answered, ${asked.refused} refused${asked.wrong.map((one) => `; ${one}`).join('')}`,
    ),
    said(
      'everything acknowledged is in the passes, once',
      lost.length === 0,
      lost.length === 0
        ? `${flooded.taken} changes, ${loaded.rows} rows`
        : `${lost.length} members: ${lost.slice(0, 3).join('; ')}`,
    ),
    said('nothing ended by itself', ended.length === 0, ended.join('; ') || 'one process, from the first to the last'),
  ];
};

/** 64 requests of ten. */
const IN_FLIGHT = 640;
/** What depends on how quick a machine is says nothing of a moment. */
const LONG_SECONDS = 30;

const said = (promise: string, holds: boolean, seen: string): Judged => ({
  promise,
  held: holds ? 'held' : 'BROKEN',
  seen,
});
const ms = (value: number | undefined): string => `${Math.round(value ?? Number.NaN)} ms`;

/**
 * By halves, of what comes after the first quarter, in which the queue fills: the later half holds no more than the earlier one by a tenth, and ten megabytes, which
 * is what a collection more or less makes.
 */
export const flat = (promise: string, bytes: readonly number[]): Judged => {
  const steady = bytes.slice(Math.ceil(bytes.length / 4));
  const half = Math.floor(steady.length / 2);
  const [earlier, later] = [steady.slice(0, half), steady.slice(half)].map((values) => spread(values).median / 1e6);
  if (earlier === undefined || later === undefined || half < 4)
    return { promise, held: 'too short to say', seen: `${steady.length} looks` };
  return said(promise, later <= earlier * 1.1 + 10, `${earlier.toFixed(1)} MB, then ${later.toFixed(1)} MB`);
};
