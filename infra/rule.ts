import { Lazy } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import {
  type BucketName,
  type BusName,
  type Pattern,
  physicalName,
  type QueueName,
  type RuleDeclaration,
  topology,
} from '#adapters/topology.ts';

export type RuleParts = {
  readonly prefix: string;
  readonly queues: Readonly<Record<QueueName, Queue>>;
  readonly bucketNames: Readonly<Record<BucketName, string>>;
};

/** The rules of the topology on one of its buses, put on this one: its own, or a partner's that carries the same. */
export const addRules = (scope: Construct, parts: RuleParts, of: BusName, busName: string): void => {
  for (const [name, declaration] of Object.entries<RuleDeclaration>(topology.rules)) {
    if (declaration.bus !== of || declaration.target.type === 'lake') continue;
    if (declaration.target.type === 'function')
      throw new Error(`rule ${name}: no function is the target of a rule yet`);
    addQueueRule(scope, parts, {
      name,
      busName,
      pattern: patternOf(declaration, parts),
      queue: declaration.target.queue,
    });
  }
};

type QueueRule = {
  readonly name: string;
  readonly busName: string;
  readonly pattern: Pattern;
  readonly queue: QueueName;
};

/** A day of attempts, and what could not be handed over even then is kept aside. */
export const addQueueRule = (
  scope: Construct,
  { prefix, queues }: RuleParts,
  { name, busName, pattern, queue }: QueueRule,
): void => {
  const target = queues[queue];
  const rule = new CfnRule(scope, name, {
    name: physicalName(prefix, name),
    eventBusName: busName,
    eventPattern: pattern,
    targets: [
      {
        id: queue,
        arn: target.queueArn,
        deadLetterConfig: { arn: queues.undelivered.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
      },
    ],
  });
  for (const receiver of [target, queues.undelivered]) letRuleSend(receiver, rule.attrArn);
};

const patternOf = ({ pattern, bucket }: RuleDeclaration, { bucketNames }: RuleParts): Pattern => {
  if (bucket === undefined) return pattern;
  const detail = (pattern.detail ?? {}) as Pattern;
  return { ...pattern, detail: { ...detail, bucket: { name: [bucketNames[bucket]] } } };
};

const senders = new WeakMap<IQueue, string[]>();

/** All rules of a queue in one statement: SQS takes ten conditions in a policy (SQS guide, "Policy quotas", read November 2026), and each partner bus brings more rules. */
export const letRuleSend = (queue: IQueue, ruleArn: string): void => {
  const known = senders.get(queue);
  if (known !== undefined) {
    known.push(ruleArn);
    return;
  }
  const rules = [ruleArn];
  senders.set(queue, rules);
  queue.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': Lazy.list({ produce: () => rules }) } },
    }),
  );
};
