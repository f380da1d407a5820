import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { StoreUnavailable } from '#domain/index.ts';
import { requestHandler } from './requestHandler.ts';
import { requestSigner } from './requestSigner.ts';

export type DynamoDbSettings = Pick<DynamoDBClientConfig, 'region' | 'credentials' | 'endpoint' | 'retryStrategy'>;

export type MeteredDynamoDb = { readonly dynamodb: DynamoDBClient; readonly meter: Meter };

/**
 * The SDK's client, which retries what may be retried and corrects its clock, with connections and signatures of our own: a put
 * takes two fifths of the CPU that it takes as the SDK comes (npm run bench -- append). It is metered.
 */
export const connectDynamoDb = (settings: DynamoDbSettings): MeteredDynamoDb => {
  const dynamodb = new DynamoDBClient({
    ...settings,
    maxAttempts: 5,
    // The steps of a command are put together once, not for each request: a tenth. What is added to them later is not seen.
    cacheMiddleware: true,
    requestHandler: requestHandler({ maxSockets: MAX_SOCKETS, connectionTimeoutMs: 3_000, requestTimeoutMs: 10_000 }),
  });
  dynamodb.config.signer = signerFor(dynamodb);
  for (const step of IDLE_STEPS) dynamodb.middlewareStack.remove(step);
  return { dynamodb, meter: meterOn(dynamodb) };
};

/** They took a tenth of a request. */
const IDLE_STEPS = [
  // Nobody listens to it, but it copies every question and every answer first: half of the CPU of a scan (npm run bench -- replay).
  'loggerMiddleware',
  // Made anew for each request to say which features of the SDK are used. DynamoDB is told who asks all the same: `USER_AGENT`.
  'getUserAgentMiddleware',
  // Hands on the trace of an invocation, by which Lambda finds functions that call themselves through SQS, SNS or Lambda
  // (AWS Compute Blog, "Detecting and stopping recursive loops in AWS Lambda functions", read 2026-11-22): not through a table.
  'recursionDetectionMiddleware',
  // Node counts the bytes of what it sends.
  'contentLengthMiddleware',
];
const USER_AGENT = 'billfold';

const signerFor = (dynamodb: DynamoDBClient): DynamoDBClient['config']['signer'] => {
  const sign = requestSigner();
  // The SDK copies its settings three times for each request. That took 25 µs each, and takes 4 where they are read as a prototype, since
  // V8 keeps those in its fast form: a sixth of a put.
  const config: DynamoDBClient['config'] = Object.create(dynamodb.config);
  return async (scheme) => ({
    sign: async (request, { signingDate = new Date(), signingRegion, signingService } = {}) => {
      const scope = {
        at: new Date(signingDate),
        region: signingRegion ?? scheme?.signingRegion ?? (await config.region()),
        service: signingService ?? 'dynamodb',
      };
      return { ...request, headers: { ...sign(request, await config.credentials(), scope), 'user-agent': USER_AGENT } };
    },
  });
};

/** Fewer than the callers at work cost a third of the throughput when measured (16 sockets against 64). */
const MAX_SOCKETS = 64;

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
