import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure } from '../errors.ts';
import type { AbsenceJob } from '../run/absence.ts';
import { type ClosedLoad, closedLoad, declaredLoads } from '../run/fullLoad.ts';
import { recentRuns } from '../run/recentRuns.ts';
import { type RunRef, runKey } from '../run/run.ts';
import { totalsOf } from '../run/runState.ts';
import { type AbsenceDeps, bury, compare, next } from './absenceStep.ts';

export type AbsenceRound = {
  /** Records that are gone since this round. */
  readonly buried: number;
  /** There is more to do at once. */
  readonly isUnfinished: boolean;
};

/**
 * Deletion by absence, a round at a time: compares the records of an object with its latest complete full load, remembers what it left out, and
 * buries what two of them in a row did. Where it is, is stored after each page: killed anywhere, it goes on there.
 */
export const buryAbsent =
  (deps: AbsenceDeps): TaskEither<ReadFailure, AbsenceRound> =>
  async () => {
    const declared = Map.groupBy(declaredLoads(deps.ingest.mapping), ({ object }) => object);
    let total: AbsenceRound = { buried: 0, isUnfinished: false };
    for (const [object, loads] of declared) {
      const begun = await jobOf(deps, object, loads);
      if (E.isLeft(begun)) return begun;
      if (begun.right === null) continue;
      const round = await goOn(deps, begun.right);
      if (E.isLeft(round)) return round;
      const { buried, isUnfinished } = round.right;
      total = { buried: total.buried + buried, isUnfinished: total.isUnfinished || isUnfinished };
    }
    return E.right(total);
  };

export type AcceptDeletions = 'Accepted' | 'NothingHeld';

/** A person says that what a load left out is gone indeed. Only for the load that is held, which is the object's latest. */
export const acceptDeletions =
  ({ absences, ingest: { mapping } }: Pick<AbsenceDeps, 'absences' | 'ingest'>) =>
  (ref: RunRef): TaskEither<ReadFailure, AcceptDeletions> =>
  async () => {
    for (const { object } of declaredLoads(mapping)) {
      const job = await absences.load(object)();
      if (E.isLeft(job)) return job;
      if (job.right === null || !job.right.runs.includes(runKey(ref))) continue;
      const { phase } = job.right;
      if (phase.type !== 'held' || phase.why === 'FilesUnreadable') continue;
      const saved = await absences.save(next(job.right, { phase: { type: 'burying', cursor: null } }))();
      if (E.isRight(saved)) return E.right('Accepted');
      return saved.left.type === 'AbsenceLostRace' ? E.right('NothingHeld') : E.left(saved.left);
    }
    return E.right('NothingHeld');
  };

/** The job in hand or, when that is over, the one that the next closed load asks for. null: nothing to do. */
const jobOf = async (
  deps: AbsenceDeps,
  object: string,
  loads: ReturnType<typeof declaredLoads>,
): Promise<E.Either<ReadFailure, AbsenceJob | null>> => {
  const stored = await deps.absences.load(object)();
  if (E.isLeft(stored)) return stored;
  const job = stored.right;
  if (job !== null && (job.phase.type === 'comparing' || job.phase.type === 'burying')) return stored;
  const recent = await recentRuns(
    deps.runs,
    loads.flatMap(({ flows }) => flows),
  );
  if (E.isLeft(recent)) return recent;
  const limits = job === null ? {} : { after: job.startedAt, used: job.runs };
  const closed = loads.flatMap((load) => closedLoad(load, recent.right, limits) ?? []);
  if (closed.length === 0) return E.right(null);
  return begin(
    deps,
    job,
    closed.reduce((a, b) => (b.startedAt < a.startedAt ? b : a)),
  );
};

const begin = async (
  deps: AbsenceDeps,
  before: AbsenceJob | null,
  load: ClosedLoad,
): Promise<E.Either<ReadFailure, AbsenceJob | null>> => {
  // A load whose files could not be read was compared with nothing: the one before it stays the one before.
  const wasCompared = before !== null && !(before.phase.type === 'held' && before.phase.why === 'FilesUnreadable');
  const job: AbsenceJob = {
    object: load.object,
    runs: load.runs.map(({ ref }) => runKey(ref)),
    startedAt: load.startedAt,
    previousStartedAt: wasCompared ? before.startedAt : (before?.previousStartedAt ?? null),
    rows: load.runs.reduce((sum, run) => sum + totalsOf(run).rows, 0),
    known: 0,
    missedTwice: 0,
    buried: 0,
    phase: { type: 'comparing', cursor: null },
    ver: (before?.ver ?? 0) + 1,
  };
  return saved(deps, job);
};

const goOn = async (deps: AbsenceDeps, begun: AbsenceJob): Promise<E.Either<ReadFailure, AbsenceRound>> => {
  let job = begun;
  for (let page = 0; page < deps.pagesPerRound; page++) {
    const step =
      job.phase.type === 'comparing'
        ? await compare(deps, job, job.phase.cursor)
        : job.phase.type === 'burying'
          ? await bury(deps, job, job.phase.cursor)
          : E.right(null);
    if (E.isLeft(step)) return step;
    if (step.right === null) break;
    const stored = await saved(deps, step.right);
    if (E.isLeft(stored)) return stored;
    if (stored.right === null) break;
    job = stored.right;
  }
  const isUnfinished = job.phase.type === 'comparing' || job.phase.type === 'burying';
  return E.right({ buried: job.buried - begun.buried, isUnfinished });
};

/** null: somebody else was faster, and goes on. */
const saved = async ({ absences }: AbsenceDeps, job: AbsenceJob): Promise<E.Either<ReadFailure, AbsenceJob | null>> => {
  const result = await absences.save(job)();
  if (E.isRight(result)) return E.right(job);
  return result.left.type === 'AbsenceLostRace' ? E.right(null) : E.left(result.left);
};
