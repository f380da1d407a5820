import type { JobRequest } from '#domain/index.ts';
import type { ShownJob } from '../http/answers/jobs.ts';
import { topology } from '../topology.ts';
import { serviceJobs } from './serviceJobs.ts';
import type { Target } from './target.ts';

/** What is asked for; what is left out has its default. */
export type AskedJob = { readonly type: JobRequest['type'] } & Readonly<Record<string, unknown>>;

/** isOld: somebody began it before. */
export type StartedJob = { readonly job: ShownJob; readonly isOld: boolean };

/** Where jobs run. Everything throws CommandFailed, in words for the person at the terminal. */
export type JobService = {
  /** Starts a job, or goes on with one that was asked for in the same words. */
  readonly start: (asked: AskedJob) => Promise<StartedJob>;
  /** Goes on with a job that stopped. */
  readonly resume: (id: string) => Promise<ShownJob>;
  readonly report: (id: string) => Promise<ShownJob>;
  readonly pollMs: number;
  readonly close: () => void;
};

/** What asks AWS is loaded by who does: it takes its time. */
export const openJobs = async (target: Target): Promise<JobService> =>
  target.type === 'service' ? serviceJobs(target.client) : (await import('./awsJobs.ts')).openAwsJobs(target.prefix);

const SEGMENTS = 4;

/** On AWS each is a worker of its own. */
export const segmentsOn = ({ type }: Target, asked: number | undefined): number =>
  asked ?? (type === 'aws' ? topology.walks.jobs.maximumConcurrency : SEGMENTS);

export const SEGMENTS_DEFAULT = `(default: ${SEGMENTS}, on AWS ${topology.walks.jobs.maximumConcurrency})`;
