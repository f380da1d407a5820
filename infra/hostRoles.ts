import { Stack } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { type TableAccess, topology } from '#adapters/topology.ts';
import { acknowledge } from './acknowledge.ts';

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
  const access: TableAccess = topology.middleware.tables;
  role.addToPolicy(
    new iam.PolicyStatement({
      sid: 'Deliveries',
      actions: [...new Set((access.deliveries ?? []).flatMap((one) => ACTIONS[one] ?? []))].map(
        (name) => `dynamodb:${name}`,
      ),
      resources: [deliveries.tableArn],
    }),
  );
  role.addToPolicy(
    new iam.PolicyStatement({
      sid: 'KeyOfItsSenders',
      actions: ['secretsmanager:GetSecretValue'],
      resources: [keySecret.secretFullArn ?? `${keySecret.secretArn}-??????`],
    }),
  );
  const { region } = Stack.of(scope);
  role.addToPolicy(
    new iam.PolicyStatement({
      sid: 'Decrypt',
      actions: ['kms:Decrypt'],
      resources: [encryption.keyArn],
      conditions: {
        StringEquals: {
          'kms:ViaService': [`dynamodb.${region}.amazonaws.com`, `secretsmanager.${region}.amazonaws.com`],
        },
      },
    }),
  );
  return role;
};

const READ = ['GetItem', 'BatchGetItem', 'Query'];
/** append: new items by conditions of the code; IAM cannot tell a put from a replacement. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  describe: ['DescribeTable'],
  read: READ,
  scan: [...READ, 'Scan'],
  append: [...READ, 'PutItem', 'ConditionCheckItem'],
  write: [...READ, 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
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
