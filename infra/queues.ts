import { Duration } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { physicalName, type QueueDeclaration, type QueueName, topology } from '#adapters/topology.ts';
import { acknowledge } from './acknowledge.ts';
import { mapValues } from './declared.ts';
import { letServiceUse } from './keys.ts';

export type QueuesProps = { readonly prefix: string; readonly encryption: Key };

/** What an event of EventBridge may have, and the most that SQS takes. Said, since what holds where nothing is said was a quarter of it for years. */
const LARGEST_BYTES = 1_048_576;

/** Where work waits, and where what could not be done is kept until somebody looks. */
export class Queues extends Construct {
  readonly queues: Readonly<Record<QueueName, Queue>>;

  constructor(scope: Construct, id: string, { prefix, encryption }: QueuesProps) {
    super(scope, id);
    const made = new Map<string, Queue>();
    const queueOf = (declaration: QueueDeclaration, name: string): Queue => {
      const known = made.get(name);
      if (known !== undefined) return known;
      const queue = new Queue(this, name, {
        queueName: physicalName(prefix, name),
        encryption: QueueEncryption.KMS,
        encryptionMasterKey: encryption,
        enforceSSL: true,
        maxMessageSizeBytes: LARGEST_BYTES,
        retentionPeriod: Duration.seconds(declaration.retentionSeconds),
        ...(declaration.type === 'work' && {
          visibilityTimeout: Duration.seconds(declaration.visibilityTimeoutSeconds),
          deadLetterQueue: {
            queue: queueOf(topology.queues[declaration.deadLetter], declaration.deadLetter),
            maxReceiveCount: declaration.maxReceiveCount,
          },
        }),
      });
      if (declaration.type === 'deadLetter')
        acknowledge(queue, {
          'AwsSolutions-SQS3': 'It is a dead-letter queue: of a queue, or of pipes, rules and schedules.',
        });
      made.set(name, queue);
      return queue;
    };
    this.queues = mapValues(topology.queues, queueOf);
    // Rules put into encrypted queues as the service itself. Which rules may is in the policy of each queue; here a condition on where the event comes
    // from may keep everything out without a word (SNS guide, "Key management", says so of topics; of queues no guide says, read November 2026).
    letServiceUse(encryption, { service: 'events.amazonaws.com', actions: ['kms:GenerateDataKey', 'kms:Decrypt'] });
  }
}
