import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { type BucketName, physicalName, topology } from '#adapters/topology.ts';
import { acknowledge } from './acknowledge.ts';
import { letServiceUse } from './keys.ts';

/** Where files lie: what AppFlow read, and the lake of domain events. They are spoken of by name (bucketName). */
export class Landing extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { prefix, encryption }: { readonly prefix: string; readonly encryption: Key },
  ) {
    super(scope, id);
    const accessLogs = accessLogBucket(this, prefix);
    const bucket = (name: BucketName): Bucket => {
      const { expireAfterDays } = topology.buckets[name];
      return new Bucket(this, name, {
        ...secure(bucketName(this, prefix, name)),
        encryption: BucketEncryption.KMS,
        encryptionKey: encryption,
        bucketKeyEnabled: true,
        serverAccessLogsBucket: accessLogs,
        serverAccessLogsPrefix: `${name}/`,
        lifecycleRules: [
          { abortIncompleteMultipartUploadAfter: Duration.days(1) },
          ...(expireAfterDays === null ? [] : [{ expiration: Duration.days(expireAfterDays) }]),
        ],
      });
    };
    const landing = bucket('landing');
    announceObjects(landing);
    letAppFlowWrite(landing, prefix, encryption);
    bucket('lake');
  }
}

/** Names of buckets are taken once in the world. */
export const bucketName = (scope: Construct, prefix: string, name: BucketName | 'access-logs'): string => {
  const { account, region } = Stack.of(scope);
  return `${physicalName(prefix, name)}-${account}-${region}`;
};

const secure = (name: string) => ({
  bucketName: name,
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  removalPolicy: RemovalPolicy.RETAIN,
});

const accessLogBucket = (scope: Construct, prefix: string): Bucket => {
  const bucket = new Bucket(scope, 'accessLogs', {
    ...secure(bucketName(scope, prefix, 'access-logs')),
    // S3 delivers its access logs to no bucket that a key of ours encrypts (S3 guide, "Enabling server access logging").
    encryption: BucketEncryption.S3_MANAGED,
    lifecycleRules: [{ expiration: Duration.days(90) }],
  });
  acknowledge(bucket, {
    'AwsSolutions-S1': 'It is where the access logs of the other buckets go; its own would never end.',
  });
  return bucket;
};

/** Straight at the resource: the switch of the construct library brings a function of its own along. */
const announceObjects = (bucket: Bucket): void => {
  (bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  };
};

/** The service writes by itself, for flows of this account alone (AppFlow guide, "Amazon S3 bucket policies", read November 2026). */
const letAppFlowWrite = (bucket: Bucket, prefix: string, encryption: Key): void => {
  const { account, partition } = Stack.of(bucket);
  bucket.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('appflow.amazonaws.com')],
      actions: [
        's3:PutObject',
        's3:AbortMultipartUpload',
        's3:ListMultipartUploadParts',
        's3:ListBucketMultipartUploads',
        's3:GetBucketAcl',
        's3:PutObjectAcl',
      ],
      resources: [bucket.bucketArn, bucket.arnForObjects('*')],
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    }),
  );
  // Named, not referred to: the bucket refers to its key already.
  const files = `arn:${partition}:s3:::${bucketName(bucket, prefix, 'landing')}`;
  letServiceUse(encryption, {
    service: 'appflow.amazonaws.com',
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    conditions: { StringLike: { 'kms:EncryptionContext:aws:s3:arn': [files, `${files}/*`] } },
  });
};
