import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import type { ReadFailure, StoreUnavailable } from '../errors.ts';
import type { EpochMs } from '../values/calendar.ts';
import type { Segment } from './logWalk.ts';

const text = t.union([t.string, t.null]);

/** What can be done to all members at once. projection: "tier@2"; null: whatever there is. Versions 1 of a stored format. */
export const JobRequest = t.union(
  [
    t.strict({ type: t.literal('replay'), projection: text, memberId: text, segments: t.number }),
    /** sample: the share of members, 0..1. */
    t.strict({ type: t.literal('verify'), sample: t.number, memberId: text, segments: t.number }),
    t.strict({ type: t.literal('diff'), projection: text }),
    t.strict({ type: t.literal('promote'), projection: text, back: t.boolean, pushesPerSecond: t.number }),
    /** republishSince: epoch ms. */
    t.strict({ type: t.literal('reconcile'), republishSince: t.union([t.number, t.null]), segments: t.number }),
  ],
  'JobRequest',
);
export type JobRequest = t.TypeOf<typeof JobRequest>;

export const JobState = t.keyof({ running: null, done: null, failed: null });
export type JobState = t.TypeOf<typeof JobState>;

/** A long walk over members that survives the process which runs it: its segments say where it goes on. */
export type Job = {
  /** In the order in which they were started. */
  readonly id: string;
  readonly request: JobRequest;
  readonly state: JobState;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs | null;
  /** Why it failed, or what stood in its way last; asked for again, it goes on where it stopped. */
  readonly failure: string | null;
  /** About how many items there are to walk over; null: unknown. */
  readonly size: number | null;
};

export type JobStore = {
  readonly save: (job: Job) => TaskEither<StoreUnavailable, void>;
  /** Strongly consistent; null: there is none. */
  readonly load: (id: string) => TaskEither<ReadFailure, Job | null>;
  /** What stands in its way, while it runs; ignored once it does not. */
  readonly note: (id: string, failure: string) => TaskEither<StoreUnavailable, void>;
  /** Newest first. */
  readonly list: (limit: number) => TaskEither<ReadFailure, readonly Job[]>;
  /** A segment that is done stays done, whatever a slower worker says of it. */
  readonly saveSegment: (jobId: string, segment: Segment) => TaskEither<StoreUnavailable, void>;
  /** Those saved so far, by number. */
  readonly segments: (jobId: string) => TaskEither<ReadFailure, readonly Segment[]>;
};

export const begun = (job: Job): Job => ({ ...job, state: 'running', failure: null, endedAt: null });

/** The parts that can be walked by themselves, in any order, by anybody; what walks over LIVE is one. */
export const partsOf = (request: JobRequest): readonly number[] =>
  isOverLog(request) && !isOfOneMember(request) ? Array.from({ length: request.segments }, (_, part) => part) : [0];

export type LogRequest = Extract<JobRequest, { readonly segments: number }>;

export const isOverLog = (request: JobRequest): request is LogRequest => 'segments' in request;

const isOfOneMember = (request: LogRequest): boolean => 'memberId' in request && request.memberId !== null;

/** What a job that has come to its end has left behind. */
export const isWalked = (request: JobRequest, saved: readonly Segment[]): boolean =>
  saved.every(({ isDone }) => isDone) && (!isOverLog(request) || saved.length >= partsOf(request).length);
