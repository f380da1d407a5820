import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Job, JobStore, Segment } from '#domain/index.ts';

/** Jobs as a specification. */
export const memoryJobStore = (): JobStore => {
  const jobs = new Map<string, Job>();
  const segments = new Map<string, Map<number, Segment>>();

  return {
    save: (job) =>
      TE.fromIO(() => {
        jobs.set(job.id, job);
      }),
    load: (id) => TE.fromIO(() => jobs.get(id) ?? null),
    note: (id, failure) =>
      TE.fromIO(() => {
        const job = jobs.get(id);
        if (job?.state === 'running') jobs.set(id, { ...job, failure });
      }),
    list: (limit) => TE.fromIO(() => [...jobs.values()].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit)),
    saveSegment: (jobId, segment) =>
      TE.fromIO(() => {
        const saved = segments.get(jobId) ?? new Map<number, Segment>();
        if (saved.get(segment.segment)?.isDone !== true) segments.set(jobId, saved.set(segment.segment, segment));
      }),
    segments: (jobId) =>
      TE.fromIO(() => [...(segments.get(jobId)?.values() ?? [])].sort((a, b) => a.segment - b.segment)),
  };
};
