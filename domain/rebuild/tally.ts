import * as t from 'io-ts';

/**
 * What a walk over many members found: numbers by name, how often each path of the pass differs, and a few members to look at.
 * Tallies of parts add up to the tally of the whole.
 */
export const Tally = t.strict(
  {
    counts: t.readonly(t.record(t.string, t.number)),
    paths: t.readonly(t.record(t.string, t.number)),
    samples: t.readonlyArray(t.unknown),
  },
  'Tally',
);
export type Tally = t.TypeOf<typeof Tally>;

export const noTally: Tally = { counts: {}, paths: {}, samples: [] };

/** Enough to see what is the matter. */
export const MAX_SAMPLES = 20;

export const addTallies = (a: Tally, b: Tally): Tally => ({
  counts: addNumbers(a.counts, b.counts),
  paths: addNumbers(a.paths, b.paths),
  samples: a.samples.length >= MAX_SAMPLES ? a.samples : [...a.samples, ...b.samples].slice(0, MAX_SAMPLES),
});

/** One of each path. */
export const counted = (
  counts: Tally['counts'],
  samples: readonly unknown[] = [],
  paths: readonly string[] = [],
): Tally => ({ counts, samples, paths: Object.fromEntries(paths.map((path) => [path, 1])) });

export const totalOf = (tallies: readonly Tally[]): Tally => tallies.reduce(addTallies, noTally);

const addNumbers = (a: Tally['counts'], b: Tally['counts']): Tally['counts'] => {
  const sums: Record<string, number> = { ...a };
  for (const [name, number] of Object.entries(b)) sums[name] = (sums[name] ?? 0) + number;
  return sums;
};
