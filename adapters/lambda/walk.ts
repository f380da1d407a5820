import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import {
  type Busy,
  beginJob,
  emptyProjectCache,
  endJob,
  failJob,
  type JobDeps,
  type JobFailure,
  type JobRefusal,
  jobFailureText,
  partsOf,
  type ReadFailure,
  type Tally,
  type TurnDeps,
  totalOf,
  walkInTurn,
} from '#domain/index.ts';
import { causeText } from '../jobs/causeText.ts';
import { nightOf } from '../jobs/nightOf.ts';
import { readRequest } from '../jobs/readRequest.ts';
import type { NightName } from '../topology.ts';

export type WalkDeps = Omit<JobDeps, 'isStopping' | 'cache'> & Omit<TurnDeps, 'isRunning'>;

/** What an invocation knows of itself. */
export type Invocation = Pick<TurnDeps, 'isRunning'> & { readonly remainingMs: () => number };

/** What Step Functions is answered. */
export type Planned = { readonly jobId: string; readonly segments: readonly number[] };
export type Walked = { readonly jobId: string; readonly segment: number; readonly state: 'more' | 'done' };
/** found: what a job counted; night: the job of the night that is done by it; failure: why it is no end. */
export type Ended = {
  readonly jobId: string;
  readonly night?: NightName;
  readonly found?: Tally['counts'];
  readonly failure?: string;
};

/** No page is begun so shortly before the invocation is killed; the next one goes on. */
const STOP_BEFORE_MS = 90_000;

/**
 * The steps of a job on Step Functions. Each is safe to repeat, and to run twice at once. Throws JobFailed where trying again changes nothing,
 * StoreUnavailable where it may, JobBusy where it is another job's turn: the names that a Retry tells apart.
 */
export const walkHandler =
  (deps: WalkDeps) =>
  async (input: unknown, invocation: Invocation): Promise<Planned | Walked | Ended> => {
    const decoded = Step.decode(input);
    if (E.isLeft(decoded)) throw failed('step: expected an action (plan, walk, end, fail) and what it is about');
    const step = decoded.right;
    switch (step.action) {
      case 'plan': {
        const request = readRequest(step.request);
        if (E.isLeft(request)) throw failed(`request: ${request.left}`);
        const job = await orThrow(beginJob({ ...deps, ...invocation })(request.right, step.startedBy));
        return { jobId: job.id, segments: partsOf(job.request) };
      }
      case 'walk': {
        const { jobId, segment } = step;
        return { jobId, segment, state: await orThrow(walkInTurn(walkerOf(deps, invocation))(jobId, segment)) };
      }
      case 'end': {
        const { id, request } = await orThrow(endJob(deps)(step.jobId));
        const night = nightOf(request);
        return { jobId: id, found: await foundBy(deps, id), ...(night !== null && { night }) };
      }
      case 'fail':
        return { jobId: step.jobId, failure: await orThrow(failJob(deps)(step.jobId, causeText(step.cause))) };
    }
  };

const foundBy = async ({ jobs }: WalkDeps, jobId: string): Promise<Tally['counts']> =>
  totalOf((await orThrow(jobs.segments(jobId))).map(({ tally }) => tally)).counts;

const Step = t.union([
  t.strict({ action: t.literal('plan'), request: t.unknown, startedBy: t.string }),
  t.strict({ action: t.literal('walk'), jobId: t.string, segment: t.number }),
  t.strict({ action: t.literal('end'), jobId: t.string }),
  t.strict({ action: t.literal('fail'), jobId: t.string, cause: t.unknown }),
]);

/** A process that was idle between two steps may remember a release and a catalog that are no more. */
const walkerOf = (deps: WalkDeps, { remainingMs }: Invocation): JobDeps & Pick<TurnDeps, 'turns'> => {
  const leftMs = (): number => remainingMs() - STOP_BEFORE_MS;
  return {
    ...deps,
    cache: emptyProjectCache(),
    isStopping: () => leftMs() <= 0,
    pause: (ms) => deps.pause(Math.max(0, Math.min(ms, leftMs()))),
  };
};

type StepFailure = JobFailure | JobRefusal | Busy | ReadFailure;

const orThrow = async <A>(step: TaskEither<StepFailure, A>): Promise<A> => {
  const stepped = await step();
  if (E.isRight(stepped)) return stepped.right;
  const failure = stepped.left;
  const message = 'message' in failure ? failure.message : jobFailureText(failure);
  throw failure.type === 'StoreUnavailable' || failure.type === 'Busy'
    ? named(NAMES[failure.type], message)
    : failed(message);
};

const NAMES = { StoreUnavailable: 'StoreUnavailable', Busy: 'JobBusy' } as const;

/** Step Functions goes by the name (Step Functions guide, "Handling errors", read November 2026). */
const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
const failed = (message: string): Error => named('JobFailed', message);
