import {
  DescribeTableCommand,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import {
  type Commit,
  commitOf,
  type EventStore,
  emptyHead,
  type Head,
  headAfter,
  lastVersion,
  type ReadFailure,
  type StreamName,
} from '#domain/index.ts';
import type { TableName } from '../topology.ts';
import { toStoreUnavailable } from './client.ts';
import { corrupt } from './decoded.ts';
import { commitItems, commitsFromItems, type EventItemDeps, headIn, sealingKeyId } from './eventItem.ts';
import { type Item, type ItemImage, number } from './item.ts';
import { writeAll } from './write.ts';

export type DynamoDbTables = {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: (table: TableName) => string;
};

/** The log in DynamoDB. An append is one PutItem: the primary key is what two writers race for. */
export const dynamoDbEventStore = (deps: DynamoDbTables & EventItemDeps): EventStore => {
  const tableName = deps.tableName('events');
  const query = queryAll(deps.dynamodb, tableName);
  const toCommits = commitsFromItems(deps);

  return {
    head: (stream, consistency = 'eventual') =>
      TE.tryCatch(async () => {
        const last = await deps.dynamodb.send(
          new QueryCommand({
            TableName: tableName,
            ...inStream(stream),
            ConsistentRead: consistency === 'strong',
            ScanIndexForward: false,
            Limit: 1,
            ProjectionExpression: 'p, v, n, t',
          }),
        );
        const item = last.Items?.[0];
        return (item && headIn(item)) ?? emptyHead(stream);
      }, toStoreUnavailable('head')),

    // Of whatever stands in a stream the first item has version 1, so the condition of the put looks for it.
    presumeEmpty: emptyHead,

    append: (append) => async () => {
      if (append.events.length === 0) return E.right(append.head);
      const commit = commitOf(append);
      const keyId = sealingKeyId(commit.stream, commit.events);
      const key = keyId === null ? E.right(new Map<string, null>()) : await deps.keys.obtain([keyId])();
      if (E.isLeft(key)) return key;
      const items = commitItems(commit, key.right.get(keyId ?? '') ?? null);
      const written = await writeAll(
        deps.dynamodb,
        `append to ${commit.stream}`,
        items.map((item) => commitPut(tableName, item)),
      );
      if (E.isRight(written)) return E.right(headAfter(commit));
      if (written.left.type !== 'ConditionsFailed') return E.left(written.left);
      const actual = headFound(commit.stream, written.left.found) ?? append.head;
      return E.left({
        type: 'AppendConflict',
        stream: commit.stream,
        expected: append.head.version,
        actual: actual.version,
      });
    },

    load:
      (stream, range = {}) =>
      async () => {
        const from = Math.max(1, range.from ?? 1);
        const { to } = range;
        if (to !== undefined && to < from) return E.right([]);
        const items = await query('load', versionsBetween(stream, from, to))();
        if (E.isLeft(items)) return items;
        const first = items.right[0];
        const startsBefore = from > 1 && (first === undefined || Number(first.v?.N) > from);
        const before = startsBefore ? await query('load', lastBefore(stream, from), 1)() : E.right([]);
        if (E.isLeft(before)) return before;
        const commits = await toCommits([...before.right, ...items.right])();
        return E.isLeft(commits) ? commits : contiguous(stream, commits.right, from);
      },

    loadBackward: (stream, limit) => async () => {
      const items = await query('load backward', { ...inStream(stream), ScanIndexForward: false }, limit)();
      if (E.isLeft(items)) return items;
      const commits = await toCommits(items.right.toReversed())();
      if (E.isLeft(commits)) return commits;
      const oldest = commits.right[0];
      const isWhole = commits.right.length < limit;
      const checked = contiguous(stream, commits.right, isWhole ? 1 : (oldest?.version ?? 1));
      return E.isLeft(checked) ? checked : E.right(checked.right.toReversed());
    },

    scan:
      ({ segment, segments, cursor, only }) =>
      async () => {
        const page = await TE.tryCatch(
          () =>
            deps.dynamodb.send(
              new ScanCommand({
                TableName: tableName,
                Segment: segment,
                TotalSegments: segments,
                ConsistentRead: true,
                ...(cursor !== null && { ExclusiveStartKey: keyAt(cursor) }),
              }),
            ),
          toStoreUnavailable('scan'),
        )();
        if (E.isLeft(page)) return page;
        const { Items: items = [], LastEvaluatedKey: last } = page.right;
        const wanted = only === undefined ? items : items.filter((item) => only(item.p?.S ?? ''));
        const commits = await toCommits(wanted)();
        return E.isLeft(commits)
          ? commits
          : E.right({ commits: commits.right, cursor: last === undefined ? null : cursorAt(last) });
      },

    cursorAfter: ({ stream, version }) => cursorAt({ p: { S: stream }, v: number(version) }),

    // DynamoDB counts about every six hours (DescribeTable, API reference).
    approximateSize: () =>
      TE.tryCatch(
        async () =>
          (await deps.dynamodb.send(new DescribeTableCommand({ TableName: tableName }))).Table?.ItemCount ?? null,
        toStoreUnavailable('describe the log'),
      ),
  };
};

export const commitPut = (tableName: string, item: Item): TransactWriteItem => ({
  Put: {
    TableName: tableName,
    Item: item,
    ConditionExpression: 'attribute_not_exists(v)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

/** The end of the commit that took the place, which is as much as a refusal tells. */
export const headFound = (stream: StreamName, found: readonly (ItemImage | null | undefined)[]): Head | undefined => {
  const item = found.find((candidate) => candidate != null && candidate.p?.S === stream);
  return item == null ? undefined : headIn(item);
};

/** Fails closed: a commit that is missing would make every fold wrong. */
const contiguous = (
  stream: StreamName,
  commits: readonly Commit[],
  from: number,
): E.Either<ReadFailure, readonly Commit[]> => {
  const [first] = commits;
  if (first === undefined) return E.right([]);
  // What ends before `from` only showed that nothing later is missing.
  const isBeforeRange = lastVersion(first) < from;
  let next = isBeforeRange || first.version < from ? first.version : from;
  for (const commit of commits) {
    if (commit.version !== next)
      return E.left(corrupt(`${stream}@${next}`, `is missing; the next commit has version ${commit.version}`));
    next = lastVersion(commit) + 1;
  }
  return E.right(isBeforeRange ? commits.slice(1) : commits);
};

const inStream = (stream: StreamName) => ({
  KeyConditionExpression: 'p = :p',
  ExpressionAttributeValues: { ':p': { S: stream } },
});

const versionsBetween = (stream: StreamName, from: number, to: number | undefined) => ({
  KeyConditionExpression: to === undefined ? 'p = :p AND v >= :from' : 'p = :p AND v BETWEEN :from AND :to',
  ExpressionAttributeValues: {
    ':p': { S: stream },
    ':from': number(from),
    ...(to !== undefined && { ':to': number(to) }),
  },
});

const lastBefore = (stream: StreamName, version: number) => ({
  KeyConditionExpression: 'p = :p AND v < :version',
  ExpressionAttributeValues: { ':p': { S: stream }, ':version': number(version) },
  ScanIndexForward: false,
});

/** Strongly consistent; every page, or as many items as asked for. */
const queryAll =
  (dynamodb: DynamoDBClient, tableName: string) =>
  (operation: string, condition: Omit<QueryCommandInput, 'TableName'>, limit = Number.POSITIVE_INFINITY) =>
    TE.tryCatch(async () => {
      const items: ItemImage[] = [];
      let start: Item | undefined;
      do {
        const page = await dynamodb.send(
          new QueryCommand({
            TableName: tableName,
            ConsistentRead: true,
            ...condition,
            ...(start !== undefined && { ExclusiveStartKey: start }),
            ...(limit < Number.POSITIVE_INFINITY && { Limit: limit - items.length }),
          }),
        );
        items.push(...(page.Items ?? []));
        start = page.LastEvaluatedKey;
      } while (start !== undefined && items.length < limit);
      return items;
    }, toStoreUnavailable(operation));

/** "version stream": a scan goes on after that commit. */
const cursorAt = (key: Item): string => `${key.v?.N} ${key.p?.S}`;
const keyAt = (cursor: string): Item => {
  const space = cursor.indexOf(' ');
  return { p: { S: cursor.slice(space + 1) }, v: { N: cursor.slice(0, space) } };
};
