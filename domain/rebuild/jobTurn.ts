import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure, StoreUnavailable } from '../errors.ts';
import type { EpochMs } from '../values/calendar.ts';
import type { JobRefusal } from './checkJob.ts';
import { begun, isWalked, type Job, type JobRequest, type JobStore } from './job.ts';
import { LISTED_JOBS, type PlanDeps, planJob } from './planJob.ts';
import { floorFor, type JobDeps, type JobFailure, jobFailureText, walkPart } from './runJob.ts';

/**
 * Whose turn it is. Jobs that write LIVE would wait for each other at every member, so there is one at a time; where anybody may start one,
 * from anywhere, whoever starts takes the turn first. It ends with the job, or with who started it.
 */
export type JobTurn = {
  /** Who can be asked for, whether they still run. */
  readonly startedBy: string;
  readonly takenAt: EpochMs;
  /** What they run; null: they are about to say. revisionFloor: as all parts go by it. */
  readonly job: { readonly id: string; readonly revisionFloor: number } | null;
};

export type TurnTaken = { readonly type: 'TurnTaken' };

export type JobTurnStore = {
  /** Strongly consistent; null: it is nobody's. */
  readonly load: () => TaskEither<ReadFailure, JobTurn | null>;
  /** Left TurnTaken: it is not what `before` says any more. next null: it is nobody's. */
  readonly replace: (before: JobTurn | null, next: JobTurn | null) => TaskEither<TurnTaken | StoreUnavailable, void>;
};

/** Jobs that write LIVE would wait for each other at every member: one at a time. */
export type Busy = { readonly type: 'Busy'; readonly message: string };

export type TurnDeps = PlanDeps &
  Pick<JobDeps, 'releases'> & {
    readonly jobs: JobStore;
    readonly turns: JobTurnStore;
    /** Whether whoever took it is still at it. */
    readonly isRunning: (turn: JobTurn) => TaskEither<StoreUnavailable, boolean>;
  };

/** Takes the turn and begins the job that the request means. Asked again by the same starter, it is the same job. */
export const beginJob =
  (deps: TurnDeps) =>
  (request: JobRequest, startedBy: string): TaskEither<JobRefusal | Busy | ReadFailure, Job> =>
  async () => {
    const taken = await takeTurn(deps, startedBy);
    if (E.isLeft(taken)) return taken;
    const turn = taken.right;
    const named = turn.job === null ? E.right(null) : await deps.jobs.load(turn.job.id)();
    if (E.isLeft(named)) return named;
    if (named.right?.state === 'running') return E.right(named.right);

    const planned = await planJob(deps)(request)();
    const floor = await floorFor(deps, request)();
    if (E.isLeft(planned)) {
      const left = await leaveTurn(deps, turn);
      return E.isLeft(left) ? left : planned;
    }
    if (E.isLeft(floor)) return floor;
    const job = begun(planned.right);
    const next: JobTurn = { ...turn, job: { id: job.id, revisionFloor: floor.right } };
    const said = await deps.turns.replace(turn, next)();
    if (E.isLeft(said)) return said.left.type === 'TurnTaken' ? E.left(busyWith(null)) : E.left(said.left);
    const saved = await deps.jobs.save(job)();
    if (E.isLeft(saved)) return saved;
    const closed = await closeOthers(deps, job);
    return E.isLeft(closed) ? closed : E.right(job);
  };

/** How often the turn may change hands between a look and a try. */
const TRIES = 5;

const takeTurn = async (deps: TurnDeps, startedBy: string): Promise<E.Either<Busy | ReadFailure, JobTurn>> => {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const held = await deps.turns.load()();
    if (E.isLeft(held)) return held;
    const turn = held.right;
    if (turn?.startedBy === startedBy) return E.right(turn);
    if (turn !== null) {
      const isRunning = await deps.isRunning(turn)();
      if (E.isLeft(isRunning)) return isRunning;
      if (isRunning.right) return E.left(await busy(deps, turn));
    }
    const mine: JobTurn = { startedBy, takenAt: deps.clock(), job: null };
    const taken = await deps.turns.replace(turn, mine)();
    if (E.isRight(taken)) return E.right(mine);
    if (taken.left.type !== 'TurnTaken') return E.left(taken.left);
  }
  return E.left(busyWith(null));
};

const busy = async (deps: TurnDeps, { job }: JobTurn): Promise<Busy> => {
  const loaded = job === null ? E.right(null) : await deps.jobs.load(job.id)();
  return busyWith(E.isRight(loaded) ? loaded.right : null);
};

/** null: nobody knows yet what it is. */
export const busyWith = (job: Pick<Job, 'id' | 'request'> | null): Busy => ({
  type: 'Busy',
  message:
    job === null
      ? 'Another job was started at the same time: wait for it, or follow it.'
      : `The ${job.request.type} ${job.id} is under way: wait for it, or follow it.`,
});

