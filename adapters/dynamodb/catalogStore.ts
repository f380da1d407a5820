import {
  ConditionalCheckFailedException,
  GetItemCommand,
  type TransactWriteItem,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import {
  type CatalogPointer,
  type CatalogStore,
  Definition,
  emptyCatalog,
  type StoreCorrupt,
  type StoredCatalog,
  TierDefinition,
} from '#domain/index.ts';
import { toStoreUnavailable } from './client.ts';
import { corrupt, decodedJson } from './decoded.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { type Item, type ItemImage, longTextIn, number, numberIn, textIn, withText } from './item.ts';
import { writeAll } from './write.ts';

/**
 * Stored format, version with care: the catalog is two items of the ops table, written in one transaction.
 *
 *   p "catalog"  s "pointer"   version, sweep: where the pending sweep is, JSON; absent: none pending
 *   p "catalog"  s "content"   version, f format, content: JSON (tiers only where the source has any), or z: deflated (raw) where that saves a write unit
 */
export const dynamoDbCatalogStore = (deps: DynamoDbTables): CatalogStore => {
  const { dynamodb } = deps;
  const tableName = deps.tableName('ops');
  const get = (key: Item) =>
    TE.tryCatch(
      async () =>
        (await dynamodb.send(new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }))).Item,
      toStoreUnavailable('load the catalog'),
    );

  return {
    pointer: () => TE.chainEitherKW(readPointer)(get(POINTER)),
    load: () => TE.chainEitherKW(readCatalog)(get(CONTENT)),

    replace: (stored) => async () => {
      const written = await writeAll(dynamodb, 'replace the catalog', [
        pointerPut(tableName, stored.catalog.version),
        { Put: { TableName: tableName, Item: catalogItem(stored) } },
      ]);
      if (E.isRight(written)) return written;
      return E.left(written.left.type === 'ConditionsFailed' ? { type: 'ViewLostRace' } : written.left);
    },

    sweepTo: (version, cursor) =>
      TE.tryCatch(async () => {
        const isDone = cursor === 'done';
        const update = new UpdateItemCommand({
          TableName: tableName,
          Key: POINTER,
          ConditionExpression: 'version = :version AND attribute_exists(sweep)',
          UpdateExpression: isDone ? 'REMOVE sweep' : 'SET sweep = :sweep',
          ExpressionAttributeValues: {
            ':version': number(version),
            ...(!isDone && { ':sweep': { S: JSON.stringify(cursor) } }),
          },
        });
        await dynamodb.send(update).catch((error: unknown) => {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        });
      }, toStoreUnavailable('remember the sweep')),
  };
};

const POINTER: Item = { p: { S: 'catalog' }, s: { S: 'pointer' } };
const CONTENT: Item = { p: { S: 'catalog' }, s: { S: 'content' } };
const TEXT = { plain: 'content', deflated: 'z' };
const FORMAT = 1;

const Content = t.exact(
  t.intersection([
    t.type({ definitions: t.record(t.string, Definition), asOf: t.record(t.string, t.number) }),
    t.partial({ tiers: t.record(t.string, TierDefinition) }),
  ]),
);
const Cursor = t.union([t.string, t.null]);

/** A new version comes with a sweep that has not begun. */
const pointerPut = (tableName: string, version: number): TransactWriteItem => ({
  Put: {
    TableName: tableName,
    Item: { ...POINTER, version: number(version), sweep: { S: 'null' } },
    ...(version === 1
      ? { ConditionExpression: 'attribute_not_exists(p)' }
      : {
          ConditionExpression: 'version = :previous',
          ExpressionAttributeValues: { ':previous': number(version - 1) },
        }),
  },
});

export const catalogItem = ({ catalog, asOf }: StoredCatalog): Item =>
  withText(
    { ...CONTENT, version: number(catalog.version), f: number(FORMAT) },
    JSON.stringify({ definitions: catalog.definitions, asOf, tiers: catalog.tiers }),
    TEXT,
  );

const readPointer = (item: ItemImage | undefined): E.Either<StoreCorrupt, CatalogPointer> => {
  if (item === undefined) return E.right({ version: 0, sweep: null });
  const version = numberIn(item, 'version');
  if (version === undefined) return E.left(corrupt('catalog', 'expected a version'));
  const text = textIn(item, 'sweep');
  if (text === undefined) return E.right({ version, sweep: null });
  const cursor = decodedJson(Cursor, text);
  return E.isLeft(cursor)
    ? E.left(corrupt('catalog', `sweep: ${cursor.left}`))
    : E.right({ version, sweep: { cursor: cursor.right } });
};

export const readCatalog = (item: ItemImage | undefined): E.Either<StoreCorrupt, StoredCatalog> => {
  if (item === undefined) return E.right({ catalog: emptyCatalog, asOf: {} });
  const version = numberIn(item, 'version');
  if (version === undefined || (numberIn(item, 'f') ?? FORMAT + 1) > FORMAT)
    return E.left(corrupt('catalog', `expected a version, and format ${FORMAT} or older`));
  const content = decodedJson(Content, longTextIn(item, TEXT) ?? '');
  if (E.isLeft(content)) return E.left(corrupt('catalog', content.left));
  const { asOf, ...definitions } = content.right;
  return E.right({ catalog: { version, ...definitions }, asOf });
};
