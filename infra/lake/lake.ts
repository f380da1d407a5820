import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { FirehoseDeliveryStream } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { physicalName, topology } from '#adapters/topology.ts';
import { acknowledgeWildcards } from '../acknowledge.ts';
import { allowing } from '../permissions.ts';
import { letRuleSend } from '../rule.ts';
import { type LakeObject, lakeCatalog } from './lakeCatalog.ts';
import { ERRORS_PREFIX, EVENTS_PREFIX } from './lakePlaces.ts';
import { lakeQueries } from './lakeQueries.ts';

export type LakeProps = {
  readonly prefix: string;
  readonly domainBus: events.IEventBus;
  /** Of this stack, or by its name: a wildcard in a policy is acknowledged by the bucket's name, which an import from another stack has not. */
  readonly lakeBucket: IBucket;
  /** Where AppFlow writes: flows/<flow>/<execution id>/<file>. */
  readonly landingBucket: IBucket;
  readonly encryption: IKey;
  readonly objects: readonly LakeObject[];
  /** Of what the rule could not hand over. Default: the installation's `undelivered`, by its name. */
  readonly undelivered?: IQueue;
};

/** Domain events as files, one JSON a line, and tables over them and over the files of full loads, for questions in SQL. */
export class Lake extends Construct {
  constructor(scope: Construct, id: string, props: LakeProps) {
    super(scope, id);
    const stream = eventStream(this, props);
    keepDomainEvents(this, props, stream);
    lakeQueries(this, { ...props, database: lakeCatalog(this, props) });
  }
}

const eventStream = (scope: Construct, props: LakeProps): firehose.DeliveryStream => {
  const { prefix, lakeBucket, encryption } = props;
  const name = physicalName(prefix, 'lake');
  const log = new logs.LogGroup(scope, 'StreamLog', {
    logGroupName: `/aws/kinesisfirehose/${name}`,
    retention: logs.RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = writerRole(scope, props, log);
  return new firehose.DeliveryStream(scope, 'Stream', {
    deliveryStreamName: name,
    role,
    encryption: firehose.StreamEncryption.customerManagedKey(encryption),
    destination: new firehose.S3Bucket(lakeBucket, {
      role,
      // Of 5 minutes or 64 MiB, whichever comes first: few files, so that queries are fast, and none older than the alarm allows.
      bufferingInterval: Duration.minutes(5),
      bufferingSize: Size.mebibytes(64),
      compression: firehose.Compression.GZIP,
      // A line feed after each record: EventBridge puts none between them, and without one a file is a single line that no table can read.
      // Without dynamic partitioning: taken since 2024 (fdmsantos/terraform-aws-kinesis-firehose, pull request 13; aws-cdk-lib does the same; read 2026-11-22).
      processors: [new firehose.AppendDelimiterToRecordProcessor()],
      encryptionKey: encryption,
      dataOutputPrefix: `${EVENTS_PREFIX}day=!{timestamp:yyyy-MM-dd}/`,
      errorOutputPrefix: `${ERRORS_PREFIX}!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/`,
      loggingConfig: new firehose.EnableLogging(log),
    }),
  });
};

/** What Firehose needs for one bucket and one key (Firehose guide, "Grant Firehose access to an Amazon S3 destination", read November 2026); the CDK would grant by wildcards. */
const writerRole = (scope: Construct, { lakeBucket, encryption }: LakeProps, log: logs.ILogGroup): iam.IRole => {
  const role = new iam.Role(scope, 'StreamRole', {
    assumedBy: new iam.ServicePrincipal('firehose.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
    inlinePolicies: {
      stream: new iam.PolicyDocument({
        statements: [
          allowing(['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], [lakeBucket.bucketArn]),
          allowing(['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], [lakeBucket.arnForObjects('*')]),
          allowing(['kms:Decrypt', 'kms:GenerateDataKey'], [encryption.keyArn]),
          allowing(['logs:CreateLogStream', 'logs:PutLogEvents'], [log.logGroupArn]),
        ],
      }),
    },
  });
  acknowledgeWildcards(
    role,
    [lakeBucket.arnForObjects('*')],
    'Objects of the one bucket that the stream writes to: their names are made up as they come',
  );
  return role.withoutPolicyUpdates();
};

const keepDomainEvents = (scope: Construct, props: LakeProps, stream: firehose.IDeliveryStream): void => {
  const { prefix, domainBus } = props;
  const undelivered = props.undelivered ?? queueByName(scope, prefix);
  const target = new FirehoseDeliveryStream(stream);
  const rule = new events.Rule(scope, 'KeepDomainEvents', {
    ruleName: physicalName(prefix, 'keepDomainEvents'),
    description: 'What happened, as files in the lake',
    eventBus: domainBus,
    eventPattern: patternOf(topology.rules.keepDomainEvents.pattern),
    targets: [
      {
        // The CDK's target knows no dead-letter queue (aws-cdk-lib 2.276.0); the rule does.
        bind: (rule, id) => ({ ...target.bind(rule, id), deadLetterConfig: { arn: undelivered.queueArn } }),
      },
    ],
  });
  // Of a queue that is known by its name alone the policy stays as it is.
  letRuleSend(undelivered, rule.ruleArn);
};

const queueByName = (scope: Construct, prefix: string): IQueue =>
  Queue.fromQueueArn(
    scope,
    'Undelivered',
    Stack.of(scope).formatArn({ service: 'sqs', resource: physicalName(prefix, 'undelivered') }),
  );

/** The topology's patterns are EventBridge's own, and read-only. */
const patternOf = (pattern: Readonly<Record<string, readonly string[]>>): events.EventPattern =>
  Object.fromEntries(Object.entries(pattern).map(([field, values]) => [field, [...values]]));
