import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { failureText, type ReadFailure } from '../errors.ts';
import { lastVersion, memberStream, ownerOf } from '../event/stream.ts';
import type { Cause } from '../pass/live.ts';
import type { EventStore } from '../ports.ts';
import { type AnyProjection, refOf } from '../projection/lineup.ts';
import { lineupOf } from '../projection/release.ts';
import { remember } from '../workflow/latest.ts';
import type { ProjectDeps, ProjectFailure } from '../workflow/projectDeps.ts';
import { checkJob } from './checkJob.ts';
import { diffPage, obstacles } from './diff.ts';
import { type Job, type JobRequest, type JobStore, partsOf } from './job.ts';
import { type LogWalk, type Segment, type StreamFold, segmentsOf, walkLog } from './logWalk.ts';
import { paceOf, releaseBack, releaseWith, SECOND_MS, walkPromotion } from './promote.ts';
import { type Publications, reconcile } from './reconcile.ts';
import { rebuild, replayTargets } from './replay.ts';
import { addTallies, noTally, type Tally } from './tally.ts';
import { verifyMembers } from './verify.ts';

export type JobDeps = ProjectDeps & {
  readonly events: EventStore;
  readonly jobs: JobStore;
  readonly publications: Publications;
  readonly pause: (ms: number) => Promise<void>;
  /** true: the process is about to end; the job goes on in the next. */
  readonly isStopping: () => boolean;
};

/** Why a job did not get to its end. Stopped: the process ends, and the next goes on. */
export type JobFailure =
  | ProjectFailure
  | { readonly type: 'Refused'; readonly message: string }
  | { readonly type: 'Stopped' };

export const jobFailureText = (failure: JobFailure): string =>
  failure.type === 'Refused' ? failure.message : failure.type === 'Stopped' ? 'stopped' : failureText(failure);

/** Runs a job from where its segments say it came; what it counted is in the segments. All of its parts side by side. */
export const runJob =
  (deps: JobDeps) =>
  (job: Job): TaskEither<JobFailure, void> =>
  async () => {
    const floor = await floorFor(deps, job.request)();
    if (E.isLeft(floor)) return floor;
    const walked = await Promise.all(
      partsOf(job.request).map((part) => walkPart(deps)(job, { part, revisionFloor: floor.right })()),
    );
    const failed = walked.filter(E.isLeft);
    return failed.find(({ left }) => left.type !== 'Stopped') ?? failed[0] ?? E.right(undefined);
  };

/** The revision floor that all parts of a job go by: as it is before the first of them, since what they publish raises it. */
export const floorFor = (deps: Pick<JobDeps, 'releases'>, { type }: JobRequest): TaskEither<ReadFailure, number> =>
  type === 'replay' ? deps.releases.floor() : TE.right(0);

export type JobPart = { readonly part: number; readonly revisionFloor: number };

/**
 * Walks one part to its end, from where it came. Parts need not know of each other: killed and walked again, by several at once, they come
 * to the same. What is live is read first: whoever walks may have been idle for long.
 */
export const walkPart =
  (deps: JobDeps) =>
  (job: Job, at: JobPart): TaskEither<JobFailure, void> =>
  async () => {
    const release = await deps.releases.load()();
    if (E.isLeft(release)) return release;
    remember(deps, release.right);
    const { request } = job;
    switch (request.type) {
      case 'replay': {
        const projection = checkJob(deps, release.right, request);
        if (E.isLeft(projection)) return E.left({ type: 'Refused', message: projection.left.message });
        const targets = replayTargets(deps, projection.right);
        const cause: Cause = { lane: 'bulk', causationId: `replay@${job.id}`, correlationId: `replay ${job.id}` };
        const projections = [...Object.values(targets.live), ...targets.shadows];
        return walkStreams(deps, job, request, at.part, {
          projections,
          handle: rebuild(deps, targets, { cause, revisionFloor: at.revisionFloor }),
        });
      }
      case 'verify':
        return walkStreams(deps, job, request, at.part, {
          projections: Object.values(lineupOf(deps.registry, release.right)),
          handle: verifyMembers(deps),
          ...(request.sample < 1 && { only: (stream: string) => shareOf(stream) < request.sample }),
        });
      case 'reconcile':
        return walkStreams(deps, job, { ...request, memberId: null }, at.part, {
          projections: [],
          handle: reconcile(deps, request),
        });
      case 'diff': {
        const candidate = checkJob(deps, release.right, request);
        if (E.isLeft(candidate)) return E.left({ type: 'Refused', message: candidate.left.message });
        if (candidate.right === null) return E.right(undefined);
        const compared = await walkDiff(deps, job, candidate.right);
        return E.isLeft(compared) ? compared : E.right(undefined);
      }
      case 'promote':
        return promote(deps, job, request);
    }
  };

type Streams = Pick<LogWalk<ProjectFailure>, 'projections' | 'handle' | 'only'>;

const walkStreams = async (
  deps: JobDeps,
  job: Job,
  { memberId, segments }: { readonly memberId: string | null; readonly segments: number },
  part: number,
  streams: Streams,
): Promise<E.Either<JobFailure, void>> => {
  if (memberId !== null) return oneMember(deps, job, memberId, streams);
  const fresh = segmentsOf(segments)[part];
  if (fresh === undefined) return E.left({ type: 'Refused', message: `The job ${job.id} has no segment ${part}.` });
  const saved = await deps.jobs.segments(job.id)();
  if (E.isLeft(saved)) return saved;
  const walked = await walkLog<ProjectFailure>(
    {
      ...streams,
      events: deps.events,
      save: (segment) => deps.jobs.saveSegment(job.id, segment),
      isStopping: deps.isStopping,
    },
    saved.right.find(({ segment }) => segment === part) ?? fresh,
  )();
  if (E.isLeft(walked)) return walked;
  return walked.right.isDone ? E.right(undefined) : E.left({ type: 'Stopped' });
};

