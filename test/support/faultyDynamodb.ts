import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { connectDynamoDb } from '#adapters/dynamodb/client.ts';
import type { Item } from '#adapters/dynamodb/item.ts';
import type { Random } from '#adapters/sample/random.ts';
import type { TestDynamoDb } from './dynamodb.ts';

/** What may happen to a request, each with its probability. */
export type FaultRates = {
  /** Carried out, and the answer never arrives. */
  readonly answerLost: number;
  readonly requestLost: number;
  readonly throttled: number;
  /** A write meets another transaction. */
  readonly conflict: number;
  /** A transaction that may have been carried out is sent again while the first sending seems to be at work. */
  readonly inProgress: number;
  /** A write is refused although its condition may hold, as if a rival had come and gone. */
  readonly refused: number;
  /** A true refusal does not tell what is there. */
  readonly untold: number;
  /** An eventually consistent read answers as it did, or would have done, earlier. */
  readonly stale: number;
  /** A page ends early, as at 1 MB. */
  readonly shortPage: number;
  /** A batch is done in part. */
  readonly unprocessed: number;
  /** The process dies before or after a request: none of its calls ever returns. */
  readonly crash: number;
};

export type Fault = keyof FaultRates;

export const noFaults: FaultRates = {
  ...{ answerLost: 0, requestLost: 0, throttled: 0, conflict: 0, inProgress: 0, refused: 0 },
  ...{ untold: 0, stale: 0, shortPage: 0, unprocessed: 0, crash: 0 },
};

export const allFaults: FaultRates = {
  ...{ answerLost: 0.12, requestLost: 0.05, throttled: 0.06, conflict: 0.05, inProgress: 0.7, refused: 0.04 },
  ...{ untold: 0.3, stale: 0.3, shortPage: 0.5, unprocessed: 0.5, crash: 0.015 },
};

/** Only what a caller of the stores must never notice. */
export const transparentFaults: FaultRates = {
  ...noFaults,
  ...{
    answerLost: 0.1,
    requestLost: 0.05,
    throttled: 0.1,
    conflict: 0.05,
    inProgress: 0.2,
    shortPage: 0.3,
    unprocessed: 0.5,
  },
};

/** What several faulty clients of one database share: how often what happened, and the past that a stale read may tell. */
export type FaultWorld = {
  readonly database: TestDynamoDb;
  readonly happened: Record<Fault, number>;
  readonly past: Map<string, object[]>;
};

export const faultWorld = (database: TestDynamoDb): FaultWorld => ({
  database,
  happened: { ...noFaults },
  past: new Map(),
});

export type FaultyDynamoDb = { readonly dynamodb: DynamoDBClient; readonly died: Promise<void> };

/**
 * A client of one process. Batches, pages and stale answers are made around the SDK's retries; losses, throttling and refusals
 * beneath them, for each attempt, so that the SDK sends again what it would send again.
 */
export const faultyDynamoDb = (
  world: FaultWorld,
  random: Random,
  rates: FaultRates,
  attempts = SDK_ATTEMPTS,
): FaultyDynamoDb => {
  const { dynamodb } = connectDynamoDb({
    endpoint: world.database.endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    retryStrategy: retryAtOnce(attempts),
  });
  let isDead = false;
  let die = (): void => undefined;
  const died = new Promise<void>((resolve) => {
    die = resolve;
  });

  const happens = (fault: Fault): boolean => {
    if (!random.chance(rates[fault])) return false;
    world.happened[fault] += 1;
    return true;
  };
  const live = async (): Promise<void> => {
    if (!isDead && happens('crash')) {
      isDead = true;
      die();
    }
    if (isDead) await never;
  };

  dynamodb.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const { instead, putOff } = inPart(commandName, args.input, random, happens);
        const input = Object.assign({}, args.input, instead);
        const result = await next({ ...args, input });
        const output = isEventual(commandName, input)
          ? earlierAnswer(world.past, input, result.output, random, happens)
          : result.output;
        return { ...result, output: Object.assign(output, putOff) };
      },
    { step: 'initialize', name: 'faultyAnswers' },
  );

  /** Requests that may have been carried out: a refusal of the same is not to be made up, nor stripped of what it found. */
  const uncertain = new WeakSet<object>();
  dynamodb.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        await live();
        const writes = writesIn(args.input);
        const isUncertain = writes.some((write) => uncertain.has(write));
        if (isUncertain && commandName === 'TransactWriteItemsCommand' && happens('inProgress'))
          throw named('TransactionInProgressException');
        if (happens('requestLost')) throw named('TimeoutError');
        if (happens('throttled')) throw throttling(commandName, writes, random);
        if (writes.length > 0 && !isUncertain && happens('conflict')) throw conflict(commandName, writes, random);
        if (writes.length > 0 && !isUncertain && happens('refused'))
          throw await refusal(world, commandName, writes, random);
        const result = await next(args).catch(async (error: unknown) => {
          await live();
          throw !isUncertain && isRefusal(error) && happens('untold') ? untold(error) : error;
        });
        await live();
        if (!happens('answerLost')) return result;
        for (const write of writes) uncertain.add(write);
        throw named('TimeoutError');
      },
    { step: 'finalizeRequest', priority: 'low', name: 'faultyNetwork' },
  );
  return { dynamodb, died };
};

