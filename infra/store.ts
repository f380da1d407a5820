import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type ITableV2,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import {
  type KeyAttribute,
  physicalName,
  type TableDeclaration,
  type TableName,
  topology,
} from '#adapters/topology.ts';
import { mapValues } from './declared.ts';
import { durableKey } from './keys.ts';

/** What is known: the tables, each encrypted, protected from deletion and kept when the stack goes. */
export class Store extends Construct {
  readonly tables: Readonly<Record<TableName, ITableV2>>;
  /** Of tables, buckets and the secret. */
  readonly encryption: Key;
  /** Wraps the branch keys under which members' data keys lie: without it nothing personal can be read, backups included. */
  readonly wrappingKey: Key;

  constructor(scope: Construct, id: string, { prefix }: { readonly prefix: string }) {
    super(scope, id);
    this.encryption = durableKey(this, 'Data', { prefix, description: 'Data at rest of billfold' });
    this.wrappingKey = durableKey(this, 'Wrapping', {
      prefix,
      description: 'Wraps the keys that members are sealed under',
    });
    this.tables = mapValues(topology.tables, (declaration, name) =>
      tableOf(this, physicalName(prefix, name), declaration, this.encryption),
    );
  }
}

/** The longest that DynamoDB offers. */
const RECOVERY_DAYS = 35;

const tableOf = (scope: Construct, name: string, declaration: TableDeclaration, encryption: IKey): ITableV2 =>
  new TableV2(scope, name, {
    tableName: name,
    partitionKey: attribute(declaration.partitionKey),
    ...(declaration.sortKey !== null && { sortKey: attribute(declaration.sortKey) }),
    globalSecondaryIndexes: declaration.indexes.map(({ name: indexName, partitionKey, sortKey, projection }) => ({
      indexName,
      partitionKey: attribute(partitionKey),
      sortKey: attribute(sortKey),
      projectionType: ProjectionType[projection],
    })),
    billing: Billing.onDemand(),
    encryption: TableEncryptionV2.customerManagedKey(encryption),
    ...(declaration.stream !== null && { dynamoStream: StreamViewType[declaration.stream] }),
    pointInTimeRecoverySpecification: {
      pointInTimeRecoveryEnabled: declaration.pointInTimeRecovery,
      ...(declaration.pointInTimeRecovery && { recoveryPeriodInDays: RECOVERY_DAYS }),
    },
    ...(declaration.timeToLive !== undefined && { timeToLiveAttribute: declaration.timeToLive }),
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });

const attribute = ({ name, type }: KeyAttribute) => ({
  name,
  type: type === 'N' ? AttributeType.NUMBER : AttributeType.STRING,
});
