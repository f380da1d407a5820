import type { Spread } from './table.ts';

/** What is measured: does its work once and says how much that was, in whatever is counted. */
export type Subject = { readonly name: string; readonly run: () => number | Promise<number> };

/** cpu: of all threads of this process, garbage collection and compilation included. */
export type Sample = { readonly work: number; readonly cpuMs: number; readonly wallMs: number };
export type Samples = ReadonlyMap<string, readonly Sample[]>;

/** A B, then B A, and so on: what else the machine does meets all of them alike. One turn before is not counted. */
export const measureInTurn = async (subjects: readonly Subject[], rounds: number): Promise<Samples> => {
  const samples = new Map(subjects.map(({ name }) => [name, [] as Sample[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, run } of round % 2 === 0 ? subjects : subjects.toReversed()) {
      const sample = await measure(run);
      if (round > 0) samples.get(name)?.push(sample);
    }
  }
  return samples;
};

export const measure = async (run: Subject['run']): Promise<Sample> => {
  const startedAtMs = performance.now();
  const cpuBefore = process.cpuUsage();
  const work = await run();
  const { user, system } = process.cpuUsage(cpuBefore);
  return { work, cpuMs: (user + system) / 1000, wallMs: performance.now() - startedAtMs };
};

/** All that is made is used, so that none of it is optimised away. */
export const consume = (value: unknown): void => {
  consumed.last = value;
};
const consumed: { last: unknown } = { last: undefined };

export type Clocked = 'cpuMs' | 'wallMs';

/** Time for the same work against the base's: the ratio of the medians, and the extremes of the rounds. */
export const timeRatio = (samples: Samples, name: string, base: string, clock: Clocked): Spread => {
  const times = costs(samples, name, clock);
  const baseTimes = costs(samples, base, clock);
  const { min, max } = spread(times.map((time, round) => time / (baseTimes[round] ?? Number.NaN)));
  return { median: spread(times).median / spread(baseTimes).median, min, max };
};

/** Work done in a second. */
export const rate = (samples: Samples, name: string, clock: Clocked): Spread =>
  spread(costs(samples, name, clock).map((msPerWork) => 1000 / msPerWork));

/** Milliseconds for one piece of work, of each round. */
export const costs = (samples: Samples, name: string, clock: Clocked): readonly number[] =>
  (samples.get(name) ?? []).map((sample) => sample[clock] / sample.work);

export const spread = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
};
