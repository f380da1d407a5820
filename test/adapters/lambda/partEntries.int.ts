import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context, SQSEvent } from 'aws-lambda';
import { expect, onTestFinished, test, vi } from 'vitest';
import { variables } from '#adapters/topology.ts';
import { retail, stateOfRun } from '#domain/index.ts';
import { got } from '#test/contract/given.ts';
import { runs, startAppFlowServer } from '#test/support/appFlowServer.ts';
import { freshStores } from '#test/support/dynamodbStores.ts';
import { startKmsServer } from '#test/support/kmsServer.ts';
import { lambdaEnvironment } from '#test/support/lambdaEnvironment.ts';
import { createdEvent, keyOf, orderLine, REF, STARTED_AT } from '#test/support/landing.ts';
import { capturePrinted } from '#test/support/printed.ts';
import { startS3Server } from '#test/support/s3Server.ts';
import { startSqsServer } from '#test/support/sqsServer.ts';

const ROWS = 40;

const batch = (...bodies: readonly string[]) =>
  ({ Records: bodies.map((body, index) => ({ messageId: `m-${index}`, body })) }) as SQSEvent;
const context = (remainingMs: number) =>
  ({ awsRequestId: 'request', functionName: 'any', getRemainingTimeInMillis: () => remainingMs }) as Context;

/** The functions as Lambda starts them: everything they know is in the environment. */
const account = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'billfold-entries-'));
  const [s3, sqs, appFlow, kms, stores] = await Promise.all([
    startS3Server(),
    startSqsServer(),
    startAppFlowServer(),
    startKmsServer(),
    freshStores(() => STARTED_AT),
  ]);
  const mapping = { ...retail, flows: { [REF.flow]: 'Order' } };
  const environment = {
    ...(await lambdaEnvironment(folder, stores.database.prefix, mapping)),
    [variables.landingBucket]: s3.bucket,
    [variables.partsQueue]: sqs.queueUrl,
    AWS_ENDPOINT_URL_DYNAMODB: stores.database.endpoint,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_SQS: new URL(sqs.queueUrl).origin,
    AWS_ENDPOINT_URL_APPFLOW: appFlow.endpoint,
    AWS_ENDPOINT_URL_KMS: kms.endpoint,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  capturePrinted();
  vi.resetModules();
  onTestFinished(async () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    await Promise.all([s3.stop(), sqs.stop(), appFlow.stop(), kms.stop()]);
    await rm(folder, { recursive: true });
  });
  const [{ handler: split }, { handler: load }] = await Promise.all([
    import('#adapters/lambda/entry/split.ts'),
    import('#adapters/lambda/entry/loadPart.ts'),
  ]);
  return { s3, sqs, appFlow, stores, split, load };
};

test('the functions of the landing load a file from its event to a run that is complete', async () => {
  const { s3, sqs, appFlow, stores, split, load } = await account();
  appFlow.onDescribe(
    runs([{ executionId: REF.executionId, executionStatus: 'Successful', startedAt: STARTED_AT / 1000 }]),
  );
  s3.put(keyOf('a'), Buffer.from(Array.from({ length: ROWS }, (_, index) => `${orderLine(index + 1)}\n`).join('')));
  expect(await split(batch(createdEvent(keyOf('a'))), context(60_000))).toEqual({ batchItemFailures: [] });
  expect(sqs.taken).toHaveLength(1);

  expect(await load(batch(...sqs.taken), context(10_000))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-0' }] });
  expect(await load(batch(...sqs.taken), context(900_000))).toEqual({ batchItemFailures: [] });
  const end = { endedAt: STARTED_AT + 1, isSuccessful: true, rows: ROWS, failures: 0, error: null };
  await got(stores.runs.record(REF, { type: 'EndReported', startedAt: null, end }));
  const run = await got(stores.runs.load(REF));
  expect(stateOfRun(run)).toBe('complete');
  expect([...run.files.values()]).toMatchObject([{ extraction: { at: STARTED_AT, known: true } }]);
});