/** Runs a process to its end: where it dies, another takes its place, with a client of its own. */
export const restarting = async (
  world: FaultWorld,
  random: Random,
  rates: FaultRates,
  main: (dynamodb: DynamoDBClient) => Promise<void>,
): Promise<void> => {
  for (let isOver = false; !isOver; ) {
    const { dynamodb, died } = faultyDynamoDb(world, random, rates);
    isOver = await Promise.race([main(dynamodb).then(() => true), died.then(() => false)]);
    dynamodb.destroy();
  }
};

const SDK_ATTEMPTS = 3;

const never = new Promise<never>(() => undefined);

/** What the SDK tries again, it tries again at once. */
const retryAtOnce = (attempts: number): NonNullable<DynamoDBClientConfig['retryStrategy']> => {
  const token = (retries: number) => ({ getRetryCount: () => retries, getRetryDelay: () => 0 });
  return {
    acquireInitialRetryToken: async () => token(0),
    refreshRetryTokenForRetry: async (spent, { errorType }) => {
      if (errorType === 'CLIENT_ERROR' || spent.getRetryCount() + 1 >= attempts) throw new Error('no more retries');
      return token(spent.getRetryCount() + 1);
    },
    recordSuccess: () => undefined,
  };
};

/** A shorter page, or the part of a batch that is done now, and what is said of the rest. */
const inPart = (
  commandName: string,
  input: object,
  random: Random,
  happens: (fault: Fault) => boolean,
): { readonly instead: object; readonly putOff: object } => {
  if (commandName === 'QueryCommand' || commandName === 'ScanCommand') {
    const asked = 'Limit' in input && typeof input.Limit === 'number' ? input.Limit : Number.POSITIVE_INFINITY;
    return { instead: happens('shortPage') ? { Limit: Math.min(asked, random.int(1, 3)) } : {}, putOff: {} };
  }
  if (!('RequestItems' in input)) return { instead: {}, putOff: {} };
  const [entry] = Object.entries(input.RequestItems as Record<string, BatchPart>);
  const size = entry === undefined ? 0 : partSize(entry[1]);
  if (entry === undefined || size < 2 || !happens('unprocessed')) return { instead: {}, putOff: {} };
  const [table, whole] = entry;
  const done = random.int(1, size - 1);
  const [first, rest] = [{ [table]: slicePart(whole, 0, done) }, { [table]: slicePart(whole, done, size) }];
  const putOff = commandName === 'BatchGetItemCommand' ? { UnprocessedKeys: rest } : { UnprocessedItems: rest };
  return { instead: { RequestItems: first }, putOff };
};

type BatchPart = readonly object[] | { readonly Keys: readonly object[] };
const partSize = (part: BatchPart): number => ('Keys' in part ? part.Keys.length : part.length);
const slicePart = (part: BatchPart, from: number, to: number): BatchPart =>
  'Keys' in part ? { ...part, Keys: part.Keys.slice(from, to) } : part.slice(from, to);

const isEventual = (commandName: string, input: object): boolean => {
  if (commandName === 'BatchGetItemCommand' && 'RequestItems' in input)
    return !Object.values(input.RequestItems ?? {}).some((request) => request.ConsistentRead === true);
  return commandName === 'QueryCommand' && !('ConsistentRead' in input && input.ConsistentRead === true);
};

