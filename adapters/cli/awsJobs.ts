import { createHash } from 'node:crypto';
import { SFNClient } from '@aws-sdk/client-sfn';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import {
  busyWith,
  failureText,
  isSameRequest,
  type Job,
  type JobRequest,
  type JobStore,
  type JobTurn,
  type JobTurnStore,
  LISTED_JOBS,
  type ReadFailure,
} from '#domain/index.ts';
import { connectDynamoDb } from '../dynamodb/client.ts';
import type { ShownJob } from '../http/answers/jobs.ts';
import { causeText } from '../jobs/causeText.ts';
import { readRequest } from '../jobs/readRequest.ts';
import { reportOf, shownJob } from '../jobs/report.ts';
import { connectJobs } from '../services.ts';
import { type Execution, type Executions, executionArnOf, executions } from '../stepfunctions/executions.ts';
import { executionFailureText, isPassing } from '../stepfunctions/failure.ts';
import { tableNames } from '../tableNames.ts';
import { physicalName } from '../topology.ts';
import { asked, hasFailed, startNamed } from './awsExecutions.ts';
import { CommandFailed } from './client.ts';
import type { JobService, StartedJob } from './jobService.ts';

const POLL_MS = 500;

/** The jobs of an installation on AWS: the state machine runs them, the ops table says how they go. */
export const openAwsJobs = (prefix: string): JobService => {
  const sfn = new SFNClient({});
  const { dynamodb } = connectDynamoDb({});
  const service = awsJobs({
    prefix,
    executions: executions(sfn),
    ...connectJobs({ dynamodb, prefix, tableName: tableNames(prefix) }),
  });
  return {
    ...service,
    close: () => {
      sfn.destroy();
      dynamodb.destroy();
    },
  };
};

export type AwsJobsDeps = {
  readonly prefix: string;
  readonly executions: Executions;
  readonly jobs: Pick<JobStore, 'load' | 'list' | 'segments'>;
  readonly turns: Pick<JobTurnStore, 'load'>;
};

const awsJobs = (deps: AwsJobsDeps): Omit<JobService, 'close'> => {
  const start = async (request: JobRequest): Promise<StartedJob> => {
    const machine = await asked(deps.executions.machine(physicalName(deps.prefix, 'jobs')));
    const turn = await read(deps.turns.load());
    if (turn?.job != null && (await isRunning(deps, machine, turn))) {
      const held = await read(deps.jobs.load(turn.job.id));
      if (held !== null && isSameRequest(held.request, request)) return { job: await shown(deps, held), isOld: true };
      if (held !== null) throw new CommandFailed(busyWith(held).message);
    }
    const before = await read(deps.jobs.list(LISTED_JOBS));
    const name = await startJob(deps, machine, request, lastEndOf(before));
    const job = await jobOf(deps, machine, name, request, lastEndOf(before));
    return { job: await shown(deps, job), isOld: before.some(({ id }) => id === job.id) };
  };

  return {
    start: (given) => {
      const request = readRequest(given);
      if (E.isLeft(request)) throw new CommandFailed(request.left);
      return start(request.right);
    },

    resume: async (id) => {
      const job = await loaded(deps, id);
      if (job.state === 'done') throw new CommandFailed(`The ${job.request.type} ${id} is finished.`);
      return (await start(job.request)).job;
    },

    report: async (id) => {
      const job = await loaded(deps, id);
      const stopped = job.state === 'running' ? await whyStopped(deps, job) : null;
      if (stopped === null) return shown(deps, job);
      // Its last step may have noted the end meanwhile.
      const now = await loaded(deps, id);
      if (now.state !== 'running') return shown(deps, now);
      throw new CommandFailed(`${stopped} The same command again goes on where it stopped.`);
    },

    pollMs: POLL_MS,
  };
};

/** A name may be in use for 90 days after its execution has ended. */
const MAX_NAMES = 100;

/**
 * The name follows from what is asked for, and from what has ended so far: so the same call twice is one execution, and the same call after
 * its end is another.
 */
