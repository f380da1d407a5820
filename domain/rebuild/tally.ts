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
/** More are kept of those in which something seldom differs: what changes for few is what somebody wants to see. */
const OF_EACH_PATH = 3;
const AT_MOST = 60;
/** In characters of JSON. Together they stay well below the 400 KB that one stored item may have (DynamoDB, Service quotas); what is larger is counted, and no sample. */
const LARGEST = { first: 8_000, further: 2_000 };

export const addTallies = (a: Tally, b: Tally): Tally => ({
  counts: addNumbers(a.counts, b.counts),
  paths: addNumbers(a.paths, b.paths),
  samples: b.samples.length === 0 ? a.samples : kept(a.samples, b.samples),
});

/** The first ones, and of each path a few. some: were kept already. */
const kept = (some: readonly unknown[], more: readonly unknown[]): readonly unknown[] => {
  if (some.length >= AT_MOST) return some;
  const few = [...some];
  const seen = new Map<string, number>();
  const see = (path: string): void => void seen.set(path, (seen.get(path) ?? 0) + 1);
  for (const sample of some) changedIn(sample).forEach(see);
  for (const sample of more) {
    const isFirst = few.length < MAX_SAMPLES;
    const paths = changedIn(sample);
    if (few.length >= AT_MOST) break;
    if (!isFirst && !paths.some((path) => (seen.get(path) ?? 0) < OF_EACH_PATH)) continue;
    if (JSON.stringify(sample).length > (isFirst ? LARGEST.first : LARGEST.further)) continue;
    few.push(sample);
    paths.forEach(see);
  }
  return few;
};

/** Of a pass that changes: where. */
const changedIn = (sample: unknown): readonly string[] =>
  typeof sample === 'object' && sample !== null && 'changed' in sample && Array.isArray(sample.changed)
    ? sample.changed
    : [];

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
