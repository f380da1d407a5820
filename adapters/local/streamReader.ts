import type { Checkpoints } from './checkpoints.ts';
import type { Log } from './functions.ts';
import type { ReadRecords, Shard, ShardPosition, StreamPort, StreamRecord } from './streamPort.ts';

/**
 * What one round over the shards found. `commit` has the next round go on behind it, at once, and resolves when that would also outlive the process;
 * `abandon` has the next round find the same again.
 */
export type StreamPage = {
  readonly records: readonly StreamRecord[];
  /** True when no shard that was asked had anything, and none ended. */
  readonly quiet: boolean;
  /** performance.now(), when the first of the shards was asked: what was written before is here, or was read before. */
  readonly askedAt: number;
  readonly commit: () => Promise<void>;
  readonly abandon: () => void;
};

export type StreamReader = { readonly nextPage: (limit: number) => Promise<StreamPage> };

export type StreamReaderDependencies = {
  readonly stream: StreamPort;
  readonly checkpoints: Checkpoints;
  readonly log: Log;
};

/** after: the last sequence number done with, null before the first. */
type ShardPlace = { readonly after: string | null; readonly ended: boolean };
type Places = Readonly<Record<string, ShardPlace>>;
type ShardRead = Omit<ReadRecords, 'type'> & { readonly shardId: string };

/** Reads a stream from where the name's checkpoint says: parents before children, each shard in its order. */
export const streamReader = async (
  { stream, checkpoints, log }: StreamReaderDependencies,
  name: string,
): Promise<StreamReader> => {
  const checkpoint = `pipe#${name}`;
  const iterators = new Map<string, string>();
  let places = fromText(await checkpoints.load(checkpoint), stream.arn);
  let shards: readonly Shard[] = [];
  let shardsReadAt = Number.NEGATIVE_INFINITY;
  let saved: Promise<void> = Promise.resolve();
  let willSave = false;

  const nextPage: StreamReader['nextPage'] = async (limit) => {
    await discover();
    const startedAt = performance.now();
    const open = openShards(shards, places);
    const reads = await Promise.all(open.map(({ shardId }) => readShard(shardId, limit)));
    const changed = reads.filter(({ records, next }) => records.length > 0 || next === null);
    return {
      records: reads.flatMap(({ records }) => records),
      quiet: changed.length === 0,
      askedAt: reads.length === 0 ? startedAt : Math.min(...reads.map(({ askedAt }) => askedAt)),
      commit: () => commit(changed),
      abandon: () => {
        for (const { shardId } of reads) iterators.delete(shardId);
      },
    };
  };

  const discover = async (): Promise<void> => {
    if (openShards(shards, places).length > 0 && performance.now() - shardsReadAt < discoverEveryMs) return;
    shards = await stream.shards();
    shardsReadAt = performance.now();
  };

  const readShard = async (shardId: string, limit: number, tries = 3): Promise<ShardRead> => {
    const iterator = iterators.get(shardId) ?? (await iteratorAt(shardId));
    const result = await stream.records(iterator, limit);
    if (result.type === 'records') {
      if (result.next !== null) iterators.set(shardId, result.next);
      return { ...result, shardId };
    }
    iterators.delete(shardId);
    if (result.type === 'trimmed') skipToHorizon(shardId);
    if (tries === 0) throw new Error(`shard ${shardId}: iterator ${result.type} again and again`);
    return readShard(shardId, limit, tries - 1);
  };

  const iteratorAt = async (shardId: string): Promise<string> => {
    const found = await stream.iterator(shardId, positionOf(places[shardId]));
    if (found.type === 'iterator') return found.iterator;
    skipToHorizon(shardId);
    const horizon = await stream.iterator(shardId, { type: 'trimHorizon' });
    if (horizon.type === 'trimmed') throw new Error(`shard ${shardId}: trimmed at its horizon`);
    return horizon.iterator;
  };

  /** Records were lost to the 24 hours a stream keeps: said aloud, since only a reconcile brings them back. */
  const skipToHorizon = (shardId: string): void => {
    log({ type: 'StreamTrimmed', pipe: name, shardId, after: places[shardId]?.after ?? null });
    places = { ...places, [shardId]: { after: null, ended: false } };
  };

  const commit = async (changed: readonly ShardRead[]): Promise<void> => {
    if (changed.length === 0) return;
    const known = new Set(shards.map(({ shardId }) => shardId));
    const kept = Object.entries(places).filter(([shardId]) => known.has(shardId));
    places = Object.fromEntries([
      ...kept,
      ...changed.map((read) => [read.shardId, placeAfter(read, places[read.shardId])] as const),
    ]);
    for (const { shardId, next } of changed) if (next === null) iterators.delete(shardId);
    if (changed.some(({ next }) => next === null)) shardsReadAt = Number.NEGATIVE_INFINITY;
    await save();
  };

  /** One at a time: what is committed meanwhile is saved together, next. */
  const save = (): Promise<void> => {
    if (willSave) return saved;
    willSave = true;
    const saveNow = (): Promise<void> => {
      willSave = false;
      return checkpoints.saveLater(checkpoint, JSON.stringify({ arn: stream.arn, shards: places }));
    };
    saved = saved.then(saveNow, saveNow);
    return saved;
  };

  return { nextPage };
};

const discoverEveryMs = 10_000;

/** Not read to the end, and with a parent that is (or is gone). */
const openShards = (shards: readonly Shard[], places: Places): readonly Shard[] => {
  const known = new Set(shards.map(({ shardId }) => shardId));
  const ended = (shardId: string): boolean => places[shardId]?.ended === true;
  return shards.filter(
    ({ shardId, parentShardId }) =>
      !ended(shardId) && (parentShardId === null || !known.has(parentShardId) || ended(parentShardId)),
  );
};

const positionOf = (place: ShardPlace | undefined): ShardPosition =>
  place === undefined || place.after === null
    ? { type: 'trimHorizon' }
    : { type: 'after', sequenceNumber: place.after };

const placeAfter = ({ records, next }: ShardRead, before: ShardPlace | undefined): ShardPlace => ({
  after: records.map(({ dynamodb }) => dynamodb.SequenceNumber).reduce(later, before?.after ?? null),
  ended: next === null,
});

/** Numbers, not text: "9" comes before "11". */
const later = (left: string | null, right: string): string =>
  left === null || BigInt(right) > BigInt(left) ? right : left;

/** A checkpoint of another stream (the table was made anew) says nothing about this one. */
const fromText = (text: string | null, arn: string): Places => {
  if (text === null) return {};
  const saved = JSON.parse(text) as { readonly arn: string; readonly shards: Places };
  return saved.arn === arn ? saved.shards : {};
};
