import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

export type S3Settings = Pick<S3ClientConfig, 'region' | 'credentials' | 'endpoint' | 'forcePathStyle'>;

/** A client that keeps connections open and retries what may be retried (SlowDown and other 5xx). A body that says nothing for so long is a broken one. */
export const connectS3 = (settings: S3Settings = {}): S3Client => {
  const agent = { keepAlive: true, maxSockets: 16 };
  return new S3Client({
    ...settings,
    maxAttempts: 5,
    requestHandler: {
      httpAgent: agent,
      httpsAgent: agent,
      connectionTimeout: 3_000,
      requestTimeout: 20_000,
      throwOnRequestTimeout: true,
      socketTimeout: 20_000,
    },
  });
};
