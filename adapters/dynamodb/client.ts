import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { StoreUnavailable } from '#domain/index.ts';
import { lean, leanSettings } from './leanClient.ts';

export type DynamoDbSettings = Pick<DynamoDBClientConfig, 'region' | 'credentials' | 'endpoint' | 'retryStrategy'>;

export type MeteredDynamoDb = { readonly dynamodb: DynamoDBClient; readonly meter: Meter };

/** The SDK's client, made lean and metered. */
export const connectDynamoDb = (settings: DynamoDbSettings): MeteredDynamoDb => {
  const dynamodb = lean(new DynamoDBClient({ ...settings, ...leanSettings() }));
  return { dynamodb, meter: meterOn(dynamodb) };
};

/** What was asked of DynamoDB since the last reset, retries included, and what it says it charged. Refused writes report no units. */
export type Usage = {
  readonly requests: Readonly<Record<string, number>>;
  readonly readUnits: number;
  readonly writeUnits: number;
};

export type Meter = { readonly read: () => Usage; readonly reset: () => void };

/** Counts everything the client sends from now on. */
export const meterOn = (dynamodb: DynamoDBClient): Meter => {
  let requests: Record<string, number> = {};
  let readUnits = 0;
  let writeUnits = 0;

  const count = (commandName: string, sent: unknown): void => {
    const name = commandName.replace(/Command$/, '');
    requests[name] = (requests[name] ?? 0) + attemptsOf(sent);
  };

  dynamodb.middlewareStack.add(
    (next, { commandName = 'unknown' }) =>
      async (args) => {
        const input = charged.has(commandName) ? { ...args.input, ReturnConsumedCapacity: 'TOTAL' } : args.input;
        try {
          const result = await next({ ...args, input });
          count(commandName, result.output);
          for (const units of unitsOf(result.output)) {
            if (reads.has(commandName)) readUnits += units;
            else writeUnits += units;
          }
          return result;
        } catch (error) {
          count(commandName, error);
          throw error;
        }
      },
    { step: 'initialize', name: 'billfoldMeter' },
  );

  return {
    read: () => ({ requests: { ...requests }, readUnits, writeUnits }),
    reset: () => {
      requests = {};
      readUnits = 0;
      writeUnits = 0;
    },
  };
};

const reads: ReadonlySet<string> = new Set(
  ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems'].map((name) => `${name}Command`),
);
const charged: ReadonlySet<string> = new Set([
  ...reads,
  ...['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'].map((name) => `${name}Command`),
]);

/** The SDK says how often it had to try. */
const attemptsOf = (sent: unknown): number => {
  const metadata = typeof sent === 'object' && sent !== null && '$metadata' in sent ? sent.$metadata : undefined;
  const attempts =
    typeof metadata === 'object' && metadata !== null && 'attempts' in metadata ? metadata.attempts : undefined;
  return typeof attempts === 'number' ? attempts : 1;
};

/** One entry, or one for each table. */
const unitsOf = (output: object): readonly number[] => {
  const consumed = 'ConsumedCapacity' in output ? output.ConsumedCapacity : undefined;
  const entries: readonly unknown[] = Array.isArray(consumed) ? consumed : [consumed];
  return entries.flatMap((entry) =>
    typeof entry === 'object' && entry !== null && 'CapacityUnits' in entry && typeof entry.CapacityUnits === 'number'
      ? [entry.CapacityUnits]
      : [],
  );
};

export const toStoreUnavailable =
  (operation: string) =>
  (error: unknown): StoreUnavailable => ({
    type: 'StoreUnavailable',
    operation,
    reason: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown',
  });
