import {
  type AttributeValue,
  type DynamoDBClient,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { TableDeclaration } from '../topology.ts';

/** What only a local run has: journals, checkpoints, retry counts. Not in the topology, so it is never deployed. */
export const localTables = {
  local: {
    partitionKey: { name: 'p', type: 'S' },
    sortKey: { name: 'v', type: 'N' },
    stream: null,
    indexes: [],
    pointInTimeRecovery: false,
  },
} as const satisfies Readonly<Record<string, TableDeclaration>>;

export type LocalItem = Readonly<Record<string, AttributeValue>>;
export type LocalWrite =
  /** `once`: fails when the item exists, which means that a second process writes. */
  | { readonly type: 'put'; readonly p: string; readonly v: bigint; readonly item: LocalItem; readonly once?: boolean }
  | { readonly type: 'delete'; readonly p: string; readonly v: bigint };

export type LocalTable = {
  /** All or none, durable before it resolves. Calls made at the same time share a transaction: one disk flush for many writers. */
  readonly write: (writes: readonly LocalWrite[]) => Promise<void>;
  /** For what is only done again when it is lost: goes with whatever is written next, by itself after a moment. All or none, durable when it resolves. */
  readonly writeLater: (writes: readonly LocalWrite[]) => Promise<void>;
  /** Items of one partition in the order of v, at most a page (1 MB). */
  readonly page: (p: string, after: bigint, limit: number) => Promise<readonly LocalItem[]>;
  readonly last: (p: string) => Promise<LocalItem | null>;
};

export const localTable = ({
  dynamodb,
  tableName,
}: {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
}): LocalTable => {
  const waiting: Call[] = [];
  const later: Call[] = [];
  let willWriteLater = false;
  let draining = false;

  const drain = async (): Promise<void> => {
    if (draining) return;
    draining = true;
    // What is asked for in the same breath goes together.
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const calls = takeGroup(waiting, later);
      try {
        await dynamodb.send(
          new TransactWriteItemsCommand({
            TransactItems: calls.flatMap(({ writes }) => writes.map((write) => toTransactItem(tableName, write))),
          }),
        );
        for (const call of calls) call.resolve();
      } catch (error) {
        for (const call of calls) call.reject(error);
      }
    }
    draining = false;
  };

  const join = (calls: Call[], writes: readonly LocalWrite[]): Promise<void> =>
    writes.length === 0
      ? Promise.resolve()
      : new Promise((resolve, reject) => void calls.push({ writes, resolve, reject }));

  /** What waited long enough is written as if it were asked for now. */
  const writeWhatIsLeft = (): void => {
    willWriteLater = false;
    waiting.push(...later.splice(0));
    void drain();
  };

  return {
    write: (writes) => {
      const written = join(waiting, writes);
      void drain();
      return written;
    },
    writeLater: (writes) => {
      if (!willWriteLater) setTimeout(writeWhatIsLeft, LATER_MS);
      willWriteLater = true;
      return join(later, writes);
    },
    page: async (p, after, limit) =>
      (await dynamodb.send(new QueryCommand({ ...ofPartition(tableName, p, after), Limit: limit }))).Items ?? [],
    last: async (p) =>
      (await dynamodb.send(new QueryCommand({ ...ofPartition(tableName, p, -1n), ScanIndexForward: false, Limit: 1 })))
        .Items?.[0] ?? null,
  };
};

type Call = {
  readonly writes: readonly LocalWrite[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

// TransactWriteItems: at most 100 items, 4 MB, and no item twice (DynamoDB API reference). The margin is for attribute names and keys.
const maximumItems = 100;
const maximumBytes = 3_600_000;

/** How long what may be lost waits for company. */
const LATER_MS = 50;

/** As many whole calls as one transaction holds, in order, at least one; then, where there is room, what was to be written later. */
const takeGroup = (waiting: Call[], later: Call[]): readonly Call[] => {
  const keys = new Set<string>();
  let bytes = 0;
  const take = (calls: Call[], isFirst: boolean): readonly Call[] => {
    let count = 0;
    for (const { writes } of calls) {
      const size = writes.reduce((sum, write) => sum + sizeOf(write), 0);
      const full = keys.size + writes.length > maximumItems || bytes + size > maximumBytes;
      if ((count > 0 || !isFirst) && (full || writes.some((write) => keys.has(keyOf(write))))) break;
      for (const write of writes) keys.add(keyOf(write));
      bytes += size;
      count += 1;
    }
    return calls.splice(0, count);
  };
  const group = take(waiting, true);
  return [...group, ...take(later, false)];
};

const keyOf = ({ p, v }: LocalWrite): string => `${v} ${p}`;

const sizeOf = (write: LocalWrite): number =>
  write.type === 'delete'
    ? 0
    : Object.values(write.item).reduce((sum, value) => sum + (value.B?.length ?? Buffer.byteLength(value.S ?? '')), 0);

const toTransactItem = (tableName: string, write: LocalWrite): TransactWriteItem => {
  const key = { p: { S: write.p }, v: { N: String(write.v) } };
  if (write.type === 'delete') return { Delete: { TableName: tableName, Key: key } };
  return {
    Put: {
      TableName: tableName,
      Item: { ...write.item, ...key },
      ...(write.once === true && { ConditionExpression: 'attribute_not_exists(v)' }),
    },
  };
};

const ofPartition = (tableName: string, p: string, after: bigint) => ({
  TableName: tableName,
  ConsistentRead: true,
  KeyConditionExpression: 'p = :p AND v > :after',
  ExpressionAttributeValues: { ':p': { S: p }, ':after': { N: String(after) } },
});
