import { dynamoDbBudget } from '#adapters/dynamodb/budget.ts';
import { dynamoDbDeliveryStore } from '#adapters/dynamodb/deliveryStore.ts';
import { dynamoDbRegistrations } from '#adapters/dynamodb/registrations.ts';
import { seededRandom } from '#adapters/sample/random.ts';
import { budgetContract } from '#test/contract/budget.ts';
import { deliveryStoreContract } from '#test/contract/deliveryStore.ts';
import { eventStoreContract } from '#test/contract/eventStore.ts';
import { at, tickingClock } from '#test/contract/given.ts';
import { quarantineStoreContract } from '#test/contract/quarantineStore.ts';
import { recordStoreContract } from '#test/contract/recordStore.ts';
import { registrationsContract } from '#test/contract/registrations.ts';
import { releaseStoreContract } from '#test/contract/releaseStore.ts';
import { shadowStoreContract } from '#test/contract/shadowStore.ts';
import { freshTables } from '#test/support/dynamodb.ts';
import { freshStores, storesVia } from '#test/support/dynamodbStores.ts';
import { faultWorld, faultyDynamoDb, transparentFaults } from '#test/support/faultyDynamodb.ts';

let seed = 0;

/** What is lost or throttled is tried again, so nobody may notice. */
const open = async () => {
  const personal = { Contact: new Set(['FirstName']) };
  const stores = await freshStores(() => at, personal);
  const { dynamodb } = faultyDynamoDb(faultWorld(stores.database), seededRandom(++seed), transparentFaults, 12);
  return { ...storesVia(stores, dynamodb, () => at, personal), keys: stores.keys };
};

eventStoreContract('DynamoDB that has to be asked twice', open);
recordStoreContract('DynamoDB that has to be asked twice', open);
shadowStoreContract('DynamoDB that has to be asked twice', open);
releaseStoreContract('DynamoDB that has to be asked twice', async () => (await open()).releases);
quarantineStoreContract('DynamoDB that has to be asked twice', async () => (await open()).quarantine);

const faultyTables = async () => {
  const database = await freshTables();
  const { dynamodb } = faultyDynamoDb(faultWorld(database), seededRandom(++seed), transparentFaults, 12);
  return { ...database, dynamodb };
};

deliveryStoreContract('DynamoDB that has to be asked twice', async (deps) =>
  dynamoDbDeliveryStore({ ...(await faultyTables()), ...deps }),
);
registrationsContract('DynamoDB that has to be asked twice', async () =>
  dynamoDbRegistrations({ ...(await faultyTables()), clock: tickingClock() }),
);
budgetContract('DynamoDB that has to be asked twice', async (clock, elapsedMs) => {
  const tables = await faultyTables();
  return () => dynamoDbBudget({ ...tables, clock, ...(elapsedMs && { elapsedMs }) });
});
