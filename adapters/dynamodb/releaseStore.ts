import { ConditionalCheckFailedException, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { firstRelease, type Release, type ReleaseStore, type StoreCorrupt } from '#domain/index.ts';
import { toStoreUnavailable } from './client.ts';
import { corrupt, decodedJson } from './decoded.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { type Item, type ItemImage, number, numberIn, textIn } from './item.ts';
import { writeAll } from './write.ts';

/**
 * Stored format, version with care: which versions are live is one item of the ops table.
 *
 *   p "release"  s "current"   epoch   f format   versions, before: JSON   j job that made it
 *   walk: how the walk of this epoch goes, JSON; absent: it ended   place: how far it came, JSON
 *   p "release"  s "floor"     revision: no member was published a higher one
 */
export const dynamoDbReleaseStore = (deps: DynamoDbTables): ReleaseStore => {
  const { dynamodb } = deps;
  const tableName = deps.tableName('ops');

  return {
    load: () =>
      TE.chainEitherKW(releaseFromItem)(
        TE.tryCatch(
          async () =>
            (await dynamodb.send(new GetItemCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }))).Item,
          toStoreUnavailable('load the release'),
        ),
      ),

    replace: (release) => async () => {
      const written = await writeAll(dynamodb, 'replace the release', [
        {
          Put: {
            TableName: tableName,
            Item: releaseItem(release),
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            ...(release.epoch === firstRelease.epoch + 1
              ? { ConditionExpression: 'attribute_not_exists(p)' }
              : {
                  ConditionExpression: 'epoch = :before',
                  ExpressionAttributeValues: { ':before': number(release.epoch - 1) },
                }),
          },
        },
      ]);
      if (E.isRight(written)) return written;
      return E.left(written.left.type === 'ConditionsFailed' ? { type: 'ViewLostRace' } : written.left);
    },

    floor: () =>
      TE.tryCatch(async () => {
        const { Item } = await dynamodb.send(
          new GetItemCommand({ TableName: tableName, Key: FLOOR, ConsistentRead: true }),
        );
        return (Item && numberIn(Item, 'revision')) ?? 0;
      }, toStoreUnavailable('read the revision floor')),

    raiseFloor: (to) =>
      TE.tryCatch(async () => {
        const raise = new UpdateItemCommand({
          TableName: tableName,
          Key: FLOOR,
          ConditionExpression: 'attribute_not_exists(revision) OR revision < :to',
          UpdateExpression: 'SET revision = :to',
          ExpressionAttributeValues: { ':to': number(to) },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        });
        try {
          await dynamodb.send(raise);
          return to;
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
          return (error.Item && numberIn(error.Item, 'revision')) ?? to;
        }
      }, toStoreUnavailable('raise the revision floor')),

    walkTo: (epoch, cursor) =>
      TE.tryCatch(async () => {
        const isDone = cursor === 'done';
        const update = new UpdateItemCommand({
          TableName: tableName,
          Key: KEY,
          ConditionExpression: 'epoch = :epoch AND attribute_exists(walk)',
          UpdateExpression: isDone ? 'REMOVE walk, place' : 'SET place = :place',
          ExpressionAttributeValues: {
            ':epoch': number(epoch),
            ...(!isDone && { ':place': { S: JSON.stringify(cursor) } }),
          },
        });
        await dynamodb.send(update).catch((error: unknown) => {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        });
      }, toStoreUnavailable('remember the walk')),
  };
};

const FLOOR: Item = { p: { S: 'release' }, s: { S: 'floor' } };
const KEY: Item = { p: { S: 'release' }, s: { S: 'current' } };
const FORMAT = 1;

const Versions = t.readonly(t.record(t.string, t.number));
const Walk = t.strict({ pushesPerSecond: t.number });

export const releaseItem = ({ epoch, versions, before, walk, startedBy }: Release): Item => ({
  ...KEY,
  epoch: number(epoch),
  f: number(FORMAT),
  versions: { S: JSON.stringify(versions) },
  before: { S: JSON.stringify(before) },
  ...(startedBy !== null && { j: { S: startedBy } }),
  ...(walk !== null && {
    walk: { S: JSON.stringify({ pushesPerSecond: walk.pushesPerSecond }) },
    place: { S: JSON.stringify(walk.cursor) },
  }),
});

export const releaseFromItem = (item: ItemImage | undefined): E.Either<StoreCorrupt, Release> => {
  if (item === undefined) return E.right(firstRelease);
  const bad = (reason: string) => E.left(corrupt('release', reason));
  const epoch = numberIn(item, 'epoch');
  if (epoch === undefined || (numberIn(item, 'f') ?? FORMAT + 1) > FORMAT)
    return bad(`expected an epoch, and format ${FORMAT} or older`);
  const versions = decodedJson(Versions, textIn(item, 'versions') ?? '');
  if (E.isLeft(versions)) return bad(`versions: ${versions.left}`);
  const before = decodedJson(t.union([Versions, t.null]), textIn(item, 'before') ?? '');
  if (E.isLeft(before)) return bad(`before: ${before.left}`);
  const said = { epoch, versions: versions.right, before: before.right, startedBy: textIn(item, 'j') ?? null };
  const walkText = textIn(item, 'walk');
  if (walkText === undefined) return E.right({ ...said, walk: null });
  const walk = decodedJson(Walk, walkText);
  if (E.isLeft(walk)) return bad(`walk: ${walk.left}`);
  const cursor = decodedJson(t.union([t.string, t.null]), textIn(item, 'place') ?? 'null');
  if (E.isLeft(cursor)) return bad(`place: ${cursor.left}`);
  return E.right({ ...said, walk: { cursor: cursor.right, ...walk.right } });
};
