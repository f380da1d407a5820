import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { physicalName } from '#adapters/topology.ts';

type KeyProps = { readonly prefix: string; readonly description: string };

/** A key that no stack takes along: what it encrypts could not be read again. */
export const durableKey = (scope: Construct, id: string, props: KeyProps): Key =>
  keyOf(scope, id, props, RemovalPolicy.RETAIN);

/** A key of what waits and is logged, which goes with the stack. It can be called back for a month. */
export const transitKey = (scope: Construct, id: string, props: KeyProps): Key => {
  const key = keyOf(scope, id, props, RemovalPolicy.DESTROY);
  const { partition, region, account } = Stack.of(scope);
  const logGroups = `arn:${partition}:logs:${region}:${account}:log-group:*`;
  letServiceUse(key, {
    service: `logs.${region}.amazonaws.com`,
    actions: [
      'kms:Encrypt',
      'kms:Decrypt',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
      'kms:GenerateDataKey',
      'kms:DescribeKey',
    ],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
  });
  return key;
};

const keyOf = (scope: Construct, id: string, { prefix, description }: KeyProps, removalPolicy: RemovalPolicy): Key =>
  new Key(scope, id, {
    alias: physicalName(prefix, id.toLowerCase()),
    description,
    enableKeyRotation: true,
    pendingWindow: Duration.days(30),
    removalPolicy,
  });

type Use = {
  /** Of AWS, such as appflow.amazonaws.com. */
  readonly service: string;
  readonly actions: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
};

/** A service may use the key. Roles of the account get theirs by their own policies. */
export const letServiceUse = (key: Key, { service, actions, conditions = {} }: Use): void => {
  key.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal(service)],
      actions: [...actions],
      resources: ['*'],
      conditions,
    }),
  );
};
