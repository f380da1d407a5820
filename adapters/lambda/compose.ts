import { readFileSync } from 'node:fs';
import { KMSClient } from '@aws-sdk/client-kms';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Clock, type KeyStore, type Mapping, validateMapping } from '#domain/index.ts';
import { connectDynamoDb } from '../dynamodb/client.ts';
import type { DynamoDbTables } from '../dynamodb/eventStore.ts';
import { dynamoKeys, readOnlyDynamoKeys } from '../keys/dynamoKeys.ts';
import type { ServicesDeps } from '../services.ts';
import { tableNames } from '../tableNames.ts';

/**
 * What the functions of Lambda are put together from, once per cold start. A function takes what it uses and nothing else, so that its bundle holds no more.
 * Regions, credentials and endpoints (AWS_ENDPOINT_URL_…) are read by the SDK, as any AWS tool does.
 */
export const clock: Clock = () => Date.now();

/** The tables under the prefix, through one client. */
export const connectTables = ({ prefix }: { readonly prefix: string }): DynamoDbTables => ({
  dynamodb: connectDynamoDb({}).dynamodb,
  tableName: tableNames(prefix),
});

/** Of clients that answer soon or not at all: no request hangs until the function is ended. */
export const soon = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};

type KeyPlace = { readonly prefix: string; readonly wrappingKey: string };

/** create: makes the data keys that do not exist yet. read: has no permission to, and never does. */
export const openKeys = (
  tables: DynamoDbTables,
  { prefix, wrappingKey }: KeyPlace,
  may: 'create' | 'read',
): Pick<KeyStore, 'obtain'> =>
  may === 'create'
    ? ownKeys(tables, { prefix, wrappingKey })
    : readOnlyDynamoKeys(depsOf(tables, { prefix, wrappingKey }));

/** Also to destroy them. */
export const ownKeys = (tables: DynamoDbTables, keyPlace: KeyPlace): KeyStore => dynamoKeys(depsOf(tables, keyPlace));

const depsOf = (tables: DynamoDbTables, { prefix, wrappingKey }: KeyPlace) => ({
  ...{ ...tables, kms: new KMSClient(soon), wrappingKey, prefix, clock },
});

/** Of a function that neither seals nor opens: what it puts aside has no text, and what is aside it counts. */
export const noKeys: Pick<KeyStore, 'obtain'> = {
  obtain: () => TE.left({ type: 'StoreUnavailable', operation: 'obtain keys', reason: 'this function has none' }),
};

/** What stores and workflows are connected with (services.ts says which there are). */
export const openPlace = (environment: KeyPlace & { readonly mapping: string }, may: 'create' | 'read') => {
  const tables = connectTables(environment);
  return {
    ...{ ...tables, prefix: environment.prefix, clock },
    keys: openKeys(tables, environment, may),
    mapping: deployedMapping(environment.mapping),
  } satisfies ServicesDeps;
};

/** The mapping beside the bundle. It was checked before it was deployed; throws with every problem if it is another one after all. */
export const deployedMapping = (path: string): Mapping => {
  const mapping = validateMapping(JSON.parse(readFileSync(path, 'utf8')));
  if (E.isRight(mapping)) return mapping.right;
  const problems = mapping.left.map((problem) => `${problem.path.join('.')}: ${problem.expected}`);
  throw new Error([`The mapping ${path} cannot be used:`, ...problems].join('\n  '));
};
