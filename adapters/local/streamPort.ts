import { DescribeTableCommand, type DynamoDBClient, type AttributeValue as ItemValue } from '@aws-sdk/client-dynamodb';
import {
  type _Record,
  type AttributeValue,
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';

/** A stream record as a Lambda function or a pipe gets it: binary as base64 text, times in seconds. Shape: Lambda guide, "Using Lambda with Amazon DynamoDB". */
export type StreamRecord = {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventVersion: string;
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly eventSourceARN: string;
  readonly dynamodb: {
    readonly ApproximateCreationDateTime: number;
    readonly Keys: JsonItem;
    readonly NewImage?: JsonItem;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: string;
  };
};
export type JsonItem = { readonly [attribute: string]: JsonAttribute };
export type JsonAttribute = { readonly [type: string]: unknown };

export type Shard = { readonly shardId: string; readonly parentShardId: string | null };
export type ShardPosition =
  | { readonly type: 'trimHorizon' }
  | { readonly type: 'after'; readonly sequenceNumber: string };

export type IteratorResult = { readonly type: 'iterator'; readonly iterator: string } | { readonly type: 'trimmed' };
export type RecordsResult = ReadRecords | { readonly type: 'expired' } | { readonly type: 'trimmed' };

/** next: null when the shard is closed and read to its end. askedAt: performance.now(); of what was written later they say nothing. */
export type ReadRecords = {
  readonly type: 'records';
  readonly records: readonly StreamRecord[];
  readonly next: string | null;
  readonly askedAt: number;
};

/** What a pipe needs of one table's stream. */
export type StreamPort = {
  readonly arn: string;
  readonly shards: () => Promise<readonly Shard[]>;
  readonly iterator: (shardId: string, position: ShardPosition) => Promise<IteratorResult>;
  readonly records: (iterator: string, limit: number) => Promise<RecordsResult>;
};

export const openStream = async (
  { dynamodb, streams }: { readonly dynamodb: DynamoDBClient; readonly streams: DynamoDBStreamsClient },
  tableName: string,
): Promise<StreamPort> => {
  const arn = (await dynamodb.send(new DescribeTableCommand({ TableName: tableName }))).Table?.LatestStreamArn;
  if (arn === undefined) throw new Error(`table ${tableName} has no stream`);

  const shards: StreamPort['shards'] = async () => {
    const found: Shard[] = [];
    for (let from: string | undefined; ; ) {
      const { StreamDescription } = await streams.send(
        new DescribeStreamCommand({ StreamArn: arn, ...(from !== undefined && { ExclusiveStartShardId: from }) }),
      );
      // A shard's EndingSequenceNumber is not read: dynoxide reports one for its open shard.
      for (const { ShardId = '', ParentShardId } of StreamDescription?.Shards ?? [])
        found.push({ shardId: ShardId, parentShardId: ParentShardId ?? null });
      from = StreamDescription?.LastEvaluatedShardId;
      if (from === undefined) return found;
    }
  };

  const iterator: StreamPort['iterator'] = async (shardId, position) => {
    const where =
      position.type === 'after'
        ? ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: position.sequenceNumber } as const)
        : ({ ShardIteratorType: 'TRIM_HORIZON' } as const);
    try {
      const { ShardIterator } = await streams.send(
        new GetShardIteratorCommand({ StreamArn: arn, ShardId: shardId, ...where }),
      );
      return { type: 'iterator', iterator: ShardIterator ?? '' };
    } catch (error) {
      if (nameOf(error) === 'TrimmedDataAccessException') return { type: 'trimmed' };
      throw error;
    }
  };

  const records: StreamPort['records'] = async (current, limit) => {
    const askedAt = performance.now();
    try {
      const { Records = [], NextShardIterator } = await streams.send(
        new GetRecordsCommand({ ShardIterator: current, Limit: limit }),
      );
      return {
        type: 'records',
        records: Records.map((record) => toStreamRecord(record, arn)),
        next: NextShardIterator ?? null,
        askedAt,
      };
    } catch (error) {
      if (nameOf(error) === 'ExpiredIteratorException') return { type: 'expired' };
      if (nameOf(error) === 'TrimmedDataAccessException') return { type: 'trimmed' };
      throw error;
    }
  };

  return { arn, shards, iterator, records };
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

const toStreamRecord = (
  { eventID = '', eventName, eventVersion = '', awsRegion = '', dynamodb }: _Record,
  arn: string,
): StreamRecord => ({
  eventID,
  eventName: eventName ?? '',
  eventVersion,
  eventSource: 'aws:dynamodb',
  awsRegion,
  eventSourceARN: arn,
  dynamodb: {
    ApproximateCreationDateTime: (dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0) / 1_000,
    Keys: toJsonItem(dynamodb?.Keys ?? {}),
    ...(dynamodb?.NewImage !== undefined && { NewImage: toJsonItem(dynamodb.NewImage) }),
    SequenceNumber: dynamodb?.SequenceNumber ?? '',
    SizeBytes: dynamodb?.SizeBytes ?? 0,
    StreamViewType: dynamodb?.StreamViewType ?? '',
  },
});

export const toJsonItem = (item: Readonly<Record<string, AttributeValue | ItemValue>>): JsonItem =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, toJsonAttribute(value)]));

const toJsonAttribute = (value: AttributeValue | ItemValue): JsonAttribute => {
  if (value.B !== undefined) return { B: Buffer.from(value.B).toString('base64') };
  if (value.BS !== undefined) return { BS: value.BS.map((bytes) => Buffer.from(bytes).toString('base64')) };
  if (value.M !== undefined) return { M: toJsonItem(value.M) };
  if (value.L !== undefined) return { L: value.L.map(toJsonAttribute) };
  return { ...value };
};
