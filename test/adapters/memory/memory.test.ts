import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { memoryCatalogStore } from '#adapters/memory/catalogStore.ts';
import { memoryEventStore } from '#adapters/memory/eventStore.ts';
import { emptyMemory } from '#adapters/memory/memory.ts';
import { memoryQuarantineStore } from '#adapters/memory/quarantineStore.ts';
import { memoryRecordStore } from '#adapters/memory/recordStore.ts';
import { memoryViewStore } from '#adapters/memory/viewStore.ts';
import { catalogStoreContract } from '#test/contract/catalogStore.ts';
import { eventStoreContract } from '#test/contract/eventStore.ts';
import { at } from '#test/contract/given.ts';
import { keyStoreContract } from '#test/contract/keyStore.ts';
import { quarantineStoreContract } from '#test/contract/quarantineStore.ts';
import { recordStoreContract } from '#test/contract/recordStore.ts';
import { viewStoreContract } from '#test/contract/viewStore.ts';

const open = () => {
  const memory = emptyMemory();
  const keys = memoryKeys();
  const personal = { Contact: new Set(['FirstName']) };
  return {
    keys,
    events: memoryEventStore(memory, keys),
    records: memoryRecordStore(memory, { keys, personal, clock: () => at }),
    quarantine: memoryQuarantineStore(memory),
  };
};

eventStoreContract('memory', async () => open());
recordStoreContract('memory', async () => open());
quarantineStoreContract('memory', async () => open().quarantine);
viewStoreContract('memory', async () => memoryViewStore());
catalogStoreContract('memory', async () => memoryCatalogStore());
keyStoreContract('memory', async () => memoryKeys());
