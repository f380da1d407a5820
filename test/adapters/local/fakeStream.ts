import type { Shard, StreamPort, StreamRecord } from '#adapters/local/streamPort.ts';

export type FakeShard = Shard & { readonly sequences: readonly string[]; readonly closed: boolean };

/** A stream with the faults dynoxide cannot show: shards that split, iterators that expire, records that are trimmed. */
export const fakeStream = () => {
  const state = {
    shards: [] as FakeShard[],
    expired: new Set<string>(),
    trimmedBelow: 0n,
    arn: 'arn:one',
    asked: [] as string[],
    looks: 0,
  };
  const recordOf = (sequence: string) => ({ dynamodb: { SequenceNumber: sequence, SizeBytes: 1 } }) as StreamRecord;
  let issued = 0;
  const stream: StreamPort = {
    get arn() {
      return state.arn;
    },
    shards: async () => state.shards.map(({ shardId, parentShardId }) => ({ shardId, parentShardId })),
    iterator: async (shardId, position) => {
      state.asked.push(`${shardId} ${position.type === 'after' ? position.sequenceNumber : 'horizon'}`);
      if (position.type === 'after' && BigInt(position.sequenceNumber) < state.trimmedBelow - 1n)
        return { type: 'trimmed' };
      return {
        type: 'iterator',
        iterator: `${++issued}/${shardId}/${position.type === 'after' ? position.sequenceNumber : '0'}`,
      };
    },
    records: async (iterator, limit) => {
      state.looks += 1;
      const [, shardId = '', after = '0'] = iterator.split('/');
      if (state.expired.has(shardId)) {
        state.expired.delete(shardId);
        return { type: 'expired' };
      }
      const shard = state.shards.find((candidate) => candidate.shardId === shardId);
      if (BigInt(after) > 0n && BigInt(after) < state.trimmedBelow - 1n) return { type: 'trimmed' };
      const left = (shard?.sequences ?? []).filter(
        (sequence) => BigInt(sequence) > BigInt(after) && BigInt(sequence) >= state.trimmedBelow,
      );
      const found = left.slice(0, limit);
      const next =
        shard?.closed === true && found.length === left.length
          ? null
          : `${++issued}/${shardId}/${found[found.length - 1] ?? after}`;
      return { type: 'records', records: found.map(recordOf), next, askedAt: performance.now() };
    },
  };
  return { state, stream };
};
