import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type FunctionName, physicalName, type QueueName, topology } from '#adapters/topology.ts';
import { forgetDefinition } from './forgetDefinition.ts';
import { addMachine, closeMachine, startNightly } from './machine.ts';
import { allow } from './permissions.ts';

export type ForgettingProps = {
  readonly prefix: string;
  readonly functions: Readonly<Record<FunctionName, NodejsFunction>>;
  readonly queues: Readonly<Record<QueueName, Queue>>;
  readonly logKey: IKey;
};

/** Members who ask to be forgotten: a machine that waits where processes may still hold their keys, and each night goes on with who is not settled. */
export class Forgetting extends Construct {
  constructor(scope: Construct, id: string, { prefix, functions, queues, logKey }: ForgettingProps) {
    super(scope, id);
    const { function: name, atUtc, deadLetters } = topology.forgetting.members;
    const worker = functions[name];
    const added = addMachine(this, {
      ...{ stateMachineName: physicalName(prefix, name), worker, logKey },
      definition: forgetDefinition(worker.functionArn, topology.forgetting.members),
    });
    closeMachine(added);
    // Letters about the member are removed, the others are held for a while.
    const actions = ['GetQueueUrl', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'];
    allow(
      worker,
      actions.map((action) => `sqs:${action}`),
      deadLetters.map((queue) => queues[queue].queueArn),
    );
    allow(worker, ['kms:Decrypt'], [logKey.keyArn]);
    const { machine } = added;
    startNightly(this, 'forgetPending', { ...{ prefix, machine, atUtc }, undelivered: queues.undelivered, input: {} });
  }
}
