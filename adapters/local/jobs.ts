import * as E from 'fp-ts/lib/Either.js';
import {
  checkJob,
  type Job,
  type JobDeps,
  type JobRefusal,
  type JobRequest,
  jobFailureText,
  type ReadFailure,
  runJob,
  type Segment,
  type Tally,
  totalOf,
} from '#domain/index.ts';
import type { Log } from './functions.ts';

/** A job as it stands. */
export type JobReport = Job & {
  /** Items walked over so far. */
  readonly walked: number;
  /** Of the walk as a whole; of a promotion: of the walk after the switch. */
  readonly tally: Tally;
  /** Of a promotion: what the comparison before the switch found. */
  readonly comparison: Tally | null;
};

export type Jobs = {
  /** Starts a job, or goes on with one that was asked for in the same words and did not get to its end. */
  readonly start: (request: JobRequest) => Promise<E.Either<JobRefusal | Busy | ReadFailure, JobReport>>;
  /** Goes on with a job that stopped or failed. */
  readonly resume: (id: string) => Promise<E.Either<NotResumable | Busy | ReadFailure, JobReport>>;
  readonly report: (id: string) => Promise<E.Either<ReadFailure, JobReport | null>>;
  readonly list: () => Promise<E.Either<ReadFailure, readonly JobReport[]>>;
  /** The one under way; null: none is. */
  readonly underWay: () => Promise<JobReport | null>;
  /** Goes on with what the process before was doing. */
  readonly goOn: () => Promise<void>;
  /** Lets the page in hand finish; the next process goes on. */
  readonly stop: () => Promise<void>;
};

/** Jobs that write LIVE would wait for each other at every member: one at a time. */
export type Busy = { readonly type: 'Busy'; readonly message: string };
export type NotResumable = { readonly type: 'NotResumable' | 'NoSuchJob'; readonly message: string };

const LISTED = 50;
const NOTE_AGAIN_MS = 1_000;

