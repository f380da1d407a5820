import * as E from 'fp-ts/lib/Either.js';
import {
  addAudits,
  auditOf,
  type Clock,
  declaredLoads,
  type EpochMs,
  type Mapping,
  noAudit,
  type ParkStore,
  type QuarantineStore,
  type RunStore,
  recentRuns,
  type StaleStore,
  totalOfAudit,
} from '#domain/index.ts';
import type { FlowPlan } from '../source/flowPlan.ts';

export type WatchDeps = {
  readonly parked: Pick<ParkStore, 'list'>;
  readonly quarantine: Pick<QuarantineStore, 'count'>;
  readonly stale: Pick<StaleStore, 'count'>;
  readonly runs: Pick<RunStore, 'list' | 'load'>;
  readonly pipes: () => Promise<readonly WatchedPipe[]>;
  /** Whether a flow reads when it should. null: there is no such flow. */
  readonly isFlowActive: (flow: string) => Promise<boolean | null>;
  readonly flows: readonly FlowPlan[];
  readonly mapping: Mapping;
  readonly clock: Clock;
  readonly measure: (measure: Measure) => void;
  readonly onFailure: (where: string, reason: string) => void;
};

export type WatchedPipe = {
  readonly name: string;
  readonly isRunning: boolean;
  /** It reads a stream that its table does not write to any more: a new one was made. Nothing arrives, and nothing fails. */
  readonly isOrphaned: boolean;
};

export type Measure = {
  readonly name: MeasureName;
  readonly value: number;
  /** Of one flow. */
  readonly feed?: string;
};
export type MeasureName =
  | 'ParkedMembers'
  | 'QuarantinedItems'
  | 'StaleEntries'
  | 'PipesNotRunning'
  | 'PipesOrphaned'
  | 'FlowsInactive'
  | 'FeedSilenceMinutes'
  | 'MissedChanges'
  | 'WrongMerges';

/**
 * Measures what no service of AWS measures by itself, for alarms to look at. What cannot be looked at is said and left out: an alarm that
 * misses its measure goes off too.
 */
export const watchHandler = (deps: WatchDeps) => async (): Promise<void> => {
  const looks: Readonly<Record<string, () => Promise<void>>> = {
    parked: () => lookAtParked(deps),
    quarantine: () => lookAtCount(deps, 'QuarantinedItems', deps.quarantine.count),
    stale: () => lookAtCount(deps, 'StaleEntries', deps.stale.count),
    pipes: () => lookAtPipes(deps),
    flows: () => lookAtFlows(deps),
    feeds: () => lookAtFeeds(deps),
    audits: () => lookAtAudits(deps),
  };
  await Promise.all(
    Object.entries(looks).map(async ([where, look]) => {
      try {
        await look();
      } catch (error) {
        deps.onFailure(where, error instanceof Error ? `${error.name}: ${error.message}` : 'unknown');
      }
    }),
  );
};

/** More than so many are a catastrophe of any size. */
const MAX_COUNTED = 1_000;

const lookAtParked = async ({ parked, measure }: WatchDeps): Promise<void> => {
  const { items } = unlessFailed(await parked.list(null, MAX_COUNTED)());
  measure({ name: 'ParkedMembers', value: new Set(items.map(({ memberId }) => memberId)).size });
};

const lookAtCount = async (
  { measure }: WatchDeps,
  name: MeasureName,
  count: QuarantineStore['count'],
): Promise<void> => {
  measure({ name, value: unlessFailed(await count()()) });
};

const lookAtPipes = async ({ pipes, measure }: WatchDeps): Promise<void> => {
  const found = await pipes();
  measure({ name: 'PipesNotRunning', value: found.filter(({ isRunning }) => !isRunning).length });
  measure({ name: 'PipesOrphaned', value: found.filter(({ isOrphaned }) => isOrphaned).length });
};

const lookAtFlows = async ({ flows, isFlowActive, measure }: WatchDeps): Promise<void> => {
  // AppFlow allows few such calls a second: one after another.
  let inactive = 0;
  for (const flow of flows) if (flow.trigger !== 'onDemand' && (await isFlowActive(flow.name)) !== true) inactive += 1;
  measure({ name: 'FlowsInactive', value: inactive });
};

/** Minutes since each scheduled flow last ended a run well; since it was first heard of where it never did. */
const lookAtFeeds = async ({ flows, runs, clock, measure }: WatchDeps): Promise<void> => {
  for (const { name, trigger } of flows) {
    if (trigger !== 'schedule') continue;
    const recent = unlessFailed(await recentRuns(runs, [name]));
    const ended = recent.flatMap(({ end }) => (end?.isSuccessful === true ? [end.endedAt] : []));
    const began = recent.flatMap(({ startedAt }) => (startedAt === null ? [] : [startedAt]));
    const since: EpochMs | null = ended.length > 0 ? Math.max(...ended) : began.length > 0 ? Math.min(...began) : null;
    if (since !== null) measure({ name: 'FeedSilenceMinutes', value: (clock() - since) / 60_000, feed: name });
  }
};

/** What the loads that began within a day showed. */
const lookAtAudits = async ({ flows, mapping, runs, clock, measure }: WatchDeps): Promise<void> => {
  const ofFiles = flows.filter(({ trigger }) => trigger !== 'event').map(({ name }) => name);
  const known = unlessFailed(
    await recentRuns(runs, [...ofFiles, ...declaredLoads(mapping).flatMap((load) => load.flows)]),
  );
  const sinceYesterday = known.filter(({ startedAt }) => startedAt !== null && startedAt >= clock() - DAY_MS);
  const audit = sinceYesterday.map((run) => auditOf(mapping, run, known) ?? noAudit).reduce(addAudits, noAudit);
  const { missed, wrong } = totalOfAudit(audit);
  measure({ name: 'MissedChanges', value: missed });
  measure({ name: 'WrongMerges', value: wrong });
};
const DAY_MS = 24 * 60 * 60_000;

const unlessFailed = <A>(read: E.Either<{ readonly type: string }, A>): A => {
  if (E.isLeft(read)) throw new Error(read.left.type);
  return read.right;
};
