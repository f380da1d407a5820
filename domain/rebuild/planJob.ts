import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure } from '../errors.ts';
import type { Clock, EventStore, ReleaseStore } from '../ports.ts';
import type { Registry } from '../projection/registry.ts';
import { checkJob, type JobRefusal } from './checkJob.ts';
import { isOverLog, type Job, type JobRequest, type JobStore } from './job.ts';

export type PlanDeps = {
  readonly jobs: Pick<JobStore, 'list' | 'segments'>;
  readonly releases: Pick<ReleaseStore, 'load'>;
  readonly events: Pick<EventStore, 'approximateSize'>;
  readonly registry: Registry;
  readonly clock: Clock;
};

/** How many jobs back one is looked for that can be gone on with. */
export const LISTED_JOBS = 50;

/** The job that a request means: one asked for in the same words that did not get to its end, else a new one. Begins nothing. */
export const planJob =
  (deps: PlanDeps) =>
  (request: JobRequest): TaskEither<JobRefusal | ReadFailure, Job> =>
  async () => {
    const listed = await deps.jobs.list(LISTED_JOBS)();
    if (E.isLeft(listed)) return listed;
    const unfinished = listed.right.find((job) => isSameRequest(job.request, request));
    if (unfinished !== undefined && unfinished.state !== 'done' && (await canGoOn(deps, unfinished)))
      return E.right(unfinished);
    const release = await deps.releases.load()();
    if (E.isLeft(release)) return release;
    const checked = checkJob(deps, release.right, request);
    if (E.isLeft(checked)) return checked;
    const size = isOverLog(request) ? await deps.events.approximateSize()() : E.right(null);
    return E.right({
      id: newId(deps.clock(), listed.right),
      request,
      state: 'running',
      startedAt: deps.clock(),
      endedAt: null,
      failure: null,
      size: E.isRight(size) ? size.right : null,
    });
  };

export const isSameRequest = (one: JobRequest, other: JobRequest): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/**
 * A comparison that came to an end, or was refused, is made anew; a promotion that has switched only walks on. It may have failed before
 * it noted the switch: then the release knows whose walk is pending.
 */
const canGoOn = async (deps: PlanDeps, { id, request, state }: Job): Promise<boolean> => {
  if (state === 'running' || (request.type !== 'promote' && request.type !== 'diff')) return true;
  const segments = await deps.jobs.segments(id)();
  if (E.isRight(segments) && segments.right.some(({ segment }) => segment === 1)) return true;
  const release = await deps.releases.load()();
  return E.isRight(release) && release.right.walk !== null && release.right.startedBy === id;
};

/** Sorts as jobs were started, also within a millisecond. */
const newId = (now: number, jobs: readonly Job[]): string => {
  const id = new Date(now).toISOString().replace(/\D/g, '');
  const last = jobs[0]?.id ?? '';
  return id > last ? id : String(BigInt(last) + 1n);
};