/** Jobs of this process, one at a time, in the ops table. */
export const localJobs = ({ log, ...deps }: Omit<JobDeps, 'isStopping'> & { readonly log: Log }): Jobs => {
  let isStopping = false;
  let current: { readonly job: Job; readonly ended: Promise<void> } | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  const jobDeps: JobDeps = { ...deps, isStopping: () => isStopping };

  /** Between the look at what runs and the start of a job nobody else starts one. */
  const inTurn = <Result>(begin: () => Promise<Result>): Promise<Result> => {
    const begun = turn.then(begin);
    turn = begun.catch(() => undefined);
    return begun;
  };

  const run = async (job: Job): Promise<void> => {
    const ran = await runJob(jobDeps)(job)().catch((error: unknown) =>
      E.left({ type: 'Refused' as const, message: error instanceof Error ? error.message : 'something was thrown' }),
    );
    if (E.isLeft(ran) && ran.left.type === 'Stopped') return;
    const failure = E.isLeft(ran) ? jobFailureText(ran.left) : null;
    const ended: Job = { ...job, state: failure === null ? 'done' : 'failed', endedAt: deps.clock(), failure };
    // Whoever follows it waits for this. A process that stops meanwhile leaves it to the next.
    let saved = await deps.jobs.save(ended)();
    while (E.isLeft(saved) && !isStopping) {
      await deps.pause(NOTE_AGAIN_MS);
      saved = await deps.jobs.save(ended)();
    }
    if (failure !== null || E.isLeft(saved))
      log({ type: 'JobFailed', job: job.id, request: job.request.type, failure });
  };

  const begin = async (job: Job): Promise<E.Either<ReadFailure, JobReport>> => {
    const running: Job = { ...job, state: 'running', failure: null, endedAt: null };
    const saved = await deps.jobs.save(running)();
    if (E.isLeft(saved)) return saved;
    const ended = run(running).finally(() => {
      if (current?.job.id === job.id) current = null;
    });
    current = { job: running, ended };
    return reportOf(running);
  };

  const reportOf = async (job: Job): Promise<E.Either<ReadFailure, JobReport>> => {
    const segments = await deps.jobs.segments(job.id)();
    return E.isLeft(segments) ? segments : E.right(withSegments(job, segments.right));
  };

  const found = async (id: string): Promise<E.Either<ReadFailure, Job | undefined>> => {
    const listed = await deps.jobs.list(1_000)();
    return E.isLeft(listed) ? listed : E.right(listed.right.find((job) => job.id === id));
  };

  /**
   * A comparison that came to an end, or was refused, is made anew; a promotion that has switched only walks on. It may have failed before
   * it noted the switch: then the release knows whose walk is pending.
   */
  const canGoOn = async ({ id, request, state }: Job): Promise<boolean> => {
    if (state === 'running' || (request.type !== 'promote' && request.type !== 'diff')) return true;
    const segments = await deps.jobs.segments(id)();
    if (E.isRight(segments) && segments.right.some(({ segment }) => segment === 1)) return true;
    const release = await deps.releases.load()();
    return E.isRight(release) && release.right.walk !== null && release.right.startedBy === id;
  };

  const busy = (): E.Either<Busy, never> =>
    E.left({
      type: 'Busy',
      message: `The ${current?.job.request.type} ${current?.job.id} is under way: wait for it, or follow it.`,
    });

  return {
    start: (request) =>
      inTurn(async () => {
        const asked = JSON.stringify(request);
        if (current !== null) return JSON.stringify(current.job.request) === asked ? reportOf(current.job) : busy();
        const listed = await deps.jobs.list(LISTED)();
        if (E.isLeft(listed)) return listed;
        const unfinished = listed.right.find((job) => JSON.stringify(job.request) === asked);
        if (unfinished !== undefined && unfinished.state !== 'done' && (await canGoOn(unfinished)))
          return begin(unfinished);
        const release = await deps.releases.load()();
        if (E.isLeft(release)) return release;
        const checked = checkJob(deps, release.right, request);
        if (E.isLeft(checked)) return checked;
        const isOverLog = request.type !== 'diff' && request.type !== 'promote';
        const size = isOverLog ? await deps.events.approximateSize()() : E.right(null);
        return begin({
          id: newId(deps.clock(), listed.right),
          request,
          state: 'running',
          startedAt: deps.clock(),
          endedAt: null,
          failure: null,
          size: E.isRight(size) ? size.right : null,
        });
      }),

    resume: (id) =>
      inTurn(async () => {
        if (current?.job.id === id) return reportOf(current.job);
        if (current !== null) return busy();
        const job = await found(id);
        if (E.isLeft(job)) return job;
        if (job.right === undefined) return E.left({ type: 'NoSuchJob', message: `There is no job ${id}.` });
        if (job.right.state === 'done')
          return E.left({ type: 'NotResumable', message: `The ${job.right.request.type} ${id} is finished.` });
        return begin(job.right);
      }),

    report: async (id) => {
      const job = await found(id);
      if (E.isLeft(job)) return job;
      return job.right === undefined ? E.right(null) : reportOf(job.right);
    },

    list: async () => {
      const listed = await deps.jobs.list(LISTED)();
      if (E.isLeft(listed)) return listed;
      const reports: JobReport[] = [];
      for (const job of listed.right) {
        const report = await reportOf(job);
        if (E.isLeft(report)) return report;
        reports.push(report.right);
      }
      return E.right(reports);
    },

    underWay: async () => {
      const report = current === null ? null : await reportOf(current.job);
      return report === null || E.isLeft(report) ? null : report.right;
    },

    goOn: () =>
      inTurn(async () => {
        if (current !== null) return;
        const listed = await deps.jobs.list(LISTED)();
        const left = E.isRight(listed) ? listed.right.find(({ state }) => state === 'running') : undefined;
        if (left !== undefined) await begin(left);
      }),

    stop: async () => {
      isStopping = true;
      await turn;
      await current?.ended;
    },
  };
};

/** Sorts as jobs were started, also within a millisecond. */
const newId = (now: number, jobs: readonly Job[]): string => {
  const id = new Date(now).toISOString().replace(/\D/g, '');
  const last = jobs[0]?.id ?? '';
  return id > last ? id : String(BigInt(last) + 1n);
};

const withSegments = (job: Job, segments: readonly Segment[]): JobReport => {
  const isPromotion = job.request.type === 'promote';
  const comparison = isPromotion ? segments.filter(({ segment }) => segment === 0) : [];
  const tally = totalOf(segments.filter((segment) => !comparison.includes(segment)).map((segment) => segment.tally));
  return {
    ...job,
    walked: tally.counts.commits ?? tally.counts.members ?? 0,
    tally,
    comparison: isPromotion ? totalOf(comparison.map((segment) => segment.tally)) : null,
  };
};
