import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import {
  type FunctionName,
  type NightlyDeclaration,
  physicalName,
  type QueueName,
  topology,
} from '#adapters/topology.ts';
import { acknowledgeWildcards } from './acknowledge.ts';
import { addMachine, closeMachine, startNightly } from './machine.ts';
import { allow } from './permissions.ts';
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
          // What another job keeps from its turn comes after that.
          startNightly(this, job, {
            ...{ prefix, machine, undelivered: queues.undelivered, atUtc: declaration.atUtc },
            input: { request: declaration.request, mayWait: true },
          });
    }
  }
}

type Walk = {
  readonly stateMachineName: string;
  readonly worker: IFunction;
  readonly maximumConcurrency: number;
  readonly logKey: IKey;
};

const addWalk = (scope: Construct, { worker, maximumConcurrency, ...props }: Walk): StateMachine => {
  const definition = walkDefinition(worker.functionArn, maximumConcurrency);
  const added = addMachine(scope, { ...props, worker, definition });
  // Whether who has the turn still runs: one job at a time, and none that is dead keeps the next from it.
  const others = added.executions.slice(1);
  allow(worker, ['states:DescribeExecution'], others);
  if (worker.role !== undefined)
    acknowledgeWildcards(worker.role, others, 'Executions of this machine have names of their own.');
  closeMachine(added);
  return added.machine;
};
