import { setTimeout } from 'node:timers/promises';
import type { ShownJob } from '#adapters/http/answers/jobs.ts';
import type { Check } from './check.ts';

/** billfold's own verification, of every member: what is folded from nothing is what is stored. */
export const refoldsTheSame: Check = {
  promise: 'views equal a re-fold',
  when: 'last',
  look: async ({ system, members }) => {
    const { get } = system.service();
    const { url } = system;
    const asked = await fetch(`${url}/api/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'verify', sample: 1, segments: 2 }),
    });
    let job = (await asked.json()) as ShownJob;
    while (job.state === 'running') {
      await setTimeout(50);
      job = await get<ShownJob>(`/api/jobs/${job.id}`);
    }
    const { counts, samples } = job.tally;
    if (job.state !== 'done') return [`the verification is ${job.state}: ${job.failure}`];
    const checked = counts.members ?? 0;
    const tooFew = checked < members.size ? [`${checked} members verified, of ${members.size}`] : [];
    return (counts.drifted ?? 0) === 0 ? tooFew : [`${counts.drifted} drifted: ${JSON.stringify(samples)}`];
  },
};
