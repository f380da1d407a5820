import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as TE from 'fp-ts/lib/TaskEither.js';
import {
  type Clock,
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
import type { ReadCommit } from './lambda/projector.ts';
import type { WalletEventDeps } from './lambda/walletEvent.ts';
import { physicalName, type TableName } from './topology.ts';

export type ServicesDeps = {
  readonly dynamodb: DynamoDBClient;
  readonly prefix: string;
  readonly keys: Pick<KeyStore, 'obtain'>;
  readonly clock: Clock;
  readonly mapping: Mapping;
  /** Other projections than those that billfold comes with. */
  readonly registry?: Registry;
  /** Told after every transaction of records and events, whoever asked for it. */
  readonly onCommitted?: () => void;
};

export type Services = ReturnType<typeof connectServices>;

/** The stores over DynamoDB and what the workflows need of them: one composition, on a laptop and in Lambda. */
export const connectServices = ({
  dynamodb,
  prefix,
  keys,
  clock,
  mapping,
  registry = shipped,
  onCommitted,
}: ServicesDeps) => {
  const tables = { dynamodb, tableName: (table: TableName) => physicalName(prefix, table) };
  const events = dynamoDbEventStore({ ...tables, keys });
  const views = dynamoDbViewStore(tables);
  const catalog = dynamoDbCatalogStore(tables);
  const quarantine: QuarantineStore = dynamoDbQuarantineStore({ ...tables, keys });
  const recordStore = dynamoDbRecordStore({ ...tables, keys, clock, personal: personalFields(mapping) });
  const records: RecordStore = {
    ...recordStore,
    commit: (transaction) => async () => {
      const committed = await recordStore.commit(transaction)();
      onCommitted?.();
      return committed;
    },
  };
  const runs = dynamoDbRunStore({ ...tables, clock });
  const stale = dynamoDbStaleStore(tables);
  const absences = dynamoDbAbsenceStore(tables);
  const jobs = dynamoDbJobStore(tables);
  const turns = dynamoDbJobTurnStore(tables);
  const parked = dynamoDbParkStore(tables);
  const { timeZone } = mapping.programme;

  const ingest: IngestDeps = { records, events, clock, mapping, heads: new Map() };
  const project: ProjectDeps = {
    ...{ events, views, catalog, releases: dynamoDbReleaseStore(tables), shadows: dynamoDbShadowStore(tables) },
    ...{ parked, registry, cache: emptyProjectCache(), clock, timeZone },
  };
  const readCommit: ReadCommit = commitFromItem({ keys });
  const readLive: WalletEventDeps['readLive'] = (image) => TE.fromEither(liveFromItem(image));
  return {
    events,
    views,
    records,
    runs,
    stale,
    absences,
    parked,
    jobs,
    turns,
    quarantine,
    ingest,
    project,
    readCommit,
    readLive,
  };
};
