import * as E from 'fp-ts/lib/Either.js';
import {
  type Busy,
  begun,
  busyWith,
  isSameRequest,
  type Job,
  type JobDeps,
  type JobRefusal,
  type JobRequest,
  jobFailureText,
  LISTED_JOBS,
  planJob,
  type ReadFailure,
  runJob,
} from '#domain/index.ts';
import { type JobReport, reportOf } from '../jobs/report.ts';
import type { Log } from './functions.ts';

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

export type NotResumable = { readonly type: 'NotResumable' | 'NoSuchJob'; readonly message: string };

const NOTE_AGAIN_MS = 1_000;

/** Jobs of this process, one at a time, in the ops table. */
export const localJobs = ({ log, ...deps }: Omit<JobDeps, 'isStopping'> & { readonly log: Log }): Jobs => {
  let isStopping = false;
  let current: { readonly job: Job; readonly ended: Promise<void> } | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  const jobDeps: JobDeps = { ...deps, isStopping: () => isStopping };

  /** Between the look at what runs and the start of a job nobody else starts one. */
  const inTurn = <Result>(begin: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(begin);
    turn = result.catch(() => undefined);
    return result;
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

  const report = (job: Job): Promise<E.Either<ReadFailure, JobReport>> => reportOf(deps.jobs, job);

  const begin = async (job: Job): Promise<E.Either<ReadFailure, JobReport>> => {
    const running = begun(job);
    const saved = await deps.jobs.save(running)();
    if (E.isLeft(saved)) return saved;
    const ended = run(running).finally(() => {
      if (current?.job.id === job.id) current = null;
    });
    current = { job: running, ended };
    return report(running);
  };

  const busy = (): E.Either<Busy, never> => E.left(busyWith(current?.job ?? null));

  return {
    start: (request) =>
      inTurn(async () => {
        if (current !== null) return isSameRequest(current.job.request, request) ? report(current.job) : busy();
        const planned = await planJob(deps)(request)();
        return E.isLeft(planned) ? planned : begin(planned.right);
      }),

    resume: (id) =>
      inTurn(async () => {
        if (current?.job.id === id) return report(current.job);
        if (current !== null) return busy();
        const job = await deps.jobs.load(id)();
        if (E.isLeft(job)) return job;
        if (job.right === null) return E.left({ type: 'NoSuchJob', message: `There is no job ${id}.` });
        if (job.right.state === 'done')
          return E.left({ type: 'NotResumable', message: `The ${job.right.request.type} ${id} is finished.` });
        return begin(job.right);
      }),

    report: async (id) => {
      const job = await deps.jobs.load(id)();
      if (E.isLeft(job)) return job;
      return job.right === null ? E.right(null) : report(job.right);
    },

    list: async () => {
      const listed = await deps.jobs.list(LISTED_JOBS)();
      if (E.isLeft(listed)) return listed;
      const reports: JobReport[] = [];
      for (const job of listed.right) {
        const reported = await report(job);
        if (E.isLeft(reported)) return reported;
        reports.push(reported.right);
      }
      return E.right(reports);
    },

    underWay: async () => {
      const reported = current === null ? null : await report(current.job);
      return reported === null || E.isLeft(reported) ? null : reported.right;
    },

    goOn: () =>
      inTurn(async () => {
        if (current !== null) return;
        const listed = await deps.jobs.list(LISTED_JOBS)();
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
