import type { ChangingMembers } from './changeEntries.ts';
import { keepsUp, type Paced, paced, percentile } from './paced.ts';
import type { Row } from './table.ts';

/** CPU time so far, by whose it is. */
export type CpuClocks = Readonly<Record<string, () => number>>;

export type LadderDeps = {
  readonly changing: ChangingMembers;
  readonly clocks: CpuClocks;
  /** Of each load. */
  readonly seconds: number;
  /** Not higher, whatever is kept up with; the first load is measured in any case. */
  readonly upTo: number;
  readonly say: (line: string) => void;
};

/** sustained: the last load that was kept up with. steps: all of them, that one and the next among them. */
export type Ladder = { readonly sustained: number; readonly steps: readonly Row[] };

/** Higher by a quarter each time, until a load is not kept up with twice in a row. */
export const climbed = async (deps: LadderDeps): Promise<Ladder> => {
  const { changing, seconds, upTo, say } = deps;
  // Compiled code is what serves a load for longer than that.
  await driven(changing, WARMING_LOAD, seconds);
  const steps: Row[] = [];
  // Less than that is nothing: a machine that does not do it is busy with something else.
  let sustained = FIRST_LOAD;
  for (let perSecond = FIRST_LOAD; perSecond <= Math.max(FIRST_LOAD, upTo); perSecond = Math.round(perSecond * 1.25)) {
    const first = await measured(deps, perSecond);
    const step = first.keeps ? first : await measured(deps, perSecond);
    steps.push(step.row);
    say(`  ${perSecond}/s: p50 ${percentile(step.lagsMs, 0.5).toFixed(1)} ms${step.keeps ? '' : ', grows'}`);
    if (!step.keeps) break;
    sustained = perSecond;
  }
  return { sustained, steps };
};

const WARMING_LOAD = 40;
const FIRST_LOAD = 10;
const PATIENCE_MS = 10_000;

/** One load for so long, from PutEvents to the wallet bus. */
export const driven = async (changing: ChangingMembers, perSecond: number, seconds: number): Promise<Paced> => {
  const { seen, done } = paced({ perSecond, seconds, send: changing.change, patienceMs: PATIENCE_MS });
  changing.hear(seen);
  return done;
};

const measured = async ({ changing, clocks, seconds }: LadderDeps, perSecond: number) => {
  const before = Object.entries(clocks).map(([name, clock]) => [name, clock, clock()] as const);
  const startedAt = performance.now();
  const outcome = await driven(changing, perSecond, seconds);
  const elapsedMs = performance.now() - startedAt;
  const spent = before.map(([name, clock, from]) => [name, clock() - from] as const);
  const { lagsMs } = outcome;
  const keeps = keepsUp(outcome);
  const row = {
    'changes/s': perSecond,
    'p50, ms': percentile(lagsMs, 0.5),
    'p99, ms': percentile(lagsMs, 0.99),
    ...Object.fromEntries(spent.map(([name, cpuMs]) => [`${name}, CPU ms each`, cpuMs / lagsMs.length])),
    'cores at work': spent.reduce((sum, [, cpuMs]) => sum + cpuMs, 0) / elapsedMs,
    'kept up with': keeps ? 'yes' : 'no',
  };
  return { row, lagsMs, keeps };
};
