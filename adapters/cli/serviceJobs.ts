import type { ShownJob } from '../http/answers/jobs.ts';
import { type Client, CommandFailed } from './client.ts';
import type { JobService } from './jobService.ts';

const POLL_MS = 250;
/** A service that is started anew goes on with its jobs: while it is away for a moment, whoever follows waits. */
const PATIENCE_MS = 60_000;

/** The jobs of a running billfold. */
export const serviceJobs = (client: Client): JobService => {
  const post = async (path: string, init: RequestInit = {}): Promise<ShownJob> =>
    (await (await client.request(path, { method: 'POST', ...init })).json()) as ShownJob;

  return {
    start: async (asked) => {
      const headers = { 'content-type': 'application/json' };
      const job = await post('/api/jobs', { headers, body: JSON.stringify(asked) });
      return { job, isOld: job.walked > 0 };
    },
    resume: (id) => post(`/api/jobs/${encodeURIComponent(id)}/resume`),
    report: async (id) => {
      const until = performance.now() + PATIENCE_MS;
      for (;;) {
        try {
          return (await client.get(`/api/jobs/${encodeURIComponent(id)}`)) as ShownJob;
        } catch (error) {
          if (!(error instanceof CommandFailed) || error.status === 404 || performance.now() > until) throw error;
          await new Promise((resolve) => setTimeout(resolve, 4 * POLL_MS));
        }
      }
    },
    pollMs: POLL_MS,
    close: () => undefined,
  };
};
