import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { JobTurn, JobTurnStore, StoreCorrupt, StoreUnavailable, TurnTaken } from '#domain/index.ts';
import { toStoreUnavailable } from './client.ts';
import { corrupt } from './decoded.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { type Item, type ItemImage, number, numberIn, textIn } from './item.ts';

/**
 * Stored format, version with care: whose turn it is to run a job is one item of the ops table; absent: nobody's.
 *
 *   p "turn"  s "jobs"   f format   startedBy   takenAt   job, revisionFloor: absent until it is known which
 */
export const dynamoDbJobTurnStore = (deps: DynamoDbTables): JobTurnStore => {
  const { dynamodb } = deps;
  const TableName = deps.tableName('ops');

  return {
    load: () =>
      TE.chainEitherKW((item: ItemImage | undefined) => (item === undefined ? E.right(null) : readTurn(item)))(
        TE.tryCatch(
          async () => (await dynamodb.send(new GetItemCommand({ TableName, Key: KEY, ConsistentRead: true }))).Item,
          toStoreUnavailable('load the turn'),
        ),
      ),

    replace: (before, next) =>
      TE.tryCatch(
        async () => {
          const conditions = { TableName, ...isStill(before) };
          if (next !== null) await dynamodb.send(new PutItemCommand({ ...conditions, Item: turnItem(next) }));
          else await dynamodb.send(new DeleteItemCommand({ ...conditions, Key: KEY }));
        },
        (error): TurnTaken | StoreUnavailable =>
          error instanceof ConditionalCheckFailedException
            ? { type: 'TurnTaken' }
            : toStoreUnavailable('take the turn')(error),
      ),
  };
};

const KEY: Item = { p: { S: 'turn' }, s: { S: 'jobs' } };
const FORMAT = 1;

const isStill = (before: JobTurn | null) => {
  if (before === null) return { ConditionExpression: 'attribute_not_exists(p)' };
  const { startedBy, job } = before;
  return {
    ConditionExpression: `startedBy = :by AND ${job === null ? 'attribute_not_exists(job)' : 'job = :job'}`,
    ExpressionAttributeValues: { ':by': { S: startedBy }, ...(job !== null && { ':job': { S: job.id } }) },
  };
};

export const turnItem = ({ startedBy, takenAt, job }: JobTurn): Item => ({
  ...KEY,
  f: number(FORMAT),
  startedBy: { S: startedBy },
  takenAt: number(takenAt),
  ...(job !== null && { job: { S: job.id }, revisionFloor: number(job.revisionFloor) }),
});

export const readTurn = (item: ItemImage): E.Either<StoreCorrupt, JobTurn> => {
  const [startedBy, takenAt, id] = [textIn(item, 'startedBy'), numberIn(item, 'takenAt'), textIn(item, 'job')];
  if (startedBy === undefined || takenAt === undefined || (numberIn(item, 'f') ?? FORMAT + 1) > FORMAT)
    return E.left(corrupt('turn', `expected whose it is, and format ${FORMAT} or older`));
  const job = id === undefined ? null : { id, revisionFloor: numberIn(item, 'revisionFloor') ?? 0 };
  return E.right({ startedBy, takenAt, job });
};
