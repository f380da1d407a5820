import { AppflowClient } from '@aws-sdk/client-appflow';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { appFlow } from '../../appflow/appFlow.ts';
import { dynamoDbQuarantineStore } from '../../dynamodb/quarantineStore.ts';
import { dynamoDbRunStore } from '../../dynamodb/runStore.ts';
import { connectS3 } from '../../s3/client.ts';
import { s3Objects } from '../../s3/objects.ts';
import { PART_BYTES } from '../../source/parts.ts';
import { sqsSender } from '../../sqs/sender.ts';
import { clock, connectTables, deployedMapping, noKeys } from '../compose.ts';
import { environmentOf } from '../environment.ts';
import { pause } from '../pause.ts';
import { splitHandler } from '../split.ts';
import { telemetryOf } from '../telemetry.ts';

const environment = environmentOf('split', ['prefix', 'mapping', 'landingBucket', 'partsQueue']);
const { log, logFailure, around } = telemetryOf('split', environment.prefix);
const tables = connectTables(environment);
const bucket = environment.landingBucket;

const split = splitHandler({
  ...{ mapping: deployedMapping(environment.mapping), clock, bucket, partBytes: PART_BYTES },
  runs: dynamoDbRunStore({ ...tables, clock }),
  quarantine: dynamoDbQuarantineStore({ ...tables, keys: noKeys }),
  appFlow: appFlow(new AppflowClient({})),
  objects: s3Objects({ s3: connectS3(), bucket, pause }),
  send: sqsSender({ sqs: new SQSClient({}), queueUrl: environment.partsQueue, pause }),
  onSplit: (file, parts) => log({ type: 'FileSplit', file, parts }),
  onFailure: (where, reason) => logFailure({ type: 'SplitFailed', where, reason }),
});

/** The queue of files that landed. */
export const handler = around((batch: SQSEvent) => split(batch));
