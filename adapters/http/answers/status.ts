import * as t from 'io-ts';
import { orNull } from './common.ts';
import { NightlyJob } from './nightly.ts';
import { ParkedCounts } from './parked.ts';
import { Upkeep } from './upkeep.ts';

export const Counts = t.strict(
  {
    recordsRead: t.number,
    recordsChanged: t.number,
    eventsAppended: t.number,
    passesIssued: t.number,
    passesUpdated: t.number,
    passesWithdrawn: t.number,
  },
  'Counts',
);
export type Counts = t.TypeOf<typeof Counts>;

const load = { rows: t.number, quarantined: t.number, recordsChanged: t.number, eventsAppended: t.number };

/** settled: no message left, not even one that waits for its next try. backlog: all there are, those that nobody has read yet too. Times are of performance.now(). */
const Queue = t.strict(
  {
    settled: t.boolean,
    ready: t.number,
    inFlight: t.number,
    delayed: t.number,
    backlog: t.number,
    lastBatchEndedAt: t.number,
  },
  'QueueStatus',
);

/** Times are of performance.now(), 0 for never. */
const Pipe = t.strict(
  {
    state: t.keyof({ RUNNING: null, STOPPED: null, STARTING: null, STOPPING: null }),
    /** What was last asked for; it outlives the process. */
    desired: t.keyof({ RUNNING: null, STOPPED: null }),
    /** Why the stream cannot be read at the moment; null: it can. */
    reason: orNull(t.string),
    settled: t.boolean,
    waiting: t.boolean,
    lastEmptyPollStartedAt: t.number,
    lastBatchEndedAt: t.number,
    retrying: t.boolean,
  },
  'LocalPipeStatus',
);

export const SampleProgress = t.union(
  [
    t.strict({ type: t.literal('none') }),
    t.strict({ type: t.literal('loading'), step: t.number, steps: t.number }),
    t.strict({ type: t.literal('loaded') }),
  ],
  'SampleProgress',
);
export type SampleProgress = t.TypeOf<typeof SampleProgress>;

/** What GET /api/status answers. Counts are of this process; the quarantine's is of the store. */
export const RuntimeStatus = t.strict(
  {
    /** Everything acknowledged or waiting in the inbox at this moment has reached LIVE and, where the pass changed, the wallet bus. */
    idle: t.boolean,
    startedAt: t.string,
    counts: Counts,
    inbox: t.strict({
      waiting: t.number,
      loading: orNull(t.strict({ ...load, bytesRead: t.number, bytesTotal: t.number, file: t.string }, 'LoadProgress')),
      /** The last files loaded, newest first. */
      recent: t.readonlyArray(t.strict({ ...load, file: t.string, loadedAt: t.string }, 'LoadedFile')),
    }),
    queues: t.readonly(t.record(t.string, Queue)),
    pipes: t.readonly(t.record(t.string, Pipe)),
    /** Until these are resumed, what waits for them keeps the service from being idle. */
    paused: t.readonlyArray(t.strict({ pipe: t.string, waiting: t.boolean })),
    sweepPending: t.boolean,
    /** Messages and stream records given up on, by queue. */
    deadLetters: t.readonly(t.record(t.string, t.number)),
    /** -1: the store did not answer. */
    quarantined: t.number,
    /** Whose projections failed. */
    parked: ParkedCounts,
    upkeep: Upkeep,
    /** What is being done to all members; null: nothing. */
    job: orNull(t.strict({ id: t.string, type: t.string, walked: t.number, size: orNull(t.number) }, 'JobUnderWay')),
    /** What is done each night. */
    nightly: t.readonlyArray(NightlyJob),
    sample: SampleProgress,
    /** Where the data is, for tools on the same machine. */
    store: t.strict({ dynamodbEndpoint: t.string, prefix: t.string, dataDir: t.string, timeZone: t.string }),
  },
  'RuntimeStatus',
);
export type RuntimeStatus = t.TypeOf<typeof RuntimeStatus>;

export const Healthy = t.strict({ status: t.literal('ok') }, 'Healthy');
