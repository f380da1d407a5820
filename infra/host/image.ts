import { fileURLToPath } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import type { Construct } from 'constructs';
import { topology, variables } from '#adapters/topology.ts';

/** One image for every host. Built for x86-64, which all of them run. */
export const middlewareImage = (scope: Construct): DockerImageAsset =>
  new DockerImageAsset(scope, 'Image', {
    directory: fileURLToPath(new URL('../..', import.meta.url)),
    file: 'infra/Dockerfile',
    platform: Platform.LINUX_AMD64,
  });

/** publicUrl: null where nobody knows it before the host made it up. */
export const middlewareEnvironment = (
  scope: Construct,
  prefix: string,
  publicUrl: string | null,
): Readonly<Record<string, string>> => ({
  [variables.prefix]: prefix,
  PORT: String(topology.middleware.port),
  // Lambda says it by itself; containers are told.
  AWS_REGION: Stack.of(scope).region,
  ...(publicUrl === null ? {} : { [variables.middlewareUrl]: publicUrl }),
});

/** The same as HEALTHCHECK in the Dockerfile, which ECS does not look at. */
export const liveCheck: readonly string[] = [
  'CMD',
  'node',
  '-e',
  `fetch('http://127.0.0.1:${topology.middleware.port}${topology.middleware.livePath}').then(({ok})=>process.exit(ok?0:1),()=>process.exit(1))`,
];
