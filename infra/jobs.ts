import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type FunctionName, physicalName, topology } from '#adapters/topology.ts';
import { acknowledgeWildcards } from './acknowledge.ts';
import { logsOf } from './functions.ts';
import { allow } from './permissions.ts';
import { walkDefinition } from './walkDefinition.ts';

export type JobsProps = {
  readonly prefix: string;
  readonly functions: Readonly<Record<FunctionName, NodejsFunction>>;
  readonly logKey: IKey;
  readonly wallet: IEventBus;
};

/** Jobs over all members: replay, verify, promote, reconcile. Planned once, walked in segments side by side, ended once. */
export class Jobs extends Construct {
  constructor(scope: Construct, id: string, { prefix, functions, logKey, wallet }: JobsProps) {
    super(scope, id);
    for (const [name, { function: worker, maximumConcurrency }] of Object.entries(topology.walks)) {
      addWalk(this, {
        stateMachineName: physicalName(prefix, name),
        worker: functions[worker],
        maximumConcurrency,
        logKey,
      });
      // A reconciliation says again what was published.
      allow(functions[worker], ['events:PutEvents'], [wallet.eventBusArn]);
    }
  }
}

type Walk = {
  readonly stateMachineName: string;
  readonly worker: IFunction;
  readonly maximumConcurrency: number;
  readonly logKey: IKey;
};

const addWalk = (scope: Construct, { stateMachineName, worker, maximumConcurrency, logKey }: Walk): void => {
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
};
