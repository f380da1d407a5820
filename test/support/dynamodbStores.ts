import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDbAbsenceStore } from '#adapters/dynamodb/absenceStore.ts';
import { dynamoDbCatalogStore } from '#adapters/dynamodb/catalogStore.ts';
import { connectDynamoDb, type Meter, meterOn } from '#adapters/dynamodb/client.ts';
import { dynamoDbEventStore } from '#adapters/dynamodb/eventStore.ts';
import { dynamoDbParkStore } from '#adapters/dynamodb/parkStore.ts';
import { dynamoDbQuarantineStore } from '#adapters/dynamodb/quarantineStore.ts';
import { dynamoDbRecordStore, type RecordStoreDeps } from '#adapters/dynamodb/recordStore.ts';
import { dynamoDbReleaseStore } from '#adapters/dynamodb/releaseStore.ts';
import { dynamoDbRunStore } from '#adapters/dynamodb/runStore.ts';
import { dynamoDbShadowStore } from '#adapters/dynamodb/shadowStore.ts';
import { dynamoDbStaleStore } from '#adapters/dynamodb/staleStore.ts';
import { dynamoDbViewStore } from '#adapters/dynamodb/viewStore.ts';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import {
  type AbsenceStore,
  type CatalogStore,
  type Clock,
  type EventStore,
  type KeyStore,
  type ParkReader,
  type ParkStore,
  personalFields,
  type QuarantineStore,
  type RecordStore,
  type ReleaseStore,
  type RunStore,
  retail,
  type ShadowStore,
  type StaleStore,
  type ViewStore,
} from '#domain/index.ts';
import { freshTables, type TestDynamoDb } from './dynamodb.ts';

export type TestStores = Stores & {
  readonly database: TestDynamoDb;
  readonly meter: Meter;
  readonly keys: KeyStore;
  /** How many keys were asked for so far. */
  readonly keysAsked: () => number;
};

export type Stores = {
  readonly events: EventStore;
  readonly records: RecordStore;
  readonly views: ViewStore;
  readonly shadows: ShadowStore;
  readonly releases: ReleaseStore;
  readonly parked: ParkStore & ParkReader;
  readonly catalog: CatalogStore;
  readonly quarantine: QuarantineStore;
  readonly stale: StaleStore;
  readonly runs: RunStore;
  readonly absences: AbsenceStore;
};

/** Every store on tables of its own, metered. */
export const freshStores = async (clock: Clock, personal = personalFields(retail)): Promise<TestStores> => {
  const database = await freshTables();
  const { keys, keysAsked } = countingKeys(memoryKeys());
  const deps = { ...database, keys, personal, clock };
  return { database, meter: meterOn(database.dynamodb), keys, keysAsked, ...storesOn(deps) };
};

const storesOn = (deps: RecordStoreDeps): Stores => ({
  events: dynamoDbEventStore(deps),
  records: dynamoDbRecordStore(deps),
  views: dynamoDbViewStore(deps),
  shadows: dynamoDbShadowStore(deps),
  releases: dynamoDbReleaseStore(deps),
  parked: dynamoDbParkStore(deps),
  catalog: dynamoDbCatalogStore(deps),
  quarantine: dynamoDbQuarantineStore(deps),
  stale: dynamoDbStaleStore(deps),
  runs: dynamoDbRunStore(deps),
  absences: dynamoDbAbsenceStore(deps),
});

/** Other clients of the same tables, whose requests the meter does not count. */
export const rivalOf = (stores: TestStores, clock: Clock): Stores => {
  const { dynamodb } = connectDynamoDb({
    endpoint: stores.database.endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return storesVia(stores, dynamodb, clock);
};

/** The same tables and keys, seen through that client. */
export const storesVia = (
  { database, keys }: Pick<TestStores, 'database' | 'keys'>,
  dynamodb: DynamoDBClient,
  clock: Clock,
  personal = personalFields(retail),
): Stores => storesOn({ ...database, dynamodb, keys, personal, clock });

const countingKeys = (keys: KeyStore) => {
  let asked = 0;
  const obtain: KeyStore['obtain'] = (keyIds) => {
    asked += keyIds.length;
    return keys.obtain(keyIds);
  };
  return { keys: { ...keys, obtain }, keysAsked: () => asked };
};
