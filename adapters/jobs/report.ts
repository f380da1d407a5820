import * as E from 'fp-ts/lib/Either.js';
import { type Job, type JobStore, type ReadFailure, type Segment, type Tally, totalOf } from '#domain/index.ts';
import type { ShownJob, TallyText } from '../http/answers/jobs.ts';

/** A job as it stands. */
export type JobReport = Job & {
  /** Items walked over so far. */
  readonly walked: number;
  /** Of the walk as a whole; of a promotion: of the walk after the switch. */
  readonly tally: Tally;
  /** Of a promotion: what the comparison before the switch found. */
  readonly comparison: Tally | null;
};

export const reportOf = async (
  jobs: Pick<JobStore, 'segments'>,
  job: Job,
): Promise<E.Either<ReadFailure, JobReport>> => {
  const segments = await jobs.segments(job.id)();
  return E.isLeft(segments) ? segments : E.right(withSegments(job, segments.right));
};

const withSegments = (job: Job, segments: readonly Segment[]): JobReport => {
  const isPromotion = job.request.type === 'promote';
  const comparison = isPromotion ? segments.filter(({ segment }) => segment === 0) : [];
  const tally = totalOf(segments.filter((segment) => !comparison.includes(segment)).map((segment) => segment.tally));
  return {
    ...job,
    walked: tally.counts.commits ?? tally.counts.members ?? 0,
    tally,
    comparison: isPromotion ? totalOf(comparison.map((segment) => segment.tally)) : null,
  };
};

/** As JSON says it: instants in ISO 8601. */
export const shownJob = ({ startedAt, endedAt, tally, comparison, ...job }: JobReport): ShownJob => ({
  ...job,
  // What the walks leave as samples.
  tally: tally as TallyText,
  comparison: comparison as TallyText | null,
  startedAt: new Date(startedAt).toISOString(),
  endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
});
