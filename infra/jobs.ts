import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import {
  type FunctionName,
  type NightlyDeclaration,
  physicalName,
  type QueueName,
  topology,
} from '#adapters/topology.ts';
import { acknowledgeWildcards } from './acknowledge.ts';
import { logsOf } from './functions.ts';
import { allow, allowing, sendingTo } from './permissions.ts';
import { walkDefinition } from './walkDefinition.ts';

export type JobsProps = {
  readonly prefix: string;
  readonly functions: Readonly<Record<FunctionName, NodejsFunction>>;
  readonly queues: Readonly<Record<QueueName, Queue>>;
  readonly logKey: IKey;
  readonly wallet: IEventBus;
};

/** Jobs over all members: replay, verify, promote, reconcile. Planned once, walked in segments side by side, ended once. */
export class Jobs extends Construct {
  constructor(scope: Construct, id: string, { prefix, functions, queues, logKey, wallet }: JobsProps) {
    super(scope, id);
    for (const [name, { function: worker, maximumConcurrency }] of Object.entries(topology.walks)) {
      const machine = addWalk(this, {
        stateMachineName: physicalName(prefix, name),
        worker: functions[worker],
        maximumConcurrency,
        logKey,
      });
      // A reconciliation says again what was published.
      allow(functions[worker], ['events:PutEvents'], [wallet.eventBusArn]);
      for (const [job, declaration] of Object.entries<NightlyDeclaration>(topology.nightly))
        if (declaration.walk === name)
          addNightly(this, job, declaration, { prefix, machine, undelivered: queues.undelivered });
    }
  }
}

type Walk = {
  readonly stateMachineName: string;
  readonly worker: IFunction;
  readonly maximumConcurrency: number;
  readonly logKey: IKey;
};

const addWalk = (scope: Construct, { stateMachineName, worker, maximumConcurrency, logKey }: Walk): StateMachine => {
  const stack = Stack.of(scope);
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('states.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  });
  const machine = new StateMachine(scope, 'Machine', {
    stateMachineName,
    stateMachineType: StateMachineType.STANDARD,
    definitionBody: DefinitionBody.fromString(
      stack.toJsonString(walkDefinition(worker.functionArn, maximumConcurrency)),
    ),
    role,
    tracingEnabled: true,
    logs: {
      destination: logsOf(scope, 'Logs', `/aws/vendedlogs/states/${stateMachineName}`, logKey),
      level: LogLevel.ALL,
      includeExecutionData: false,
    },
  });
  allow(role, ['lambda:InvokeFunction'], [worker.functionArn]);
  // A distributed map runs its segments as executions of the machine itself (Step Functions guide, "Distributed Map", read November 2026).
  const arnOf = (resource: string, ending: string): string =>
    stack.formatArn({
      service: 'states',
      resource,
      resourceName: `${stateMachineName}${ending}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  const executions = [arnOf('execution', '/*'), arnOf('execution', ':*')];
  allow(role, ['states:StartExecution'], [arnOf('stateMachine', '')]);
  allow(role, ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'], executions);
  acknowledgeWildcards(role, executions, 'Executions of this machine have names of their own.');
  // Whether who has the turn still runs: one job at a time, and none that is dead keeps the next from it.
  allow(worker, ['states:DescribeExecution'], executions.slice(1));
  if (worker.role !== undefined)
    acknowledgeWildcards(worker.role, executions.slice(1), 'Executions of this machine have names of their own.');
  acknowledgeWildcards(role, ['*'], 'Deliveries of logs and segments of X-Ray belong to no resource.');
  machine.node.addDependency(role);
  return machine;
};

type OfNight = { readonly prefix: string; readonly machine: StateMachine; readonly undelivered: Queue };

/** Nobody waits for it: what another job keeps from its turn comes after that. */
const addNightly = (
  scope: Construct,
  name: string,
  { atUtc, request }: NightlyDeclaration,
  { prefix, machine, undelivered }: OfNight,
): void => {
  const role = new Role(scope, `${name}Role`, {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
    inlinePolicies: {
      schedule: new PolicyDocument({
        statements: [allowing(['states:StartExecution'], [machine.stateMachineArn]), ...sendingTo(undelivered)],
      }),
    },
  });
  const [hours, minutes] = atUtc.split(':').map(Number);
  new CfnSchedule(scope, name, {
    name: physicalName(prefix, name),
    scheduleExpression: `cron(${minutes} ${hours} * * ? *)`,
    scheduleExpressionTimezone: 'UTC',
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: machine.stateMachineArn,
      roleArn: role.roleArn,
      input: JSON.stringify({ request, mayWait: true }),
      retryPolicy: { maximumEventAgeInSeconds: 3_600, maximumRetryAttempts: 10 },
      deadLetterConfig: { arn: undelivered.queueArn },
    },
  });
};
