import { AppflowClient } from '@aws-sdk/client-appflow';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { onTestFinished } from 'vitest';
import { appFlow } from '#adapters/appflow/appFlow.ts';
import type { QueueBatchResponse } from '#adapters/lambda/ingest.ts';
import { type LoadPartDeps, loadPartHandler } from '#adapters/lambda/loadPart.ts';
import { type SplitDeps, splitHandler } from '#adapters/lambda/split.ts';
import { s3Objects } from '#adapters/s3/objects.ts';
import { salesforceId } from '#adapters/sample/ids.ts';
import type { LoadReport } from '#adapters/source/loadFile.ts';
import { sqsSender } from '#adapters/sqs/sender.ts';
import { type Mapping, type QuarantineItem, type RunRef, retail } from '#domain/index.ts';
import { got } from '#test/contract/given.ts';
import { runs, startAppFlowServer, unknownFlow } from './appFlowServer.ts';
import { freshStores } from './dynamodbStores.ts';
import { startS3Server } from './s3Server.ts';
import { startSqsServer } from './sqsServer.ts';

export const REF: RunRef = { flow: 'all-orders', executionId: '9f0d5a54-1111-4222-8333-444455556666' };
export const STARTED_AT = Date.UTC(2026, 10, 20, 8);
const NOW = Date.UTC(2026, 10, 22);

/** Orders of three contacts: a line, without its end, of about 300 bytes, some of them not ASCII. */
export const orderLine = (serial: number, more: object = {}): string =>
  JSON.stringify({
    ...{ Id: salesforceId('Order', serial), BillToContactId: salesforceId('Contact', 1 + (serial % 3)) },
    ...{ OrderNumber: `Łódź ${serial}`, EffectiveDate: '2026-10-02', Status: 'Activated', TotalAmount: serial },
    ...{ CurrencyIsoCode: 'EUR', IsReductionOrder: false, IsDeleted: false },
    ...{ LastModifiedDate: '2026-11-02T09:58:41.000+0000', SystemModstamp: '2026-11-02T09:58:41.000+0000' },
    ...more,
  });

export const keyOf = (file: string, { flow, executionId }: RunRef = REF): string =>
  `flows/${flow}/${executionId}/${file}`;

/** An event of S3 as EventBridge hands it to the queue (S3 guide, "EventBridge event message structure"). */
export const createdEvent = (key: string, bucket = 'test-landing'): string =>
  JSON.stringify({
    ...{ version: '0', id: 'e-1', 'detail-type': 'Object Created', source: 'aws.s3', time: '2026-11-20T08:02:00Z' },
    detail: { version: '0', bucket: { name: bucket }, object: { key, size: 1, etag: 'any' }, reason: 'PutObject' },
  });

export type LandingOptions = {
  readonly mapping?: Mapping;
  readonly partBytes?: number;
  readonly split?: Partial<SplitDeps>;
  readonly load?: Partial<LoadPartDeps>;
};

/** The splitter and the worker over real clients: of S3, SQS and AppFlow against stand-ins, of DynamoDB against the real API. */
export const startLanding = async ({ partBytes = 1_000, ...options }: LandingOptions = {}) => {
  const mapping = options.mapping ?? { ...retail, flows: { [REF.flow]: 'Order' } };
  const clock = () => NOW;
  const [s3, sqs, appFlowServer, stores] = await Promise.all([
    startS3Server(),
    startSqsServer(),
    startAppFlowServer(),
    freshStores(clock),
  ]);
  appFlowServer.onDescribe(unknownFlow);
  const asked = new AppflowClient({
    endpoint: appFlowServer.endpoint,
    ...{ region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, maxAttempts: 1 },
  });
  const failures: string[] = [];
  const loaded: LoadReport[] = [];
  const replaced: string[] = [];
  const pause = async (): Promise<void> => {};
  const onFailure = (where: string, reason: string): void => void failures.push(`${where}: ${reason}`);
  const objects = s3Objects({ ...s3, pause });
  const splitter = splitHandler({
    ...{ ...stores, mapping, clock, appFlow: appFlow(asked), bucket: s3.bucket, objects, partBytes, onFailure },
    ...{ send: sqsSender({ ...sqs, pause }), onSplit: () => undefined },
    ...options.split,
  });
  const worker = loadPartHandler({
    ...{ ...stores, mapping, clock, pause, objects, onFailure },
    onLoaded: (_, report) => void loaded.push(report),
    onReplaced: (part) => void replaced.push(part),
    ...options.load,
  });
  const batch = (bodies: readonly string[]) => ({
    Records: bodies.map((body, at) => ({ messageId: `m-${at}`, body })),
  });
  return {
    ...{ s3, sqs, stores, failures, loaded, replaced, mapping },
    describes: () => appFlowServer.asked.length,
    /** What AppFlow answers who asks for the run: it is listed beside another one. */
    appFlowKnows: (startedAt: number): void =>
      appFlowServer.onDescribe(
        runs([
          { executionId: 'another', executionStatus: 'Successful', startedAt: 1 },
          { executionId: REF.executionId, executionStatus: 'InProgress', startedAt: startedAt / 1000 },
        ]),
      ),
    onDescribe: appFlowServer.onDescribe,
    split: (...bodies: readonly string[]): Promise<QueueBatchResponse> => splitter(batch(bodies)),
    /** Parts, one call each as Lambda makes them. */
    load: async (bodies: readonly string[], remainingMs = () => 900_000): Promise<readonly QueueBatchResponse[]> => {
      const responses: QueueBatchResponse[] = [];
      for (const body of bodies) responses.push(await worker(batch([body]), remainingMs));
      return responses;
    },
    run: (ref = REF) => got(stores.runs.load(ref)),
    quarantined: async (): Promise<readonly QuarantineItem[]> => (await got(stores.quarantine.list(null, 100))).items,
    stop: async () => {
      asked.destroy();
      await Promise.all([s3.stop(), sqs.stop(), appFlowServer.stop()]);
    },
  };
};
export type Landing = Awaited<ReturnType<typeof startLanding>>;

/** Until the test is over. */
export const landingOfTest = async (options?: LandingOptions): Promise<Landing> => {
  const landing = await startLanding(options);
  onTestFinished(landing.stop);
  return landing;
};

export const allDone: QueueBatchResponse = { batchItemFailures: [] };
export const givenBack: QueueBatchResponse = { batchItemFailures: [{ itemIdentifier: 'm-0' }] };
export const unavailable = () => TE.left({ type: 'StoreUnavailable' as const, operation: 'any', reason: 'it is away' });
