import { isDeepStrictEqual } from 'node:util';
import {
  type Commit,
  lastVersion,
  merge,
  type Observation,
  originText,
  recordKey,
  type SourceRecord,
  type StreamName,
  unheardOf,
} from '#domain/index.ts';

/** What one writer was told, in the order it was told: that a commit with this origin stands in that stream. */
export type Acknowledged = { readonly writer: string; readonly stream: StreamName; readonly origin: string };

/** What an append-only log must be, given what its writers were told. Every commit has an origin of its own. [] is a sound history. */
export const historyFaults = (
  acknowledged: readonly Acknowledged[],
  log: ReadonlyMap<StreamName, readonly Commit[]>,
): readonly string[] => [
  ...[...log].flatMap(([stream, commits]) => streamFaults(stream, commits)),
  ...repeated(log),
  ...missing(acknowledged, log),
  ...misplaced(acknowledged, log),
];

/** Versions without a hole or an overlap, and time that never runs backwards. */
export const streamFaults = (stream: StreamName, commits: readonly Commit[]): readonly string[] => {
  const faults: string[] = [];
  let [version, recordedAt] = [0, 0];
  for (const commit of commits) {
    if (commit.stream !== stream) faults.push(`${stream}: holds a commit of ${commit.stream}`);
    if (commit.version !== version + 1) faults.push(`${stream}: ${commit.version} follows ${version}`);
    if (commit.events.length === 0) faults.push(`${stream}@${commit.version}: is empty`);
    if (commit.recordedAt < recordedAt) faults.push(`${stream}@${commit.version}: recorded before the one before it`);
    [version, recordedAt] = [lastVersion(commit), commit.recordedAt];
  }
  return faults;
};

const repeated = (log: ReadonlyMap<StreamName, readonly Commit[]>): readonly string[] =>
  [...log].flatMap(([stream, commits]) => {
    const seen = new Set<string>();
    return commits.flatMap(({ version, events, origin }) => {
      const content = JSON.stringify([originText(origin), events]);
      if (seen.has(content)) return [`${stream}@${version}: ${originText(origin)} is there twice`];
      seen.add(content);
      return [];
    });
  });

const missing = (
  acknowledged: readonly Acknowledged[],
  log: ReadonlyMap<StreamName, readonly Commit[]>,
): readonly string[] =>
  acknowledged.flatMap(({ writer, stream, origin }) =>
    placesOf(log, stream, origin).length > 0 ? [] : [`${stream}: lacks ${origin}, acknowledged to ${writer}`],
  );

/** One writer's commits stand in the order in which it was told of them. */
const misplaced = (
  acknowledged: readonly Acknowledged[],
  log: ReadonlyMap<StreamName, readonly Commit[]>,
): readonly string[] =>
  [...Map.groupBy(acknowledged, ({ writer, stream }) => `${writer} in ${stream}`)].flatMap(([where, told]) => {
    const versions = told.flatMap(({ stream, origin }) => placesOf(log, stream, origin).slice(0, 1));
    return versions.some((version, index) => version <= (versions[index - 1] ?? 0))
      ? [`${where}: acknowledged in another order than written, ${versions.join(' ')}`]
      : [];
  });

const placesOf = (
  log: ReadonlyMap<StreamName, readonly Commit[]>,
  stream: StreamName,
  origin: string,
): readonly number[] =>
  (log.get(stream) ?? []).flatMap((commit) => (originText(commit.origin) === origin ? [commit.version] : []));

/**
 * Each record is the join of what was said of it: of all that was acknowledged, and of what else was tried, as far as it got through.
 * A field is never newer than anything said, and never older than what was acknowledged.
 */
export const recordFaults = (
  acknowledged: readonly Observation[],
  tried: readonly Observation[],
  records: ReadonlyMap<string, SourceRecord>,
  marginMs: number,
): readonly string[] =>
  [...Map.groupBy([...acknowledged, ...tried], ({ record }) => recordKey(record))].flatMap(([key, said]) => {
    const ref = said[0]!.record;
    const stored = records.get(key) ?? unheardOf(ref);
    const isOf = (one: Observation): boolean => recordKey(one.record) === key;
    const join = (from: SourceRecord, all: readonly Observation[]): SourceRecord =>
      all.reduce((record, one) => merge(record, one, marginMs), from);
    const known = acknowledged.filter(isOf);
    const lost = known.some((one) => merge(stored, one, marginMs) !== stored);
    const madeUp = !isSame(join(stored, said), join(unheardOf(ref), said));
    const settled = tried.some(isOf) || isSame(stored, join(unheardOf(ref), known));
    return [
      ...(lost ? [`${key}: lacks what was acknowledged`] : []),
      ...(madeUp ? [`${key}: holds what nobody said`] : []),
      ...(settled ? [] : [`${key}: is not the join of what was acknowledged`]),
    ];
  });

/** How far existence is vouched for depends on who came first: a claim that changes nothing leaves only its date behind. */
const isSame = (a: SourceRecord, b: SourceRecord): boolean =>
  isDeepStrictEqual([a.fields, a.gap, a.existence?.says], [b.fields, b.gap, b.existence?.says]);
