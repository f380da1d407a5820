import { type NightName, topology } from '#adapters/topology.ts';
import { keysOf } from '../declared.ts';
import { ASSUMED, type Ledger } from './cost.ts';
import { times, together, type Usage } from './usage.ts';

/** Over how much a night's jobs go. */
export type Kept = { readonly members: number; readonly commits: number };

/** What the jobs of one night cost where they find nothing to mend. */
export const aNight = (ledger: Ledger, kept: Kept): Readonly<Record<string, Usage>> => ({
  'reconcile: the whole log': { readUnits: logUnits(kept) },
  'reconcile: each pass twice, and what the middleware has of it': {
    readUnits: (kept.members / OF_LEDGER) * ledger.reconcileRight.readUnits,
  },
  'verify: the whole log, a sample of it folded': { readUnits: logUnits(kept) },
  'verify: the passes of the sample': {
    readUnits: ((kept.members * sample) / OF_LEDGER) * ledger.verifyRight.readUnits,
  },
  'data keys of whom they read': {
    readUnits: kept.members * (1 + sample) * (ledger.walkPage.keys / OF_LEDGER) * (ledger.readKeys.readUnits / 100),
  },
  'the function walk, the state machine, schedules': together(
    ...keysOf(topology.nightly).map((job) => steps(job, kept)),
  ),
});

/** Members of a batch there. */
const OF_LEDGER = 25;
const { sample } = topology.nightly.verify.request;

/** A scan is charged by what lies there, sample or not: strongly consistent, a unit for 4 KB. */
const logUnits = ({ commits }: Kept): number => (commits * ASSUMED.commitBytes) / 4_096;

const steps = (job: NightName, { commits }: Kept): Usage => {
  const { request } = topology.nightly[job];
  const { memoryMb, timeoutSeconds } = topology.functions.walk;
  const ms = commits * ASSUMED.walkedCommitMs;
  const turns = Math.max(1, Math.ceil(ms / request.segments / (timeoutSeconds * 1_000 - LEFT_MS)));
  const invocations = 2 + request.segments * turns;
  return {
    scheduleRuns: 1,
    stateTransitions: transitionsOf(request.segments, turns),
    ...times(invocations, { lambdaRequests: 1, logGb: ASSUMED.logBytes / 1e9 }),
    lambdaGbSeconds: (memoryMb / 1_024) * (ms / 1_000),
  };
};

/** No page is begun so shortly before the end of an invocation (adapters/lambda/walk.ts). */
const LEFT_MS = 90_000;

/** Of a job that waits for nobody (infra/walkDefinition.ts): five states on its way, and for each segment one to end it, and two for each turn of the function. */
export const transitionsOf = (segments: number, turns: number): number => 5 + segments * (2 * turns + 1);
