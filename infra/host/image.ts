import { fileURLToPath } from 'node:url';
import { FileSystem, Stack } from 'aws-cdk-lib';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import type { Construct } from 'constructs';
import { topology, variables } from '#adapters/topology.ts';
import { tablesTold } from '../functions.ts';
import type { DescribedDestinations } from '../settings/describeDestinations.ts';
import type { RenamedTables } from '../settings/tableSettings.ts';

/** One image for every host. Built for x86-64, which all of them run. The user's destinations come from a folder of their own, as a build context (BuildKit). */
export const middlewareImage = (scope: Construct, destinations: DescribedDestinations | null): DockerImageAsset =>
  new DockerImageAsset(scope, 'Image', {
    directory: fileURLToPath(new URL('../..', import.meta.url)),
    file: 'infra/Dockerfile',
    platform: Platform.LINUX_AMD64,
    ...(destinations !== null && {
      buildContexts: { destinations: destinations.folder },
      // The image is known by what it is made of: of that folder the CDK would know but the path.
      extraHash: FileSystem.fingerprint(destinations.folder),
      invalidation: { buildContexts: false },
    }),
  });

/** Where the image holds them. */
const DESTINATIONS_PATH = '/app/destinations/destinations.json';

type Told = {
  readonly prefix: string;
  /** null where nobody knows it before the host made it up. */
  readonly publicUrl: string | null;
  readonly destinations: DescribedDestinations | null;
  readonly renamed?: RenamedTables;
};

export const middlewareEnvironment = (
  scope: Construct,
  { prefix, publicUrl, destinations, renamed = {} }: Told,
): Readonly<Record<string, string>> => ({
  [variables.prefix]: prefix,
  ...tablesTold(renamed),
  PORT: String(topology.middleware.port),
  // Lambda says it by itself; containers are told.
  AWS_REGION: Stack.of(scope).region,
  ...(publicUrl === null ? {} : { [variables.middlewareUrl]: publicUrl }),
  ...(destinations === null ? {} : { [topology.middleware.destinationsVariable]: DESTINATIONS_PATH }),
});

/** The same as HEALTHCHECK in the Dockerfile, which ECS does not look at. */
export const liveCheck: readonly string[] = [
  'CMD',
  'node',
  '-e',
  `fetch('http://127.0.0.1:${topology.middleware.port}${topology.middleware.livePath}').then(({ok})=>process.exit(ok?0:1),()=>process.exit(1))`,
];
