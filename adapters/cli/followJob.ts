import type { JobRequest } from '#domain/index.ts';
import type { ShownJob } from '../jobs/report.ts';
import { type Bar, progressBar } from './bar.ts';
import { type Client, CommandFailed } from './client.ts';
import { note } from './print.ts';

type Asked = { readonly type: JobRequest['type'] } & Readonly<Record<string, unknown>>;

const POLL_MS = 250;
/** A service that is started anew goes on with its jobs. */
const PATIENCE_MS = 60_000;

/** Starts a job, or goes on with it, and follows it to its end. Throws CommandFailed where nothing was begun. */
export const runJobTo = async (client: Client, asked: Asked): Promise<ShownJob> => {
  const started = (await (
    await client.request('/api/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(asked),
    })
  ).json()) as ShownJob;
  if (started.walked > 0) note(`Going on with the ${asked.type} begun at ${started.startedAt}.`);
  return followJob(client, started);
};

export const resumeJob = async (client: Client, id: string): Promise<ShownJob> => {
  const resumed = await client.request(`/api/jobs/${encodeURIComponent(id)}/resume`, { method: 'POST' });
  return followJob(client, (await resumed.json()) as ShownJob);
};

const followJob = async (client: Client, started: ShownJob): Promise<ShownJob> => {
  const { type } = started.request;
  const bar = progressBar(totalOf(started) === null ? `${type}  {told}` : `${type} {bar} {percentage} %  {told}`);
  bar?.start(totalOf(started) ?? 1, 0, { told: '' });
  const startedAt = performance.now();
  try {
    for (let job = started; ; job = await reportOf(client, started.id)) {
      if (bar !== null) show(bar, job, job.walked - started.walked, (performance.now() - startedAt) / 1000);
      if (job.state !== 'running') return job;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
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

/** While the service is away for a moment, whoever follows waits. */
const reportOf = async (client: Client, id: string): Promise<ShownJob> => {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return (await client.get(`/api/jobs/${id}`)) as ShownJob;
    } catch (error) {
      if (!(error instanceof CommandFailed) || performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 4 * POLL_MS));
    }
  }
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
