import { Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { CfnRotationSchedule, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { type FunctionName, topology } from '#adapters/topology.ts';
import { feed } from './ingest.ts';
import { allow, byWayOf, sendingTo } from './permissions.ts';
import { addRules, type RuleParts } from './rule.ts';

export type RelayProps = RuleParts & {
  readonly wallet: IEventBus;
  readonly functions: Readonly<Record<FunctionName, NodejsFunction>>;
  readonly keySecret: ISecret;
  /** Of the secret. */
  readonly encryption: IKey;
};

/** From the wallet bus to the middleware, live changes apart from bulk, with a key that is renewed by itself. */
export class Relay extends Construct {
  constructor(scope: Construct, id: string, props: RelayProps) {
    super(scope, id);
    const { wallet, functions, queues, keySecret, encryption } = props;
    addRules(this, props, 'wallet', wallet.eventBusName);
    for (const name of ['relayLive', 'relayBulk'] as const) feed(functions, queues, topology.queueSources[name]);
    allow(functions.relay, ['secretsmanager:GetSecretValue'], [keySecret.secretArn]);
    letUseKey(functions.relay, encryption, ['kms:Decrypt']);
    // What the middleware refuses for good does not wait for the queue to give it up.
    for (const statement of sendingTo(queues.relayDead)) functions.relay.addToRolePolicy(statement);
    rotate(this, props);
  }
}

const ROTATION_DAYS = 30;

const rotate = (scope: Construct, { functions: { rotateKey }, keySecret, encryption }: RelayProps): void => {
  allow(
    rotateKey,
    [
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ],
    [keySecret.secretArn],
  );
  letUseKey(rotateKey, encryption, ['kms:Decrypt', 'kms:GenerateDataKey']);
  rotateKey.addPermission('SecretsManager', {
    principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
    sourceAccount: Stack.of(scope).account,
  });
  const schedule = new CfnRotationSchedule(scope, 'Rotation', {
    secretId: keySecret.secretArn,
    rotationLambdaArn: rotateKey.functionArn,
    rotationRules: { automaticallyAfterDays: ROTATION_DAYS },
    // The first key has just been made, and the middleware that a new one is tried on may not be up yet.
    rotateImmediatelyOnUpdate: false,
  });
  schedule.node.addDependency(rotateKey);
};

const letUseKey = (user: NodejsFunction, encryption: IKey, actions: readonly string[]): void =>
  allow(user, actions, [encryption.keyArn], byWayOf(user, 'secretsmanager'));
