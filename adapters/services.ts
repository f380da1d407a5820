import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import {
  type Clock,
  type Commit,
  commitOf,
  emptyHeadMemory,
  emptyProjectCache,
  type IngestDeps,
  type KeyStore,
  type Mapping,
  type ProjectDeps,
  personalFields,
  type QuarantineStore,
  type RecordStore,
  type Registry,
  registry as shipped,
} from '#domain/index.ts';
import { dynamoDbAbsenceStore } from './dynamodb/absenceStore.ts';
import { dynamoDbCatalogStore } from './dynamodb/catalogStore.ts';
import { commitFromItem } from './dynamodb/eventItem.ts';
import { dynamoDbEventStore } from './dynamodb/eventStore.ts';
import { dynamoDbForgottenStore } from './dynamodb/forgottenStore.ts';
import { dynamoDbJobStore } from './dynamodb/jobStore.ts';
import { dynamoDbJobTurnStore } from './dynamodb/jobTurnStore.ts';
import { liveFromItem } from './dynamodb/liveItem.ts';
import { dynamoDbParkStore } from './dynamodb/parkStore.ts';
import { dynamoDbQuarantineStore } from './dynamodb/quarantineStore.ts';
import { dynamoDbRecordStore } from './dynamodb/recordStore.ts';
import { dynamoDbReleaseStore } from './dynamodb/releaseStore.ts';
import { dynamoDbRunStore } from './dynamodb/runStore.ts';
import { dynamoDbShadowStore } from './dynamodb/shadowStore.ts';
import { dynamoDbStaleStore } from './dynamodb/staleStore.ts';
import { dynamoDbViewStore } from './dynamodb/viewStore.ts';
import { forgetfulQuarantine } from './forget/forgetfulQuarantine.ts';
import type { ReadCommit } from './lambda/projector.ts';
import type { WalletEventDeps } from './lambda/walletEvent.ts';
import { physicalName, type TableName } from './topology.ts';

export type ServicesDeps = {
  readonly dynamodb: DynamoDBClient;
  readonly prefix: string;
  /** Where some tables lie under another name than the prefix gives them. */
  readonly tableName?: (table: TableName) => string;
  readonly keys: Pick<KeyStore, 'obtain'>;
  readonly clock: Clock;
  readonly mapping: Mapping;
  /** Other projections than those that billfold comes with. */
  readonly registry?: Registry;
  /** Told after every transaction of records and events, whoever asked for it: what it appended, [] where it did not go through. */
  readonly onCommitted?: (appended: readonly Commit[]) => void;
};

export type Services = ReturnType<typeof connectServices>;

/** The stores over DynamoDB and what the workflows need of them: one composition, on a laptop and in Lambda. */
export const connectServices = (deps: ServicesDeps) => {
  const tables = tablesOf(deps);
  return {
    ...connectIngest(deps),
    ...connectProject(deps),
    absences: dynamoDbAbsenceStore(tables),
    jobs: dynamoDbJobStore(tables),
    readLive: ((image) => TE.fromEither(liveFromItem(image))) satisfies WalletEventDeps['readLive'],
  };
};

/** What takes observations in. By itself, so that who only does that carries no projections along. */
export const connectIngest = ({ keys, clock, mapping, onCommitted, ...place }: ServicesDeps) => {
  const tables = tablesOf(place);
  const events = dynamoDbEventStore({ ...tables, keys });
  const forgotten = dynamoDbForgottenStore(tables);
  const quarantine: QuarantineStore = forgetfulQuarantine(dynamoDbQuarantineStore({ ...tables, keys }), forgotten);
  const recordStore = dynamoDbRecordStore({ ...tables, keys, clock, personal: personalFields(mapping) });
  const records: RecordStore = {
    ...recordStore,
    commit: (transaction) => async () => {
      const committed = await recordStore.commit(transaction)();
      onCommitted?.(E.isRight(committed) ? transaction.appends.map(commitOf) : []);
      return committed;
    },
  };
  const runs = dynamoDbRunStore({ ...tables, clock });
  const stale = dynamoDbStaleStore(tables);
  const ingest = { records, events, clock, mapping, keys, heads: emptyHeadMemory() } satisfies IngestDeps & {
    keys: unknown;
  };
  return { events, records, runs, stale, quarantine, forgotten, ingest };
};

/** What folds events into passes. */
export const connectProject = ({ keys, clock, mapping, registry = shipped, ...place }: ServicesDeps) => {
  const tables = tablesOf(place);
  const events = dynamoDbEventStore({ ...tables, keys });
  const views = dynamoDbViewStore(tables);
  const parked = dynamoDbParkStore(tables);
  const project: ProjectDeps = {
    ...{ events, views, catalog: dynamoDbCatalogStore(tables), releases: dynamoDbReleaseStore(tables) },
    ...{ shadows: dynamoDbShadowStore(tables), parked, registry, cache: emptyProjectCache(), clock },
    timeZone: mapping.programme.timeZone,
  };
  const readCommit: ReadCommit = commitFromItem({ keys });
  return { events, views, parked, project, readCommit };
};

/** Jobs, and whose turn it is to run one. */
export const connectJobs = (place: Place) => ({
  jobs: dynamoDbJobStore(tablesOf(place)),
  turns: dynamoDbJobTurnStore(tablesOf(place)),
});

type Place = Pick<ServicesDeps, 'dynamodb' | 'prefix' | 'tableName'>;

const tablesOf = ({ dynamodb, prefix, tableName }: Place) => ({
  dynamodb,
  tableName: tableName ?? ((table: TableName) => physicalName(prefix, table)),
});
