import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  type BucketName,
  type FunctionName,
  type PipeName,
  physicalName,
  type QueueName,
  type ScheduleDeclaration,
  topology,
} from '#adapters/topology.ts';
import { flowArns, letRead } from './ingest.ts';
import { allow, allowing, sendingTo } from './permissions.ts';

export type ClockProps = {
  readonly prefix: string;
  readonly functions: Readonly<Record<FunctionName, NodejsFunction>>;
  readonly queues: Readonly<Record<QueueName, Queue>>;
  readonly bucketNames: Readonly<Record<BucketName, string>>;
  readonly encryption: IKey;
  readonly flows: readonly string[];
  readonly fileFlows: readonly string[];
};

/** What happens by the time of day: passes that change by themselves, what has to be read again, and a look at everything. */
export class Clock extends Construct {
  constructor(scope: Construct, id: string, props: ClockProps) {
    super(scope, id);
    const { prefix, functions, bucketNames, encryption, flows, fileFlows } = props;
    for (const [name, declaration] of Object.entries(topology.schedules)) addSchedule(this, name, declaration, props);

    const { clock, watch } = functions;
    // Reads again what is stale, and compares what full loads brought.
    allow(clock, ['appflow:StartFlow', 'appflow:DescribeFlowExecutionRecords'], flowArns(this, fileFlows));
    letRead(clock, bucketNames.landing, encryption);
    allow(watch, ['appflow:DescribeFlow'], flowArns(this, flows));
    const pipes = Object.keys(topology.pipes) as PipeName[];
    const pipeArns = pipes.map((name) =>
      Stack.of(this).formatArn({ service: 'pipes', resource: 'pipe', resourceName: physicalName(prefix, name) }),
    );
    allow(watch, ['pipes:DescribePipe'], pipeArns);
  }
}

/** A round that was missed is made up for by the next, so it is tried for no longer than until then; what failed for good is seen. */
const addSchedule = (
  scope: Construct,
  name: string,
  { everyMinutes, function: target }: ScheduleDeclaration,
  { prefix, functions, queues }: ClockProps,
): void => {
  const scheduled = functions[target];
  const role = new Role(scope, `${name}Role`, {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
    inlinePolicies: {
      schedule: new PolicyDocument({
        statements: [allowing(['lambda:InvokeFunction'], [scheduled.functionArn]), ...sendingTo(queues.undelivered)],
      }),
    },
  });
  new CfnSchedule(scope, name, {
    name: physicalName(prefix, name),
    scheduleExpression: `rate(${everyMinutes} ${everyMinutes === 1 ? 'minute' : 'minutes'})`,
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: scheduled.functionArn,
      roleArn: role.roleArn,
      retryPolicy: { maximumEventAgeInSeconds: everyMinutes * 60, maximumRetryAttempts: 3 },
      deadLetterConfig: { arn: queues.undelivered.queueArn },
    },
  });
  scheduled.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(everyMinutes) });
};
