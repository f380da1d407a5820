import { type DynamoDBClient, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import { onTestFinished } from 'vitest';
import { connectDynamoDb } from '#adapters/dynamodb/client.ts';
import { commitFromItem } from '#adapters/dynamodb/eventItem.ts';
import type { Item, ItemImage } from '#adapters/dynamodb/item.ts';
import { projectorHandler } from '#adapters/lambda/projector.ts';
import type { StreamRecord } from '#adapters/local/streamPort.ts';
import { connectServices } from '#adapters/services.ts';
import type { TableName } from '#adapters/topology.ts';
import {
  type Job,
  type KeyStore,
  memberKeyId,
  ownerOf,
  type Registry,
  registry,
  retail,
  runJob,
  sweep,
  tick,
  totalOf,
} from '#domain/index.ts';
import { got } from '#test/contract/given.ts';
import { type TestDynamoDb, testSettings } from './dynamodb.ts';
import { format1Item } from './format1.ts';
import { toLine } from './storeItems.ts';

/** Tables, keys and a clock that several processes share. */
export type World = {
  readonly database: TestDynamoDb;
  readonly keys: KeyStore;
  readonly at: number;
};

type ProcessOptions = {
  readonly deployed?: Registry;
  /** Of events; every process reads both. */
  readonly writesFormat?: 1 | 2;
  readonly tableName?: (table: TableName) => string;
};

/** A process of one release, with what it remembers of its own. */
export const processOf = (
  { database, keys, at }: World,
  { deployed = registry, writesFormat = 2, tableName = database.tableName }: ProcessOptions = {},
) => {
  const { dynamodb } = connectDynamoDb(testSettings(database));
  onTestFinished(() => dynamodb.destroy());
  const services = connectServices({
    dynamodb: writesFormat === 1 ? writingFormat1(dynamodb, tableName('events'), keys) : dynamodb,
    ...{ prefix: database.prefix, tableName, keys, clock: () => at, mapping: retail, registry: deployed },
  });
  const projector = projectorHandler({
    ...services.project,
    ...{ readCommit: services.readCommit, onCatalogChanged: () => undefined, onFailure: () => undefined },
  });
  const job = async (request: Job['request']) => {
    const named = {
      id: `${request.type}-${serial++}`,
      request,
      startedAt: at,
      endedAt: null,
      failure: null,
      size: null,
    };
    const publications = { revisions: () => async () => E.right(null), restate: () => async () => E.right(undefined) };
    const deps = { ...services.project, events: services.events, jobs: services.jobs, publications };
    const pause = async () => undefined;
    await got(runJob({ ...deps, pause, isStopping: () => false })({ ...named, state: 'running' }));
    return totalOf((await got(services.jobs.segments(named.id))).map(({ tally }) => tally)).counts;
  };
  return { services, projector, job };
};
export type Process = ReturnType<typeof processOf>;
let serial = 0;

/** A client through which commits are stored as the version before wrote them. */
const writingFormat1 = (client: DynamoDBClient, events: string, keys: KeyStore): DynamoDBClient => {
  const older = async (item: Item): Promise<Item> => {
    const commit = await got(commitFromItem({ keys })(imageOf(item)));
    const keyId = memberKeyId(ownerOf(commit.stream).id);
    return format1Item(commit, (await got(keys.obtain([keyId]))).get(keyId) ?? null);
  };
  const put = async <Put extends { TableName?: string; Item?: Item }>(one: Put): Promise<Put> =>
    one.TableName === events && one.Item !== undefined ? { ...one, Item: await older(one.Item) } : one;
  const rewritten = async (command: unknown): Promise<unknown> => {
    if (command instanceof PutItemCommand) return new PutItemCommand((await put(command.input as never)) as never);
    if (!(command instanceof TransactWriteItemsCommand)) return command;
    const parts = (command.input.TransactItems ?? []).map(async (part) =>
      part.Put === undefined ? part : { ...part, Put: await put(part.Put as never) },
    );
    return new TransactWriteItemsCommand({ ...command.input, TransactItems: await Promise.all(parts) } as never);
  };
  return new Proxy(client, {
    get: (target, name) =>
      name === 'send'
        ? async (command: unknown, ...rest: readonly never[]) =>
            target.send((await rewritten(command)) as never, ...rest)
        : Reflect.get(target, name, target),
  });
};
const imageOf = (item: Item): ItemImage => JSON.parse(toLine('', item)).item;

/** Folds what a stream carried; what failed comes back. */
export const fold = async (
  { projector }: Process,
  records: readonly StreamRecord[],
): Promise<readonly StreamRecord[]> => {
  const { batchItemFailures } = await projector(records);
  const names = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  return records.filter(({ eventID }) => names.has(eventID));
};

/** What definitions and time alone change. */
export const settleTime = async ({ services }: Process): Promise<void> => {
  await got(() => sweep(services.project)());
  await got(() => tick(services.project)());
};
