import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { topology } from '#adapters/topology.ts';
import { acknowledge } from '../acknowledge.ts';
import { allow, byWayOf, tableStatements } from '../permissions.ts';

export type TaskAccess = { readonly deliveries: ITableV2; readonly keySecret: ISecret; readonly encryption: IKey };

/** What the middleware may do: what the topology says of its table, read the key of its senders, use the encryption key for both. Nothing else. */
export const taskRole = (
  scope: Construct,
  principal: iam.ServicePrincipal,
  { deliveries, keySecret, encryption }: TaskAccess,
): iam.Role => {
  const role = new iam.Role(scope, 'TaskRole', {
    description: 'The middleware: its table, the key of its senders',
    assumedBy: principal,
  });
  const ofTables = tableStatements(scope, topology.middleware.tables, { deliveries }, encryption);
  for (const statement of ofTables) role.addToPolicy(statement);
  allow(role, ['secretsmanager:GetSecretValue'], [keySecret.secretFullArn ?? `${keySecret.secretArn}-??????`]);
  allow(role, ['kms:Decrypt'], [encryption.keyArn], byWayOf(scope, 'secretsmanager'));
  return role;
};

/** ECS itself: pulls the image, writes the log. */
export const executionRole = (scope: Construct, image: DockerImageAsset, log: ILogGroup): iam.Role => {
  const role = new iam.Role(scope, 'ExecutionRole', {
    description: 'ECS: pulls the image of the middleware, writes its log',
    assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'),
  });
  image.repository.grantPull(role);
  log.grantWrite(role);
  acknowledge(role, { 'AwsSolutions-IAM5[Resource::*]': TOKEN_REASON });
  return role;
};

export const TOKEN_REASON = 'ecr:GetAuthorizationToken is of no resource: IAM takes nothing but * for it';
