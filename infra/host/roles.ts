import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { physicalName, topology } from '#adapters/topology.ts';
import { acknowledge } from '../acknowledge.ts';
import { secretsOf } from '../middlewareSecrets.ts';
import { allow, byWayOf, tableStatements } from '../permissions.ts';
import type { DescribedDestinations } from '../settings/describeDestinations.ts';
import type { RenamedTables } from '../settings/tableSettings.ts';

export type TaskAccess = {
  readonly deliveries: ITableV2;
  readonly keySecret: ISecret;
  readonly encryption: IKey;
  readonly destinations: DescribedDestinations | null;
  /** Tables of other names than the prefix gives. */
  readonly renamed?: RenamedTables;
};

/** What the middleware may do: what the topology says of its table, read its secrets by their names, use the encryption key for both. Nothing else. */
export const taskRole = (
  scope: Construct,
  principal: iam.ServicePrincipal,
  { prefix, deliveries, keySecret, encryption, destinations }: TaskAccess & { readonly prefix: string },
): iam.Role => {
  const role = new iam.Role(scope, 'TaskRole', {
    description: 'The middleware: its table, its secrets',
    assumedBy: principal,
  });
  const ofTables = tableStatements(scope, topology.middleware.tables, { deliveries }, encryption);
  for (const statement of ofTables) role.addToPolicy(statement);
  allow(
    role,
    ['secretsmanager:GetSecretValue'],
    [
      keySecret.secretFullArn ?? `${keySecret.secretArn}-??????`,
      // By name, so that a webhook can be taken out: what another stack holds on to by its ARN could not be.
      ...secretsOf(destinations).map((name) => arnOfSecret(scope, physicalName(prefix, name))),
    ],
  );
  allow(role, ['kms:Decrypt'], [encryption.keyArn], byWayOf(scope, 'secretsmanager'));
  return role;
};

/** Secrets Manager adds six characters to a name. */
const arnOfSecret = (scope: Construct, name: string): string =>
  Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${name}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

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
