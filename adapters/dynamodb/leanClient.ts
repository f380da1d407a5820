import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type RequestHandler, requestHandler } from './requestHandler.ts';
import { requestSigner } from './requestSigner.ts';

type Config = Pick<DynamoDBClient['config'], 'signer' | 'region' | 'credentials'>;

/** A client of the SDK for DynamoDB or for its streams, as far as it is made lean. */
type SdkClient = { readonly config: Config; readonly middlewareStack: { readonly remove: (step: string) => boolean } };

type LeanSettings = {
  readonly maxAttempts: number;
  readonly cacheMiddleware: boolean;
  readonly requestHandler: RequestHandler;
};

/** What a client is made with that is `lean`. */
export const leanSettings = (): LeanSettings => ({
  maxAttempts: 5,
  // The steps of a command are put together once, not for each request: a tenth. What is added to them later is not seen.
  cacheMiddleware: true,
  requestHandler: requestHandler({ maxSockets: MAX_SOCKETS, connectionTimeoutMs: 3_000, requestTimeoutMs: 10_000 }),
});

/** Fewer than the callers at work cost a third of the throughput when measured (16 sockets against 64). */
const MAX_SOCKETS = 64;

/**
 * The SDK's client, which retries what may be retried and corrects its clock, with connections and signatures of our own: a put
 * takes two fifths of the CPU that it takes as the SDK comes (npm run bench -- append).
 */
export const lean = <Client extends SdkClient>(client: Client): Client => {
  client.config.signer = signerFor(client.config);
  for (const step of IDLE_STEPS) client.middlewareStack.remove(step);
  return client;
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

const signerFor = (settings: Config): Config['signer'] => {
  const sign = requestSigner();
  // The SDK copies its settings three times for each request. That took 25 µs each, and takes 4 where they are read as a prototype, since
  // V8 keeps those in its fast form: a sixth of a put.
  const config: Config = Object.create(settings);
  return async (scheme) => ({
    sign: async (request, { signingDate = new Date(), signingRegion, signingService } = {}) => {
      const scope = {
        at: new Date(signingDate),
        region: signingRegion ?? scheme?.signingRegion ?? (await config.region()),
        // Streams are signed for as the tables are.
        service: signingService ?? 'dynamodb',
      };
      return { ...request, headers: { ...sign(request, await config.credentials(), scope), 'user-agent': USER_AGENT } };
    },
  });
};
