import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { physicalName } from '#adapters/topology.ts';
import { acknowledgeWildcards } from './acknowledge.ts';
import { logsOf } from './functions.ts';
import { allow, allowing, sendingTo } from './permissions.ts';

export type MachineProps = {
  readonly stateMachineName: string;
  readonly worker: IFunction;
  /** In the Amazon States Language, with a distributed map in it. */
  readonly definition: object;
  readonly logKey: IKey;
};

/** executions: of the machine itself, by ARNs with a wildcard. */
export type Machine = { readonly machine: StateMachine; readonly executions: readonly string[] };

/** A machine whose one function is asked for each step. */
export const addMachine = (
  scope: Construct,
  { stateMachineName, worker, definition, logKey }: MachineProps,
): Machine => {
  const stack = Stack.of(scope);
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('states.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  });
  const machine = new StateMachine(scope, 'Machine', {
    stateMachineName,
    stateMachineType: StateMachineType.STANDARD,
    definitionBody: DefinitionBody.fromString(stack.toJsonString(definition)),
    role,
    tracingEnabled: true,
    logs: {
      destination: logsOf(scope, 'Logs', `/aws/vendedlogs/states/${stateMachineName}`, logKey),
      level: LogLevel.ALL,
      includeExecutionData: false,
    },
  });
  allow(role, ['lambda:InvokeFunction'], [worker.functionArn]);
  // A distributed map runs its items as executions of the machine itself (Step Functions guide, "Distributed Map", read November 2026).
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
  return { machine, executions };
};

/** Once all that the role may do is said. */
export const closeMachine = ({ machine }: Machine): void => {
  acknowledgeWildcards(machine.role as Role, ['*'], 'Deliveries of logs and segments of X-Ray belong to no resource.');
  machine.node.addDependency(machine.role);
};

export type NightlyStart = {
  readonly prefix: string;
  readonly machine: StateMachine;
  readonly undelivered: Queue;
  /** HH:MM. */
  readonly atUtc: string;
  readonly input: object;
};

/** Nobody waits for what is started at night. */
export const startNightly = (
  scope: Construct,
  name: string,
  { prefix, machine, undelivered, atUtc, input }: NightlyStart,
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
      input: JSON.stringify(input),
      retryPolicy: { maximumEventAgeInSeconds: 3_600, maximumRetryAttempts: 10 },
      deadLetterConfig: { arn: undelivered.queueArn },
    },
  });
};
