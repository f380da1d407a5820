import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** What stands beside the flow: what hosts the middleware, what keeps domain events as files, what watches over it all. */

export type HostProps = {
  readonly prefix: string;
  readonly host: 'ecs-express' | 'fargate' | 'app-runner';
  readonly deliveries: ITableV2;
  readonly keySecret: ISecret;
  readonly encryption: IKey;
  readonly certificateArn?: string;
  readonly domainName?: string;
};
export const hostMiddleware = (_scope: Construct, { domainName }: HostProps): { readonly url: string } => ({
  url: `https://${domainName ?? 'middleware.invalid'}`,
});

export type LakeProps = {
  readonly prefix: string;
  readonly domainBus: IEventBus;
  readonly lakeBucket: IBucket;
  readonly landingBucket: IBucket;
  readonly encryption: IKey;
  readonly objects: readonly {
    readonly object: string;
    readonly fields: readonly string[];
    readonly flows: readonly string[];
  }[];
};
export const keepLake = (_scope: Construct, _props: LakeProps): void => {};

export type ObserveProps = {
  readonly prefix: string;
  readonly alarmEmail: string;
  /** Names of flows and of the buses that something comes in by. */
  readonly feeds: readonly string[];
  /** null: it runs elsewhere. */
  readonly middlewareHost: 'ecs-express' | 'fargate' | 'app-runner' | null;
};
export const observe = (_scope: Construct, _props: ObserveProps): void => {};
