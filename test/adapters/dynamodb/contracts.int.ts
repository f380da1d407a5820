import { catalogStoreContract } from '#test/contract/catalogStore.ts';
import { eventStoreContract } from '#test/contract/eventStore.ts';
import { at } from '#test/contract/given.ts';
import { quarantineStoreContract } from '#test/contract/quarantineStore.ts';
import { recordStoreContract } from '#test/contract/recordStore.ts';
import { viewStoreContract } from '#test/contract/viewStore.ts';
import { freshStores } from '#test/support/dynamodbStores.ts';

const open = () => freshStores(() => at, { Contact: new Set(['FirstName']) });

eventStoreContract('DynamoDB', open);
recordStoreContract('DynamoDB', open);
viewStoreContract('DynamoDB', async () => (await open()).views);
catalogStoreContract('DynamoDB', async () => (await open()).catalog);
quarantineStoreContract('DynamoDB', async () => (await open()).quarantine);
