import { Stack } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { type Access, actionsOf, type TableAccess, type TableName, topology } from '#adapters/topology.ts';

export type Tables = Readonly<Record<TableName, ITableV2>>;

/** What the topology declares of tables, as statements; and the key of the tables, by way of DynamoDB alone. */
export const tableStatements = (
  scope: Construct,
  access: TableAccess,
  tables: Partial<Tables>,
  encryption: IKey,
): readonly PolicyStatement[] => {
  const declared = Object.entries(access) as [TableName, readonly Access[]][];
  const arnOf = (name: TableName): string => {
    const arn = tables[name]?.tableArn;
    if (arn === undefined) throw new Error(`the table ${name} is not given`);
    return arn;
  };
  const touched = declared.filter(([, kinds]) => kinds.some((kind) => kind !== 'describe'));
  if (declared.length === 0) return [];
  return [
    ...declared.map(([name, kinds]) => allowing(dynamoDbActions(kinds), [arnOf(name)])),
    ...touched.flatMap(([name]) =>
      topology.tables[name].indexes.map((index) =>
        allowing(['dynamodb:Query'], [`${arnOf(name)}/index/${index.name}`]),
      ),
    ),
    ...(touched.length === 0
      ? []
      : [
          keyUse(
            scope,
            encryption,
            touched.flatMap(([, kinds]) => kinds),
          ),
        ]),
  ];
};

const dynamoDbActions = (kinds: readonly Access[]): readonly string[] =>
  kinds.flatMap((kind) => actionsOf[kind].map((action) => `dynamodb:${action}`));

const keyUse = (scope: Construct, encryption: IKey, kinds: readonly Access[]): PolicyStatement => {
  const writes = kinds.some((kind) => kind === 'append' || kind === 'write');
  const actions = [
    'kms:Decrypt',
    'kms:DescribeKey',
    ...(writes ? ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'] : []),
  ];
  return allowing(actions, [encryption.keyArn], byWayOf(scope, 'dynamodb'));
};

/** A key is used by asking that service for something, never by itself. */
export const byWayOf = (scope: Construct, service: 'dynamodb' | 's3' | 'secretsmanager'): Conditions => {
  const { region, urlSuffix } = Stack.of(scope);
  return { StringEquals: { 'kms:ViaService': `${service}.${region}.${urlSuffix}` } };
};

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export const allowing = (
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Conditions,
): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.ALLOW,
    actions: [...new Set(actions)],
    resources: [...resources],
    ...(conditions !== undefined && { conditions }),
  });

/** Each in words: who, what, on what. */
export const allow = (
  grantee: IGrantable,
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Conditions,
): void => {
  // A mapping may leave a function nothing to act on, such as no flow of files; a statement of nothing is none.
  if (resources.length === 0) return;
  grantee.grantPrincipal.addToPrincipalPolicy(allowing(actions, resources, conditions));
};

/** To put into an encrypted queue, a sender needs its key as well. */
export const sendingTo = (queue: {
  readonly queueArn: string;
  readonly encryptionMasterKey?: IKey;
}): readonly PolicyStatement[] => [
  allowing(['sqs:SendMessage'], [queue.queueArn]),
  ...(queue.encryptionMasterKey === undefined
    ? []
    : [allowing(['kms:GenerateDataKey', 'kms:Decrypt'], [queue.encryptionMasterKey.keyArn])]),
];
