import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { variables } from '#adapters/topology.ts';
import { type Mapping, retail } from '#domain/index.ts';
import { wrappingKey } from './kmsServer.ts';

/** What a function finds in its environment on AWS, every variable of the topology among it, and its mapping in that folder. */
export const lambdaEnvironment = async (
  folder: string,
  prefix: string,
  mapping: Mapping = retail,
): Promise<Readonly<Record<string, string>>> => {
  const path = join(folder, 'mapping.json');
  await writeFile(path, JSON.stringify(mapping));
  return {
    ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    [variables.prefix]: prefix,
    [variables.mapping]: path,
    [variables.wrappingKey]: wrappingKey,
    [variables.landingBucket]: `${prefix}-landing`,
    [variables.partsQueue]: `https://sqs.eu-west-1.amazonaws.com/111122223333/${prefix}-parts`,
    [variables.middlewareUrl]: 'https://middleware.example.test',
  };
};