const oneMember = async (
  deps: JobDeps,
  job: Job,
  memberId: string,
  { handle }: Streams,
): Promise<E.Either<JobFailure, void>> => {
  const stream = memberStream(memberId);
  const commits = await deps.events.load(stream)();
  if (E.isLeft(commits)) return commits;
  const last = commits.right.at(-1);
  if (last === undefined) return E.left({ type: 'Refused', message: `No member ${memberId}: its stream is empty.` });
  // Loading is what a broken scan comes to.
  const fold: StreamFold = { stream, asOf: lastVersion(last), states: {}, threw: {}, isBroken: true };
  const tally = await handle([fold]);
  if (E.isLeft(tally)) return tally;
  return deps.jobs.saveSegment(job.id, { ...wholeSegment, isDone: true, tally: tally.right })();
};

const wholeSegment: Segment = { segment: 0, segments: 1, cursor: null, isDone: false, tally: noTally };

const walkDiff = async (deps: JobDeps, job: Job, candidate: AnyProjection): Promise<E.Either<JobFailure, Tally>> => {
  const saved = await deps.jobs.segments(job.id)();
  if (E.isLeft(saved)) return saved;
  let segment = saved.right.find((one) => one.segment === 0) ?? wholeSegment;
  while (!segment.isDone) {
    if (deps.isStopping()) return E.left({ type: 'Stopped' });
    const page = await diffPage(deps, candidate)(segment)();
    if (E.isLeft(page)) return page;
    segment = { ...segment, ...page.right };
    const kept = await deps.jobs.saveSegment(job.id, segment)();
    if (E.isLeft(kept)) return kept;
  }
  return E.right(segment.tally);
};

/** Compare, then switch, then walk: begun again, it finds out which of them is done. */
const promote = async (
  deps: JobDeps,
  job: Job,
  request: Extract<Job['request'], { type: 'promote' }>,
): Promise<E.Either<JobFailure, void>> => {
  const saved = await deps.jobs.segments(job.id)();
  if (E.isLeft(saved)) return saved;
  const hasSwitched = saved.right.some(({ segment }) => segment === 1);
  if (!hasSwitched) {
    const switched = await switchRelease(deps, job, request);
    if (E.isLeft(switched)) return switched;
  }
  let walk: Segment = saved.right.find(({ segment }) => segment === 1) ?? { ...wholeSegment, segment: 1 };
  const pace = paceOf(deps, deps.isStopping);
  // Whoever walked before may have pushed a moment ago.
  if (hasSwitched && !walk.isDone) await deps.pause(SECOND_MS);
  for (;;) {
    if (deps.isStopping()) return E.left({ type: 'Stopped' });
    const page = await walkPromotion(deps, pace, deps.isStopping)();
    if (E.isLeft(page)) return page;
    walk = { ...walk, isDone: page.right === null, tally: addTallies(walk.tally, page.right ?? noTally) };
    const kept = await deps.jobs.saveSegment(job.id, walk)();
    if (E.isLeft(kept)) return kept;
    if (walk.isDone) return E.right(undefined);
  }
};

const switchRelease = async (
  deps: JobDeps,
  job: Job,
  request: Extract<Job['request'], { type: 'promote' }>,
): Promise<E.Either<JobFailure, void>> => {
  const current = await deps.releases.load()();
  if (E.isLeft(current)) return current;
  // Killed between the switch and the note of it: the walk that is pending is ours.
  const isOurs = current.right.walk !== null && current.right.startedBy === job.id;
  if (!isOurs) {
    const target = checkJob(deps, current.right, request);
    if (E.isLeft(target)) return E.left({ type: 'Refused', message: target.left.message });
    if (target.right === null) return E.right(undefined);
    const compared = await walkDiff(deps, job, target.right);
    if (E.isLeft(compared)) return compared;
    const inTheWay = obstacles(compared.right);
    if (inTheWay.length > 0)
      return E.left({ type: 'Refused', message: refusal(target.right, compared.right, inTheWay) });
    const next = request.back
      ? releaseBack(deps, current.right, request.pushesPerSecond)
      : releaseWith(deps, current.right, target.right, request.pushesPerSecond);
    if (E.isLeft(next)) return E.left({ type: 'Refused', message: next.left.message });
    const replaced = await deps.releases.replace({ ...next.right, startedBy: job.id })();
    if (E.isLeft(replaced)) {
      if (replaced.left.type !== 'ViewLostRace') return E.left(replaced.left);
      // A request that is repeated because its answer was lost loses to itself.
      const winner = await deps.releases.load()();
      if (E.isLeft(winner)) return winner;
      if (winner.right.epoch !== next.right.epoch || winner.right.startedBy !== job.id)
        return E.left({ type: 'Refused', message: 'Somebody else promoted a version at the same time.' });
    }
  }
  return deps.jobs.saveSegment(job.id, { ...wholeSegment, segment: 1 })();
};

const refusal = (target: AnyProjection, { counts }: Tally, names: readonly string[]): string => {
  const ref = refOf(target);
  const told = names.map((name) => `${counts[name]} ${name}`).join(', ');
  return `${ref} does not cover every member (${told} of ${counts.members}). Run "billfold replay --projection ${ref}", then try again.`;
};

/** 0..1, the same for a stream every time, spread evenly. FNV-1a, 32 bits. */
const shareOf = (stream: string): number => {
  let hash = 0x811c9dc5;
  const { id } = ownerOf(stream);
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193) >>> 0;
  return hash / 0x1_0000_0000;
};