/** Whoever has the turn knows that nobody else is at work: what others began has stopped. */
const closeOthers = async (deps: TurnDeps, mine: Job): Promise<E.Either<ReadFailure, void>> => {
  const listed = await deps.jobs.list(LISTED_JOBS)();
  if (E.isLeft(listed)) return listed;
  for (const job of listed.right) {
    if (job.state !== 'running' || job.id === mine.id) continue;
    const failure = job.failure ?? 'What ran it ended before it did.';
    const saved = await deps.jobs.save({ ...job, state: 'failed', endedAt: deps.clock(), failure })();
    if (E.isLeft(saved)) return saved;
  }
  return E.right(undefined);
};

/** Walks one part of the job whose turn it is, until it is done or there is more. Whoever lost the turn stops after the page in hand. */
export const walkInTurn =
  (deps: JobDeps & Pick<TurnDeps, 'turns'>) =>
  (jobId: string, part: number): TaskEither<JobFailure, 'more' | 'done'> =>
  async () => {
    const held = await deps.turns.load()();
    if (E.isLeft(held)) return held;
    const turn = held.right;
    if (turn?.job?.id !== jobId) return E.left(lostTurn(jobId));
    const loaded = await deps.jobs.load(jobId)();
    if (E.isLeft(loaded)) return loaded;
    if (loaded.right === null) return E.left({ type: 'Refused', message: `There is no job ${jobId}.` });

    let isLost = false;
    const jobs: JobStore = {
      ...deps.jobs,
      saveSegment: (id, segment) => async () => {
        const saved = await deps.jobs.saveSegment(id, segment)();
        const now = await deps.turns.load()();
        if (E.isRight(now)) isLost = now.right?.startedBy !== turn.startedBy;
        return saved;
      },
    };
    const isStopping = (): boolean => isLost || deps.isStopping();
    const at = { part, revisionFloor: turn.job.revisionFloor };
    const walked = await walkPart({ ...deps, jobs, isStopping })(loaded.right, at)();
    if (E.isRight(walked)) return E.right('done');
    if (walked.left.type === 'Stopped') return isLost ? E.left(lostTurn(jobId)) : E.right('more');
    // What is told of many workers at once is only that one of them failed.
    const noted = await deps.jobs.note(jobId, jobFailureText(walked.left))();
    return E.isLeft(noted) ? noted : walked;
  };

const lostTurn = (jobId: string): JobFailure => ({
  type: 'Refused',
  message: `It is not the turn of job ${jobId} any more.`,
});

/** The end of a job all of whose parts were walked; returned is that job. */
export const endJob =
  (deps: Pick<TurnDeps, 'jobs' | 'turns' | 'clock'>) =>
  (jobId: string): TaskEither<JobFailure, Job> =>
  async () => {
    const loaded = await deps.jobs.load(jobId)();
    if (E.isLeft(loaded)) return loaded;
    const job = loaded.right;
    if (job === null) return E.left({ type: 'Refused', message: `There is no job ${jobId}.` });
    const segments = await deps.jobs.segments(jobId)();
    if (E.isLeft(segments)) return segments;
    if (!isWalked(job.request, segments.right))
      return E.left({ type: 'Refused', message: `The ${job.request.type} ${jobId} is not at its end.` });
    const ended: Job = { ...job, state: 'done', endedAt: deps.clock(), failure: null };
    const saved = job.state === 'done' ? E.right(undefined) : await deps.jobs.save(ended)();
    if (E.isLeft(saved)) return saved;
    const left = await leaveTurnOf(deps, jobId);
    return E.isLeft(left) ? left : E.right(ended);
  };

/** A job that did not get to its end: asked for again in the same words it goes on. What a worker said of it is better than the cause; returned is which. */
export const failJob =
  (deps: Pick<TurnDeps, 'jobs' | 'turns' | 'clock'>) =>
  (jobId: string, cause: string): TaskEither<ReadFailure, string> =>
  async () => {
    const loaded = await deps.jobs.load(jobId)();
    if (E.isLeft(loaded)) return loaded;
    const job = loaded.right;
    const failure = job?.failure ?? cause;
    if (job?.state === 'running') {
      const saved = await deps.jobs.save({ ...job, state: 'failed', endedAt: deps.clock(), failure })();
      if (E.isLeft(saved)) return saved;
    }
    const left = await leaveTurnOf(deps, jobId);
    return E.isLeft(left) ? left : E.right(failure);
  };

const leaveTurnOf = async (deps: Pick<TurnDeps, 'turns'>, jobId: string): Promise<E.Either<ReadFailure, void>> => {
  const held = await deps.turns.load()();
  if (E.isLeft(held)) return held;
  return held.right?.job?.id === jobId ? leaveTurn(deps, held.right) : E.right(undefined);
};

const leaveTurn = async (
  { turns }: Pick<TurnDeps, 'turns'>,
  turn: JobTurn,
): Promise<E.Either<StoreUnavailable, void>> => {
  const left = await turns.replace(turn, null)();
  // Whoever took it meanwhile has it.
  return E.isLeft(left) && left.left.type !== 'TurnTaken' ? E.left(left.left) : E.right(undefined);
};
