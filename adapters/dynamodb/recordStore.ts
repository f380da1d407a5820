import { ScanCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import {
  type Clock,
  type CommitFailure,
  commitOf,
  failureText,
  type Head,
  headAfter,
  type KeyStore,
  type ReadFailure,
  type RecordRef,
  type RecordStore,
  type RecordTransaction,
  type RecordWrite,
  type RowHash,
  recordKey,
  type SourceRecord,
  type StoredRecord,
  unheardOf,
} from '#domain/index.ts';
import { batchGet } from './batch.ts';
import { toStoreUnavailable } from './client.ts';
import { commitItems, sealingKeyId } from './eventItem.ts';
import { commitPut, type DynamoDbTables, headFound } from './eventStore.ts';
import { type ItemImage, number, textIn } from './item.ts';
import { faultItem, faultKey } from './quarantineItem.ts';
import { isLastRow, readRecord, recordItem, recordKeyId } from './recordItem.ts';
import { staleItem, staleItemKey } from './staleItem.ts';
import { type ConditionsFailed, writeAll } from './write.ts';

export type RecordStoreDeps = DynamoDbTables & {
  readonly keys: Pick<KeyStore, 'obtain'>;
  /** Names of the personal fields of each object. */
  readonly personal: Readonly<Record<string, ReadonlySet<string>>>;
  readonly clock: Clock;
};

/** Records in DynamoDB: read in one BatchGetItem, written with their events in one transaction. */
export const dynamoDbRecordStore = (deps: RecordStoreDeps): RecordStore => ({
  load: (refs) => async () => {
    const items = await loadItems(deps, [...new Set(refs.map(recordKey))])();
    if (E.isLeft(items)) return items;
    const records = await readRecords(deps, items.right);
    if (E.isLeft(records)) return records;
    const byKey = new Map(records.right.map((stored) => [recordKey(stored.record.ref), stored]));
    return E.right(refs.map((ref) => byKey.get(recordKey(ref)) ?? notStored(ref)));
  },

  loadChanged: (rows) => async () => {
    const items = await loadItems(deps, [...new Set(rows.map(({ ref }) => recordKey(ref)))])();
    if (E.isLeft(items)) return items;
    const keys = await obtainKeys(deps, items.right);
    if (E.isLeft(keys)) return keys;
    const byKey = new Map(items.right.map((item) => [textIn(item, 'p'), item]));
    const records: (StoredRecord | null)[] = [];
    for (const { ref, hash } of rows) {
      const item = byKey.get(recordKey(ref));
      const stored = item === undefined ? E.right(notStored(ref)) : changed(item, keys.right, hash);
      if (E.isLeft(stored)) return stored;
      records.push(stored.right);
    }
    return E.right(records);
  },

  commit: (transaction) => async () => {
    const appends = transaction.appends.filter(({ events }) => events.length > 0);
    const keys = await deps.keys.obtain(keyIdsOf(deps, { ...transaction, appends }))();
    if (E.isLeft(keys)) return keys;
    const named = (keyId: string | null): Uint8Array | null => keys.right.get(keyId ?? '') ?? null;

    const puts = transaction.records.map((write) => recordPut(deps, write, named(write.keyId)));
    const faults = transaction.records.flatMap((write) => faultWrite(deps, write) ?? []);
    const commits = appends.map((append) => {
      const commit = commitOf(append);
      return commitItems(commit, named(sealingKeyId(commit.stream, commit.events)));
    });
    const stale = transaction.records.flatMap((write) => staleWrites(deps, write));
    const writes = [
      ...puts,
      ...commits.flat().map((item) => commitPut(deps.tableName('events'), item)),
      ...faults,
      ...stale,
    ];
    if (writes.length === 0) return E.right([]);

    const written = await writeAll(deps.dynamodb, 'commit', writes);
    if (E.isRight(written)) return E.right(appends.map((append) => headAfter(commitOf(append))));
    return written.left.type === 'ConditionsFailed'
      ? lostRace(deps, { ...transaction, appends }, written.left)
      : E.left(written.left);
  },

  scanObject: (object, page) => async () => {
    const scanned = await scanPage(deps, object, page)();
    if (E.isLeft(scanned)) return scanned;
    const records: SourceRecord[] = [];
    for (const item of scanned.right.Items ?? []) {
      const read = readRecord(item, null);
      if (E.isLeft(read)) return read;
      records.push(read.right.record);
    }
    return E.right({ records, cursor: scanned.right.LastEvaluatedKey?.p?.S ?? null });
  },
});

/** The other objects' records are read, paid for and left out by DynamoDB itself. */
const scanPage = (
  { dynamodb, tableName }: RecordStoreDeps,
  object: string,
  { segment, segments, cursor, limit }: Parameters<RecordStore['scanObject']>[1],
) =>
  TE.tryCatch(
    () =>
      dynamodb.send(
        new ScanCommand({
          TableName: tableName('records'),
          ConsistentRead: true,
          Segment: segment,
          TotalSegments: segments,
          Limit: limit,
          FilterExpression: 'begins_with(p, :object)',
          ExpressionAttributeValues: { ':object': { S: recordKey({ object, id: '' }) } },
          ...(cursor !== null && { ExclusiveStartKey: { p: { S: cursor } } }),
        }),
      ),
    toStoreUnavailable('scan records'),
  );

const notStored = (ref: RecordRef): StoredRecord => ({ record: unheardOf(ref), ver: 0 });

const loadItems = ({ dynamodb, tableName }: RecordStoreDeps, keys: readonly string[]) =>
  TE.tryCatch(
    () =>
      batchGet(
        dynamodb,
        tableName('records'),
        keys.map((key) => ({ p: { S: key } })),
      ),
    toStoreUnavailable('load records'),
  );

const readRecords = async (
  deps: RecordStoreDeps,
  items: readonly ItemImage[],
): Promise<E.Either<ReadFailure, readonly StoredRecord[]>> => {
  const keys = await obtainKeys(deps, items);
  if (E.isLeft(keys)) return keys;
  const records: StoredRecord[] = [];
  for (const item of items) {
    const record = readRecord(item, keyOf(item, keys.right));
    if (E.isLeft(record)) return record;
    records.push(record.right);
  }
  return E.right(records);
};

/** null: the row is the last that was said of the record. */
const changed = (item: ItemImage, keys: DataKeys, hash: RowHash): E.Either<ReadFailure, StoredRecord | null> =>
  isLastRow(item, keyOf(item, keys), hash) ? E.right(null) : readRecord(item, keyOf(item, keys));

type DataKeys = ReadonlyMap<string, Uint8Array | null>;

/** Those under which something in the items is sealed. */
const obtainKeys = ({ keys }: RecordStoreDeps, items: readonly ItemImage[]) =>
  keys.obtain([...new Set(items.flatMap((item) => recordKeyId(item) ?? []))])();

const keyOf = (item: ItemImage, keys: DataKeys): Uint8Array | null => keys.get(recordKeyId(item) ?? '') ?? null;

/** Only keys that something will be sealed under. */
const keyIdsOf = (deps: RecordStoreDeps, { records, appends }: RecordTransaction): readonly string[] => [
  ...new Set([
    ...records.filter(({ record }) => hasPersonalFields(deps, record)).map(({ keyId }) => keyId),
    ...appends.flatMap(({ head, events }) => sealingKeyId(head.stream, events) ?? []),
  ]),
];

const hasPersonalFields = ({ personal }: RecordStoreDeps, { ref, fields }: RecordWrite['record']): boolean => {
  const names = personal[ref.object];
  return names !== undefined && Object.keys(fields).some((name) => names.has(name));
};

const recordPut = (deps: RecordStoreDeps, write: RecordWrite, key: Uint8Array | null): TransactWriteItem => {
  const { record, replaces, keyId, lastRow } = write;
  const stored: StoredRecord = { record, ver: replaces + 1, ...(lastRow !== undefined && { lastRow }) };
  const personalNames = deps.personal[record.ref.object] ?? new Set();
  return {
    Put: {
      TableName: deps.tableName('records'),
      Item: recordItem(stored, { keyId, key }, personalNames),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      ...(replaces === 0
        ? { ConditionExpression: 'attribute_not_exists(p)' }
        : { ConditionExpression: 'ver = :ver', ExpressionAttributeValues: { ':ver': number(replaces) } }),
    },
  };
};

const faultWrite = (deps: RecordStoreDeps, { record, fault }: RecordWrite): TransactWriteItem | null => {
  if (fault === undefined) return null;
  const tableName = deps.tableName('ops');
  return fault === null
    ? { Delete: { TableName: tableName, Key: faultKey(record.ref) } }
    : { Put: { TableName: tableName, Item: faultItem(record.ref, fault, deps.clock()) } };
};

const staleWrites = (deps: RecordStoreDeps, { stale = [] }: RecordWrite): readonly TransactWriteItem[] =>
  stale.map(({ type, entry }) =>
    type === 'appears'
      ? { Put: { TableName: deps.tableName('ops'), Item: staleItem(entry) } }
      : { Delete: { TableName: deps.tableName('ops'), Key: staleItemKey(entry) } },
  );

/** Everything the refusal told: the records as they are now, and where the streams end. */
const lostRace = async (
  deps: RecordStoreDeps,
  { records, appends }: RecordTransaction,
  { found }: ConditionsFailed,
): Promise<E.Either<CommitFailure, never>> => {
  const missing = records.filter((_, index) => found[index] === null).map(({ record }) => notStored(record.ref));
  const items = found.slice(0, records.length).filter((item) => item !== undefined && item !== null);
  const current = await readRecords(deps, items);
  if (E.isLeft(current)) return E.left(toUnavailable(current.left));
  const streamItems = found.slice(records.length);
  const heads = appends.flatMap(({ head }): Head | readonly [] => headFound(head.stream, streamItems) ?? []);
  return E.left({ type: 'LostRace', records: [...current.right, ...missing], heads });
};

/** A commit cannot say that what it raced with is unreadable; the next load will. */
const toUnavailable = (failure: ReadFailure): CommitFailure =>
  failure.type === 'StoreUnavailable'
    ? failure
    : { type: 'StoreUnavailable', operation: 'commit', reason: failureText(failure) };