const startJob = async (deps: AwsJobsDeps, machine: string, request: JobRequest, lastEnd: number): Promise<string> => {
  const digest = createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 12);
  const nameOf = (which: number): string => `${request.type}-${digest}-${lastEnd}${which === 1 ? '' : `-${which}`}`;
  // One that is taken was stopped, or refused, and left no end behind.
  const name = await startNamed(deps.executions, { machine, input: { request }, nameOf, names: MAX_NAMES });
  if (name !== null) return name;
  throw new CommandFailed(`The ${request.type} was started ${MAX_NAMES} times and never began: look at ${machine}.`);
};

const lastEndOf = (jobs: readonly Job[]): number => Math.max(0, ...jobs.map(({ endedAt }) => endedAt ?? 0));

/** The job that an execution began, as soon as it has. */
const jobOf = async (
  deps: AwsJobsDeps,
  machine: string,
  name: string,
  request: JobRequest,
  lastEnd: number,
): Promise<Job> => {
  for (;;) {
    // In this order: what had ended when it was looked at has said by now which job it began.
    const execution = await described(deps, executionArnOf(machine, name));
    const turn = await read(deps.turns.load());
    const id = turn?.startedBy === name ? turn.job?.id : jobIdIn(execution?.output ?? null);
    const job = id === undefined ? null : await read(deps.jobs.load(id));
    if (job !== null) return job;
    if (execution !== null && hasFailed(execution)) {
      // The turn was left already: what failed since is ours, and knows better why.
      const listed = await read(deps.jobs.list(LISTED_JOBS));
      const failed = listed.find((one) => isSameRequest(one.request, request) && lastEndOf([one]) > lastEnd);
      if (failed !== undefined) return failed;
      throw new CommandFailed(failureOf(name, execution));
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};

const jobIdIn = (output: string | null): string | undefined => {
  const said: unknown = output === null ? null : JSON.parse(output);
  return typeof said === 'object' && said !== null && 'jobId' in said ? String(said.jobId) : undefined;
};

/** null: it goes on. */
const whyStopped = async (deps: AwsJobsDeps, { id, request }: Job): Promise<string | null> => {
  const turn = await read(deps.turns.load());
  if (turn?.job?.id !== id) return `The ${request.type} ${id} has stopped: nothing runs it.`;
  const machine = await asked(deps.executions.machine(physicalName(deps.prefix, 'jobs')));
  const execution = await described(deps, executionArnOf(machine, turn.startedBy));
  return execution !== null && hasFailed(execution) ? failureOf(turn.startedBy, execution) : null;
};

const isRunning = async (deps: AwsJobsDeps, machine: string, { startedBy }: JobTurn): Promise<boolean> => {
  const execution = await described(deps, executionArnOf(machine, startedBy));
  return execution !== null && !hasFailed(execution) && execution.status !== 'SUCCEEDED';
};

const failureOf = (name: string, { status, error, cause }: Execution): string => {
  if (status === 'TIMED_OUT') return `The execution ${name} took too long.`;
  if (status === 'ABORTED') return `Somebody stopped the execution ${name}.`;
  const told = cause === null ? error : causeText(cause);
  return told ?? `The execution ${name} failed, and does not say why.`;
};

const loaded = async ({ jobs }: AwsJobsDeps, id: string): Promise<Job> => {
  const job = await read(jobs.load(id));
  if (job === null) throw new CommandFailed(`There is no job ${id}.`);
  return job;
};

const shown = async ({ jobs }: AwsJobsDeps, job: Job): Promise<ShownJob> => {
  const report = await reportOf(jobs, job);
  if (E.isLeft(report)) throw new CommandFailed(failureText(report.left));
  return shownJob(report.right);
};

/** What is busy for a moment is asked again at the next look. */
const described = async ({ executions }: AwsJobsDeps, arn: string): Promise<Execution | null> => {
  const execution = await executions.describe(arn)();
  if (E.isRight(execution)) return execution.right;
  if (isPassing(execution.left)) return { status: 'RUNNING', output: null, error: null, cause: null };
  throw new CommandFailed(executionFailureText(execution.left));
};

const read = async <A>(question: TaskEither<ReadFailure, A>): Promise<A> => {
  const answer = await question();
  if (E.isRight(answer)) return answer.right;
  throw new CommandFailed(failureText(answer.left));
};
