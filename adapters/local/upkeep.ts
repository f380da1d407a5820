import * as E from 'fp-ts/lib/Either.js';
import {
  type AbsenceJob,
  type AbsenceStore,
  declaredLoads,
  type Mapping,
  type RunState,
  type RunStore,
  runStates,
  type StaleStore,
  stateOfRun,
} from '#domain/index.ts';
import type { Absence, Upkeep } from '../http/answers/upkeep.ts';
import { staleText } from '../http/memberApi.ts';

export type UpkeepDeps = {
  readonly stale: Pick<StaleStore, 'list' | 'count' | 'requests'>;
  readonly runs: Pick<RunStore, 'list' | 'load'>;
  readonly absences: Pick<AbsenceStore, 'load'>;
  readonly mapping: Mapping;
};

const LISTED = 100;
const RECENT_RUNS = 50;

/** Status is asked often: runs are only counted again when something was heard of one. */
export const upkeepStatus = (deps: UpkeepDeps) => {
  let heard = 1;
  let counted = { asOf: 0, runs: noRuns };
  return {
    heardOfRun: (): void => {
      heard += 1;
    },
    read: async (): Promise<Upkeep> => {
      const asOf = heard;
      if (counted.asOf !== asOf) counted = { asOf, runs: await countRuns(deps) };
      return { ...(await staleOf(deps)), runs: counted.runs, absences: await absencesOf(deps) };
    },
  };
};

const noRuns: Readonly<Record<RunState, number>> = { open: 0, complete: 0, disagreeing: 0, failed: 0 };

const countRuns = async ({ runs }: UpkeepDeps): Promise<Upkeep['runs']> => {
  const page = await runs.list(null, { cursor: null, limit: RECENT_RUNS })();
  if (E.isLeft(page)) return { ...noRuns, open: -1 };
  const loaded = await Promise.all(page.right.runs.map(({ ref }) => runs.load(ref)()));
  const states = loaded.flatMap((run) => (E.isRight(run) ? [stateOfRun(run.right)] : []));
  return Object.fromEntries(
    runStates.map((state) => [state, states.filter((found) => found === state).length]),
  ) as Upkeep['runs'];
};

const staleOf = async ({ stale }: UpkeepDeps): Promise<Pick<Upkeep, 'stale' | 'reReads'>> => {
  const page = await stale.list(null, LISTED)();
  if (E.isLeft(page)) return { stale: { count: -1, items: [] }, reReads: [] };
  const { entries, cursor } = page.right;
  if (entries.length === 0) return { stale: { count: 0, items: [] }, reReads: [] };
  const counted = cursor === null ? E.right(entries.length) : await stale.count()();
  const asked = await stale.requests()();
  return {
    stale: { count: E.isRight(counted) ? counted.right : -1, items: entries.map(staleText) },
    reReads: (E.isRight(asked) ? asked.right : []).map(({ object, scope, since, requestedAt }) => ({
      object,
      scope,
      since: new Date(since).toISOString(),
      requestedAt: new Date(requestedAt).toISOString(),
    })),
  };
};

const absencesOf = async ({ absences, mapping }: UpkeepDeps): Promise<Upkeep['absences']> => {
  const objects = [...new Set(declaredLoads(mapping).map(({ object }) => object))];
  const jobs = await Promise.all(objects.map((object) => absences.load(object)()));
  return jobs.flatMap((job) => (E.isRight(job) && job.right !== null ? [textOf(job.right)] : []));
};

const textOf = ({ object, runs, known, missedTwice, buried, phase }: AbsenceJob): Absence => ({
  ...{ object, runs, known, missedTwice, buried },
  state: phase.type,
  heldBecause: phase.type === 'held' ? HELD[phase.why] : null,
});

const HELD = {
  TooMany: 'more records would be deleted than a load normally leaves out',
  EmptyLoad: 'the load is empty',
  FilesUnreadable: 'the files of the load are not there as they were loaded',
} as const;
