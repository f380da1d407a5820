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
import { keysOf, mapValues } from './declared.ts';
import { durableKey } from './keys.ts';
import type { ExistingTable, ExistingTables } from './settings/tableSettings.ts';

/** What is known: the tables, each encrypted, protected from deletion and kept when the stack goes. */
export class Store extends Construct {
  readonly tables: Readonly<Record<TableName, ITableV2>>;
  /** Tables of the stack that others stand in for. */
  readonly replaced: readonly ITableV2[];
  /** Those of the stack. */
  readonly streamed: readonly ITableV2[];
  /** Of tables, buckets and the secret. */
  readonly encryption: Key;
  /** Wraps the branch keys under which members' data keys lie: without it nothing personal can be read, backups included. */
  readonly wrappingKey: Key;

  constructor(
    scope: Construct,
    id: string,
    { prefix, existing }: { readonly prefix: string; readonly existing: ExistingTables },
  ) {
    super(scope, id);
    this.encryption = durableKey(this, 'Data', { prefix, description: 'Data at rest of billfold' });
    this.wrappingKey = durableKey(this, 'Wrapping', {
      prefix,
      description: 'Wraps the keys that members are sealed under',
    });
    const own = mapValues(topology.tables, (declaration, name) =>
      tableOf(this, physicalName(prefix, name), declaration, this.encryption),
    );
    this.replaced = keysOf(existing).map((name) => own[name]);
    this.streamed = keysOf(own).flatMap((name) => (topology.tables[name].stream === null ? [] : [own[name]]));
    this.tables = mapValues(own, (table, name) => {
      const there = existing[name];
      return there === undefined ? table : restoredTable(this, name, there);
    });
  }
}

/** Nothing of it is changed: what a restore does not bring along is switched on by hand. */
const restoredTable = (scope: Construct, name: TableName, { arn, streamArn }: ExistingTable): ITableV2 =>
  TableV2.fromTableAttributes(scope, `Restored-${name}`, {
    tableArn: arn,
    ...(streamArn !== null && { tableStreamArn: streamArn }),
  });

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
