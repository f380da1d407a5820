import { Duration, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  type BucketName,
  type FunctionName,
  type QueueName,
  type QueueSourceDeclaration,
  topology,
} from '#adapters/topology.ts';
import { acknowledgeWildcards } from './acknowledge.ts';
import { allow, byWayOf, sendingTo } from './permissions.ts';

export type IngestProps = {
  readonly functions: Readonly<Record<FunctionName, NodejsFunction>>;
  readonly queues: Readonly<Record<QueueName, Queue>>;
  readonly bucketNames: Readonly<Record<BucketName, string>>;
  readonly encryption: IKey;
  /** Those that put files into the landing bucket. */
  readonly fileFlows: readonly string[];
};

/** From what arrived to records and events: events one by one, files in parts. */
export class Ingest extends Construct {
  constructor(scope: Construct, id: string, { functions, queues, bucketNames, encryption, fileFlows }: IngestProps) {
    super(scope, id);
    for (const name of ['ingest', 'files', 'parts'] as const) feed(functions, queues, topology.queueSources[name]);

    const { split, loadPart } = functions;
    allow(split, ['appflow:DescribeFlowExecutionRecords'], flowArns(this, fileFlows));
    for (const statement of sendingTo(queues.parts)) split.addToRolePolicy(statement);
    for (const reader of [split, loadPart]) letRead(reader, bucketNames.landing, encryption);
  }
}

/** SQS to Lambda: the function names the messages that failed, the others are done. */
export const feed = (
  functions: IngestProps['functions'],
  queues: IngestProps['queues'],
  { queue, function: name, batchSize, maximumBatchingWindowSeconds, maximumConcurrency }: QueueSourceDeclaration,
): void => {
  const source = new SqsEventSource(queues[queue], {
    batchSize,
    ...(maximumBatchingWindowSeconds > 0 && { maxBatchingWindow: Duration.seconds(maximumBatchingWindowSeconds) }),
    maxConcurrency: maximumConcurrency,
    reportBatchItemFailures: true,
  });
  functions[name].addEventSource(source);
};

export const flowArns = (scope: Construct, names: readonly string[]): readonly string[] =>
  names.map((name) => Stack.of(scope).formatArn({ service: 'appflow', resource: 'flow', resourceName: name }));

/** Files of flows, and which there are. */
export const letRead = (reader: NodejsFunction, bucketName: string, encryption: IKey): void => {
  const bucketArn = `arn:${Stack.of(reader).partition}:s3:::${bucketName}`;
  allow(reader, ['s3:GetObject'], [`${bucketArn}/flows/*`]);
  // Who may not list is told of a missing object that it is forbidden (S3 API reference, GetObject, "Permissions").
  allow(reader, ['s3:ListBucket'], [bucketArn]);
  allow(reader, ['kms:Decrypt'], [encryption.keyArn], byWayOf(reader, 's3'));
  if (reader.role !== undefined)
    acknowledgeWildcards(reader.role, [`${bucketArn}/flows/*`], 'Files of flows, whose names AppFlow gives.');
};
