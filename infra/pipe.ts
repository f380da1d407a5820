import { Stack } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyDocument, type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  type BusName,
  type FunctionName,
  type PipeDeclaration,
  type PipeName,
  type PipeTarget,
  physicalName,
  type QueueName,
  topology,
} from '#adapters/topology.ts';
import { logsOf } from './functions.ts';
import { allowing, sendingTo, type Tables } from './permissions.ts';

export type PipeProps = {
  readonly prefix: string;
  readonly tables: Tables;
  /** Of the tables, and so of their streams. */
  readonly encryption: IKey;
  readonly logKey: IKey;
  readonly queues: Readonly<Record<QueueName, Queue>>;
  readonly functions: Readonly<Record<FunctionName, IFunction>>;
  /** Those a pipe may put to. */
  readonly buses: Readonly<Partial<Record<BusName, IEventBus>>>;
};

/**
 * A pipe of the topology, from a stream to its target, with a role that can do this and nothing else.
 * Its name is fixed. A pipe cannot be given another source: were the stream another one, CloudFormation would make a new pipe first, and fail over the name instead of
 * leaving behind a pipe that waits at a stream nobody writes to, or reading the new one from its start unasked.
 */
export class StreamPipe extends Construct {
  constructor(scope: Construct, name: PipeName, props: PipeProps) {
    super(scope, name);
    const { prefix, tables, queues, logKey } = props;
    const declaration: PipeDeclaration = topology.pipes[name];
    const { source, filters, enrichment } = declaration;
    const pipeName = physicalName(prefix, name);
    const stream = streamOf(tables[source.table]);
    const target = targetOf(declaration.target, props);
    new CfnPipe(this, 'Pipe', {
      name: pipeName,
      desiredState: 'RUNNING',
      roleArn: roleOf(this, pipeName, [
        ...reading(stream, props.encryption),
        ...sendingTo(queues[source.deadLetter]),
        ...enriching(enrichment, props),
        target.statement,
      ]).roleArn,
      source: stream,
      sourceParameters: {
        dynamoDbStreamParameters: {
          startingPosition: source.startingPosition,
          batchSize: source.batchSize,
          maximumBatchingWindowInSeconds: source.maximumBatchingWindowSeconds,
          maximumRetryAttempts: source.maximumRetryAttempts,
          maximumRecordAgeInSeconds: source.maximumRecordAgeSeconds,
          onPartialBatchItemFailure: source.onPartialBatchItemFailure,
          parallelizationFactor: source.parallelizationFactor,
          deadLetterConfig: { arn: queues[source.deadLetter].queueArn },
        },
        ...(filters.length > 0 && {
          filterCriteria: { filters: filters.map((filter) => ({ pattern: JSON.stringify(filter) })) },
        }),
      },
      ...(enrichment !== null && { enrichment: props.functions[enrichment].functionArn }),
      target: target.arn,
      targetParameters: target.parameters,
      // What failed and why, never what was in it.
      logConfiguration: {
        cloudwatchLogsLogDestination: {
          logGroupArn: logsOf(this, 'Logs', `/aws/vendedlogs/pipes/${pipeName}`, logKey).logGroupArn,
        },
        level: 'ERROR',
        includeExecutionData: [],
      },
    });
  }
}

const streamOf = ({ tableStreamArn, tableName }: ITableV2): string => {
  if (tableStreamArn === undefined) throw new Error(`the table ${tableName} has no stream`);
  return tableStreamArn;
};

/** Whoever assumes the role is a pipe of that name in this account. */
const roleOf = (scope: Construct, pipeName: string, statements: readonly PolicyStatement[]): Role => {
  const stack = Stack.of(scope);
  const pipeArn = stack.formatArn({ service: 'pipes', resource: 'pipe', resourceName: pipeName });
  return new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('pipes.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': pipeArn } },
    }),
    // In the role itself: a pipe that is made before its role may do anything does not stabilise.
    inlinePolicies: { pipe: new PolicyDocument({ statements: [...statements] }) },
  });
};

/** A stream is encrypted as its table is. */
const reading = (stream: string, encryption: IKey): readonly PolicyStatement[] => [
  allowing(
    ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
    [stream],
  ),
  allowing(['kms:Decrypt'], [encryption.keyArn]),
];

const enriching = (enrichment: FunctionName | null, { functions }: PipeProps): readonly PolicyStatement[] =>
  enrichment === null ? [] : [allowing(['lambda:InvokeFunction'], [functions[enrichment].functionArn])];

type Target = {
  readonly arn: string;
  readonly parameters: CfnPipe.PipeTargetParametersProperty;
  readonly statement: PolicyStatement;
};

const targetOf = (target: PipeTarget, { functions, buses }: PipeProps): Target => {
  if (target.type === 'function') {
    const arn = functions[target.function].functionArn;
    // Waits for the answer: only what was done is done with.
    const parameters = { lambdaFunctionParameters: { invocationType: 'REQUEST_RESPONSE' } };
    return { arn, parameters, statement: allowing(['lambda:InvokeFunction'], [arn]) };
  }
  const arn = buses[target.bus]?.eventBusArn;
  if (arn === undefined) throw new Error(`the bus ${target.bus} is not there`);
  const { source, detailType, inputTemplate } = target;
  const parameters = { eventBridgeEventBusParameters: { source, detailType }, inputTemplate };
  return { arn, parameters, statement: allowing(['events:PutEvents'], [arn]) };
};
