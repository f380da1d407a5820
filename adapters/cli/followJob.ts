import type { Command } from 'commander';
import type { ShownJob } from '../http/answers/jobs.ts';
import { topology } from '../topology.ts';
import { type Bar, progressBar } from './bar.ts';
import { CommandFailed } from './client.ts';
import { type AskedJob, type JobService, openJobs } from './jobService.ts';
import { note } from './print.ts';
import { type Target, type TargetOptions, withTarget } from './target.ts';

export type JobOptions = TargetOptions & {
  /** Of a job that runs, or ran. */
  readonly follow?: string;
  /** Of a job that stopped. */
  readonly resume?: string;
};

/** For every command that is a job. */
export const withJob = (command: Command): Command =>
  withTarget(command).option('--follow <job>', 'start nothing: follow that one to its end');

/** Starts a job, goes on with it, or looks on, and follows it to its end. Throws CommandFailed where nothing was begun. */
export const runJobTo = async (target: Target, options: JobOptions, asked: AskedJob): Promise<ShownJob> => {
  const service = await openJobs(target);
  try {
    const job = await began(service, options, asked);
    if (job.request.type !== asked.type)
      throw new CommandFailed(`The job ${job.id} is a ${job.request.type}: billfold ${job.request.type} --follow.`);
    const interrupted = (): void => {
      note(`\nIt goes on without you. To follow it: ${followCommand(target, job)}`);
      process.exit(130);
    };
    process.once('SIGINT', interrupted);
    try {
      return await followJob(service, job);
    } finally {
      process.off('SIGINT', interrupted);
    }
  } finally {
    service.close();
  }
};

const began = async (service: JobService, { follow, resume }: JobOptions, asked: AskedJob): Promise<ShownJob> => {
  if (follow !== undefined) return service.report(follow);
  if (resume !== undefined) return service.resume(resume);
  const { job, isOld } = await service.start(asked);
  if (isOld) note(`Going on with the ${asked.type} begun at ${job.startedAt}.`);
  return job;
};

const followCommand = (target: Target, { id, request }: ShownJob): string => {
  const where =
    target.type === 'service' ? '' : ` --aws${target.prefix === topology.prefix ? '' : ` --prefix ${target.prefix}`}`;
  return `billfold ${request.type}${where} --follow ${id}`;
};

const followJob = async (service: JobService, started: ShownJob): Promise<ShownJob> => {
  const { type } = started.request;
  const bar = progressBar(totalOf(started) === null ? `${type}  {told}` : `${type} {bar} {percentage} %  {told}`);
  bar?.start(totalOf(started) ?? 1, 0, { told: '' });
  const startedAt = performance.now();
  try {
    for (let job = started; ; job = await service.report(started.id)) {
      if (bar !== null) show(bar, job, job.walked - started.walked, (performance.now() - startedAt) / 1000);
      if (job.state !== 'running') return job;
      await new Promise((resolve) => setTimeout(resolve, service.pollMs));
    }
  } finally {
    bar?.stop();
  }
};

/** What there is to walk over; null: nobody knows. The comparison before a promotion has counted its members. */
const totalOf = ({ size, comparison }: ShownJob): number | null => comparison?.counts.members ?? size;

const show = (bar: Bar, job: ShownJob, walked: number, seconds: number): void => {
  const { members = 0, pushes = 0 } = job.tally.counts;
  const total = totalOf(job);
  if (total !== null) bar.setTotal(Math.max(total, job.walked, 1));
  const isKnown = seconds >= 1 && walked > 0;
  const perSecond = walked / seconds;
  const told = [
    `${members} members`,
    pushes > 0 ? `${pushes} pushes` : '',
    isKnown ? `${Math.round(perSecond)}/s` : '',
    isKnown && total !== null && total > job.walked ? `${clock((total - job.walked) / perSecond)} left` : '',
  ];
  bar.update(job.state === 'done' ? bar.getTotal() : Math.min(job.walked, bar.getTotal()), {
    told: told.filter((part) => part !== '').join('  '),
  });
};

/** "1:05:09", "2:07". */
const clock = (seconds: number): string => {
  const whole = Math.ceil(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
};

/** "1 pass", "2 passes". */
export const countOf = (count: number | undefined, one: string, many = `${one}s`): string =>
  `${count ?? 0} ${count === 1 ? one : many}`;

export const secondsOf = ({ startedAt, endedAt }: ShownJob): string =>
  endedAt === null ? '' : `${((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s`;

/** Throws what made a job fail. */
export const unlessFailed = (job: ShownJob): ShownJob => {
  if (job.state === 'failed') throw new CommandFailed(job.failure ?? `The ${job.request.type} ${job.id} failed.`);
  return job;
};
