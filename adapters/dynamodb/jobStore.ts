import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Job, JobRequest, JobState, type JobStore, Segment, type StoreCorrupt } from '#domain/index.ts';
import { toStoreUnavailable } from './client.ts';
import { corrupt, decodedJson } from './decoded.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { type Item, type ItemImage, number, numberIn, textIn } from './item.ts';
import { partitionPage, wholePartition } from './partition.ts';

/**
 * Stored format, version with care: jobs are one partition of the ops table, the segments of each another.
 *
 *   p "jobs"        s  job id     f format   state   startedAt   endedAt, failure, size: absent for null   request: JSON
 *   p "job-<id>"    s  number     f format   segment: JSON
 */
export const dynamoDbJobStore = (deps: DynamoDbTables): JobStore => {
  const { dynamodb } = deps;
  const tableName = deps.tableName('ops');
  const put = (operation: string, item: Item) =>
    TE.tryCatch(async () => {
      await dynamodb.send(new PutItemCommand({ TableName: tableName, Item: item }));
    }, toStoreUnavailable(operation));

  return {
    save: (job) => put('save a job', jobItem(job)),

    load: (id) =>
      TE.chainEitherKW((item: ItemImage | undefined) => (item === undefined ? E.right(null) : readJob(item)))(
        TE.tryCatch(async () => {
          const Key = { p: { S: JOBS }, s: { S: id } };
          return (await dynamodb.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }))).Item;
        }, toStoreUnavailable('load a job')),
      ),

    note: (id, failure) =>
      TE.tryCatch(async () => {
        const update = new UpdateItemCommand({
          TableName: tableName,
          Key: { p: { S: JOBS }, s: { S: id } },
          ConditionExpression: '#state = :running',
          UpdateExpression: 'SET failure = :failure',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':running': { S: 'running' }, ':failure': { S: failure } },
        });
        await dynamodb.send(update).catch(unlessConditionFailed);
      }, toStoreUnavailable('note what stands in the way of a job')),

    list: (limit) => async () => {
      const page = await TE.tryCatch(
        () => partitionPage({ dynamodb, tableName, partition: JOBS }, { cursor: null, limit, newestFirst: true }),
        toStoreUnavailable('list jobs'),
      )();
      return E.isLeft(page) ? page : E.traverseArray(readJob)(page.right.items);
    },

    saveSegment: (jobId, segment) =>
      TE.tryCatch(async () => {
        const put = new PutItemCommand({
          TableName: tableName,
          Item: segmentItem(jobId, segment),
          // Within texts the quotes would be escaped.
          ConditionExpression: 'attribute_not_exists(p) OR NOT contains(#segment, :done)',
          ExpressionAttributeNames: { '#segment': 'segment' },
          ExpressionAttributeValues: { ':done': { S: '"isDone":true' } },
        });
        await dynamodb.send(put).catch(unlessConditionFailed);
      }, toStoreUnavailable('save a segment')),

    segments: (jobId) => async () => {
      const items = await TE.tryCatch(
        () => wholePartition({ dynamodb, tableName, partition: segmentsOf(jobId) }),
        toStoreUnavailable('read segments'),
      )();
      return E.isLeft(items) ? items : E.traverseArray(readSegment)(items.right);
    },
  };
};

const unlessConditionFailed = (error: unknown): void => {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
};

const JOBS = 'jobs';
const FORMAT = 1;
const segmentsOf = (jobId: string): string => `job-${jobId}`;

export const jobItem = ({ id, request, state, startedAt, endedAt, failure, size }: Job): Item => ({
  p: { S: JOBS },
  s: { S: id },
  f: number(FORMAT),
  state: { S: state },
  startedAt: number(startedAt),
  ...(endedAt !== null && { endedAt: number(endedAt) }),
  ...(failure !== null && { failure: { S: failure } }),
  ...(size !== null && { size: number(size) }),
  request: { S: JSON.stringify(request) },
});

export const segmentItem = (jobId: string, segment: Segment): Item => ({
  p: { S: segmentsOf(jobId) },
  s: { S: String(segment.segment).padStart(4, '0') },
  f: number(FORMAT),
  segment: { S: JSON.stringify(segment) },
});

export const readJob = (item: ItemImage): E.Either<StoreCorrupt, Job> => {
  const [id, state, startedAt] = [textIn(item, 's'), textIn(item, 'state'), numberIn(item, 'startedAt')];
  const bad = (reason: string) => E.left(corrupt(`job ${id}`, reason));
  if (id === undefined || startedAt === undefined || !JobState.is(state) || !isKnownFormat(item))
    return bad('expected a job');
  const request = decodedJson(JobRequest, textIn(item, 'request') ?? '');
  if (E.isLeft(request)) return bad(`request: ${request.left}`);
  return E.right({
    id,
    request: request.right,
    state,
    startedAt,
    endedAt: numberIn(item, 'endedAt') ?? null,
    failure: textIn(item, 'failure') ?? null,
    size: numberIn(item, 'size') ?? null,
  });
};

export const readSegment = (item: ItemImage): E.Either<StoreCorrupt, Segment> => {
  const segment = decodedJson(Segment, textIn(item, 'segment') ?? '');
  return E.isRight(segment) && isKnownFormat(item)
    ? segment
    : E.left(corrupt(textIn(item, 'p') ?? 'job', 'expected a segment'));
};

const isKnownFormat = (item: ItemImage): boolean => (numberIn(item, 'f') ?? FORMAT + 1) <= FORMAT;