/** Any answer that was once true will do, also that of the time before anything was written: each item of a batch by itself. */
const earlierAnswer = <Output extends object>(
  past: Map<string, object[]>,
  input: object,
  output: Output,
  random: Random,
  happens: (fault: Fault) => boolean,
): Output => {
  const recall = (key: string, now: readonly object[]): readonly object[] => {
    const known = past.get(key) ?? [[]];
    past.set(key, [...known, now]);
    return happens('stale') ? (random.pick(known) as readonly object[]) : now;
  };
  if ('Items' in output && Array.isArray(output.Items)) {
    const { ExpressionAttributeValues: of, TableName: table } = input as Record<string, unknown>;
    return { ...output, Items: recall(JSON.stringify([table, of]), output.Items) };
  }
  if (!('Responses' in output && 'RequestItems' in input)) return output;
  const responses = Object.entries(input.RequestItems as Record<string, { readonly Keys: readonly Item[] }>).map(
    ([table, { Keys }]) => {
      const found = (output.Responses as Record<string, readonly Item[]>)[table] ?? [];
      return [
        table,
        Keys.flatMap((key) =>
          recall(
            `${table} ${key.p?.S} ${key.s?.S}`,
            found.filter((item) => item.p?.S === key.p?.S && (key.s === undefined || item.s?.S === key.s.S)),
          ),
        ),
      ];
    },
  );
  return { ...output, Responses: Object.fromEntries(responses) };
};

type Write = { readonly TableName?: string; readonly Item?: Item; readonly Key?: Item };

/** The items put, as the adapter made them: the same objects however often they are sent. */
const writesIn = (input: object): readonly Item[] => {
  const writes: readonly { readonly Put?: Write; readonly Delete?: Write }[] =
    'TransactItems' in input ? (input.TransactItems as []) : [];
  if (writes.length > 0) return writes.map(({ Put, Delete }) => Put?.Item ?? Delete?.Key ?? {});
  return 'Item' in input ? [input.Item as Item] : [];
};

const named = (name: string): Error => Object.assign(new Error(name), { name });

const cancelled = (reasons: readonly { readonly Code: string; readonly Item?: Item }[]): Error =>
  new TransactionCanceledException({ message: 'cancelled', $metadata: {}, CancellationReasons: [...reasons] });

/** One of the writes is to blame. */
const blame = (
  writes: readonly Item[],
  random: Random,
  reason: { readonly Code: string; readonly Item?: Item },
): Error => {
  const guilty = random.int(0, writes.length - 1);
  return cancelled(writes.map((_, index) => (index === guilty ? reason : { Code: 'None' })));
};

const throttling = (commandName: string, writes: readonly Item[], random: Random): Error =>
  commandName === 'TransactWriteItemsCommand' && random.chance(0.5)
    ? blame(writes, random, { Code: 'ThrottlingError' })
    : named(random.pick(['ProvisionedThroughputExceededException', 'ThrottlingException']));

const conflict = (commandName: string, writes: readonly Item[], random: Random): Error =>
  commandName === 'TransactWriteItemsCommand'
    ? blame(writes, random, { Code: 'TransactionConflict' })
    : named('TransactionConflictException');

/** With the item that is there now or, where there is none, without. */
const refusal = async (
  { database }: FaultWorld,
  commandName: string,
  writes: readonly Item[],
  random: Random,
): Promise<Error> => {
  const write = random.pick(writes);
  const found = await currentOf(database, write);
  const told = found === undefined || random.chance(0.3) ? {} : { Item: found };
  if (commandName !== 'TransactWriteItemsCommand')
    return new ConditionalCheckFailedException({ message: 'refused', $metadata: {}, ...told });
  return cancelled(
    writes.map((other) => (other === write ? { Code: 'ConditionalCheckFailed', ...told } : { Code: 'None' })),
  );
};

const currentOf = async ({ dynamodb, tableName }: TestDynamoDb, { p, v, ver }: Item): Promise<Item | undefined> => {
  if (p === undefined || (v === undefined && ver === undefined)) return undefined;
  const [table, key]: [string, Record<string, AttributeValue>] =
    v !== undefined ? ['events', { p, v }] : [p.S?.includes('/') === true ? 'records' : 'views', { p }];
  return (await dynamodb.send(new GetItemCommand({ TableName: tableName(table), Key: key, ConsistentRead: true })))
    .Item;
};

const isRefusal = (error: unknown): error is ConditionalCheckFailedException | TransactionCanceledException =>
  error instanceof ConditionalCheckFailedException || error instanceof TransactionCanceledException;

const untold = (error: ConditionalCheckFailedException | TransactionCanceledException): Error =>
  error instanceof ConditionalCheckFailedException
    ? new ConditionalCheckFailedException({ message: error.message, $metadata: {} })
    : cancelled((error.CancellationReasons ?? []).map(({ Code = 'None' }) => ({ Code })));
