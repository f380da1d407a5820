import { dynamoDbBudget, dynamoDbOnce } from '#adapters/dynamodb/budget.ts';
import { dynamoDbDeliveryStore } from '#adapters/dynamodb/deliveryStore.ts';
import { dynamoDbForgottenStore } from '#adapters/dynamodb/forgottenStore.ts';
import { dynamoDbJobStore } from '#adapters/dynamodb/jobStore.ts';
import { dynamoDbJobTurnStore } from '#adapters/dynamodb/jobTurnStore.ts';
import { dynamoDbRegistrations } from '#adapters/dynamodb/registrations.ts';
import { absenceStoreContract } from '#test/contract/absenceStore.ts';
import { budgetContract, onceContract } from '#test/contract/budget.ts';
import { catalogStoreContract } from '#test/contract/catalogStore.ts';
import { deliveryStoreContract } from '#test/contract/deliveryStore.ts';
import { eventStoreContract } from '#test/contract/eventStore.ts';
import { forgottenStoreContract } from '#test/contract/forgottenStore.ts';
import { at, tickingClock } from '#test/contract/given.ts';
import { jobStoreContract } from '#test/contract/jobStore.ts';
import { jobTurnStoreContract } from '#test/contract/jobTurnStore.ts';
import { parkStoreContract } from '#test/contract/parkStore.ts';
import { quarantineStoreContract } from '#test/contract/quarantineStore.ts';
import { recordStoreContract } from '#test/contract/recordStore.ts';
import { registrationsContract } from '#test/contract/registrations.ts';
import { releaseStoreContract } from '#test/contract/releaseStore.ts';
import { runStoreContract } from '#test/contract/runStore.ts';
import { shadowStoreContract } from '#test/contract/shadowStore.ts';
import { staleStoreContract } from '#test/contract/staleStore.ts';
import { viewStoreContract } from '#test/contract/viewStore.ts';
import { freshTables } from '#test/support/dynamodb.ts';
import { freshStores } from '#test/support/dynamodbStores.ts';

const open = () => freshStores(() => at, { Contact: new Set(['FirstName']) });

eventStoreContract('DynamoDB', open);
recordStoreContract('DynamoDB', open);
viewStoreContract('DynamoDB', async () => (await open()).views);
shadowStoreContract('DynamoDB', open);
releaseStoreContract('DynamoDB', async () => (await open()).releases);
parkStoreContract('DynamoDB', async () => (await open()).parked);
catalogStoreContract('DynamoDB', async () => (await open()).catalog);
staleStoreContract('DynamoDB', open);
absenceStoreContract('DynamoDB', async () => (await open()).absences);
jobStoreContract('DynamoDB', async () => dynamoDbJobStore((await open()).database));
jobTurnStoreContract('DynamoDB', async () => dynamoDbJobTurnStore((await open()).database));
runStoreContract('DynamoDB', async () => (await freshStores(tickingClock())).runs);
quarantineStoreContract('DynamoDB', async () => (await open()).quarantine);
forgottenStoreContract('DynamoDB', async () => ({ forgotten: dynamoDbForgottenStore((await open()).database) }));

deliveryStoreContract('DynamoDB', async (deps) => dynamoDbDeliveryStore({ ...(await freshTables()), ...deps }));
registrationsContract('DynamoDB', async () =>
  dynamoDbRegistrations({ ...(await freshTables()), clock: tickingClock() }),
);
budgetContract('DynamoDB', async (clock, elapsedMs) => {
  const tables = await freshTables();
  return () => dynamoDbBudget({ ...tables, clock, ...(elapsedMs && { elapsedMs }) });
});
onceContract('DynamoDB', async (clock) => dynamoDbOnce({ ...(await freshTables()), clock }));
