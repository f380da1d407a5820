import { GetItemCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import {
  type Clock,
  type HeardRun,
  isFileFact,
  joinFile,
  joinReports,
  noReports,
  type ReadFailure,
  type Run,
  type RunFact,
  type RunFile,
  type RunRef,
  type RunStore,
  runKey,
  type StoreCorrupt,
  unheardOfFile,
} from '#domain/index.ts';
import { toStoreUnavailable } from './client.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { type Item, type ItemImage, number } from './item.ts';
import { partitionPage, wholePartition } from './partition.ts';
import {
  fileKey,
  fileNameIn,
  listItems,
  listPartition,
  readFile,
  readHeardRun,
  readReports,
  reportsKey,
  runItem,
  runPartition,
  type Versioned,
} from './runItem.ts';
import { writeAll } from './write.ts';

export type RunStoreDeps = DynamoDbTables & { readonly clock: Clock };

/** The run ledger in the ops table. Each item is joined and replaced on the condition that nobody was faster. */
export const dynamoDbRunStore = (deps: RunStoreDeps): RunStore => {
  const table = { dynamodb: deps.dynamodb, tableName: deps.tableName('ops') };
  const listed = new Set<string>();
  const hear = (ref: RunRef) => listOnce(deps, listed, ref);

  return {
    open: (ref, file, modifiedAt) => async () => {
      for (;;) {
        const stored = await read(deps, fileKey(ref, file), readFile, unheardOfFile);
        if (E.isLeft(stored)) return stored;
        if (stored.right.value.extraction !== null) return E.right(stored.right.value.extraction);
        const reports = await read(deps, reportsKey(ref), readReports, noReports);
        if (E.isLeft(reports)) return reports;
        const { startedAt } = reports.right.value;
        const extraction = { at: startedAt ?? modifiedAt, known: startedAt !== null };
        const heard = await hear(ref);
        if (E.isLeft(heard)) return heard;
        const opened = { value: { ...stored.right.value, extraction }, ver: stored.right.ver + 1 };
        const put = await replace(deps, fileKey(ref, file), opened);
        if (E.isLeft(put)) return put;
        if (put.right) return E.right(extraction);
      }
    },

    record: (ref, fact) => async () => {
      const heard = await hear(ref);
      if (E.isLeft(heard)) return heard;
      for (;;) {
        const joined = await joinStored(deps, ref, fact);
        if (E.isLeft(joined)) return joined;
        if (joined.right) return E.right(undefined);
      }
    },

    load: (ref) => async () => {
      const items = await TE.tryCatch(
        () => wholePartition({ ...table, partition: runPartition(ref) }),
        toStoreUnavailable('load a run'),
      )();
      return E.isLeft(items) ? items : toRun(ref, items.right);
    },

    list:
      (flow, { cursor, limit }) =>
      async () => {
        const page = await TE.tryCatch(
          () => partitionPage({ ...table, partition: listPartition(flow) }, { cursor, limit, newestFirst: true }),
          toStoreUnavailable('list runs'),
        )();
        if (E.isLeft(page)) return page;
        const runs: HeardRun[] = [];
        for (const item of page.right.items) {
          const run = readHeardRun(item);
          if (E.isLeft(run)) return run;
          runs.push(run.right);
        }
        return E.right({ runs, cursor: page.right.cursor });
      },
  };
};

/** What one process remembers to have listed; beyond that it asks again. */
const MAX_REMEMBERED = 10_000;

/** A run is listed with the first thing that is heard of it, in one transaction with its reports' item, so never twice. */
const listOnce = async (deps: RunStoreDeps, listed: Set<string>, ref: RunRef): Promise<E.Either<ReadFailure, void>> => {
  const key = runKey(ref);
  if (listed.has(key)) return E.right(undefined);
  const TableName = deps.tableName('ops');
  const first: TransactWriteItem = {
    Put: {
      TableName,
      Item: runItem(reportsKey(ref), { value: noReports, ver: 1 }),
      ConditionExpression: 'attribute_not_exists(p)',
    },
  };
  const others = listItems(ref, deps.clock()).map((Item): TransactWriteItem => ({ Put: { TableName, Item } }));
  const known = await read(deps, reportsKey(ref), readReports, noReports);
  if (E.isLeft(known)) return known;
  if (known.right.ver === 0) {
    const written = await writeAll(deps.dynamodb, 'list a run', [first, ...others]);
    if (E.isLeft(written) && written.left.type !== 'ConditionsFailed') return E.left(toReadFailure(written.left));
  }
  if (listed.size >= MAX_REMEMBERED) listed.clear();
  listed.add(key);
  return E.right(undefined);
};

/** False: somebody else wrote meanwhile. */
const joinStored = async (deps: RunStoreDeps, ref: RunRef, fact: RunFact): Promise<E.Either<ReadFailure, boolean>> => {
  if (isFileFact(fact)) {
    const key = fileKey(ref, fact.file);
    const stored = await read(deps, key, readFile, unheardOfFile);
    if (E.isLeft(stored)) return stored;
    return replaceIfNew(deps, key, stored.right, joinFile(stored.right.value, fact));
  }
  const stored = await read(deps, reportsKey(ref), readReports, noReports);
  if (E.isLeft(stored)) return stored;
  return replaceIfNew(deps, reportsKey(ref), stored.right, joinReports(stored.right.value, fact));
};

const replaceIfNew = async <A extends Parameters<typeof runItem>[1]['value']>(
  deps: RunStoreDeps,
  key: Item,
  stored: Versioned<A>,
  joined: A,
): Promise<E.Either<ReadFailure, boolean>> =>
  stored.ver > 0 && JSON.stringify(joined) === JSON.stringify(stored.value)
    ? E.right(true)
    : replace(deps, key, { value: joined, ver: stored.ver + 1 });

const read = async <A>(
  { dynamodb, tableName }: RunStoreDeps,
  key: Item,
  decode: (item: ItemImage) => E.Either<StoreCorrupt, Versioned<A>>,
  otherwise: A,
): Promise<E.Either<ReadFailure, Versioned<A>>> => {
  const got = await TE.tryCatch(
    () => dynamodb.send(new GetItemCommand({ TableName: tableName('ops'), Key: key, ConsistentRead: true })),
    toStoreUnavailable('read a run'),
  )();
  if (E.isLeft(got)) return got;
  return got.right.Item === undefined ? E.right({ value: otherwise, ver: 0 }) : decode(got.right.Item);
};

const replace = async (
  { dynamodb, tableName }: RunStoreDeps,
  key: Item,
  next: Parameters<typeof runItem>[1],
): Promise<E.Either<ReadFailure, boolean>> => {
  const written = await writeAll(dynamodb, 'write a run', [
    {
      Put: {
        TableName: tableName('ops'),
        Item: runItem(key, next),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        ...(next.ver === 1
          ? { ConditionExpression: 'attribute_not_exists(p)' }
          : { ConditionExpression: 'ver = :ver', ExpressionAttributeValues: { ':ver': number(next.ver - 1) } }),
      },
    },
  ]);
  if (E.isRight(written)) return E.right(true);
  return written.left.type === 'ConditionsFailed' ? E.right(false) : E.left(toReadFailure(written.left));
};

const toReadFailure = (failure: { readonly type: string; readonly reason?: string }): ReadFailure => ({
  type: 'StoreUnavailable',
  operation: 'write a run',
  reason: failure.reason ?? failure.type,
});

const toRun = (ref: RunRef, items: readonly ItemImage[]): E.Either<ReadFailure, Run> => {
  const files = new Map<string, RunFile>();
  let reports = noReports;
  for (const item of items) {
    const name = fileNameIn(item);
    if (name === null) {
      const found = readReports(item);
      if (E.isLeft(found)) return found;
      reports = found.right.value;
      continue;
    }
    const found = readFile(item);
    if (E.isLeft(found)) return found;
    files.set(name, found.right.value);
  }
  return E.right({ ref, files, ...reports });
};
