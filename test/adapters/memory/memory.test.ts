import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { memoryAbsenceStore } from '#adapters/memory/absenceStore.ts';
import { memoryBudget, memoryOnce } from '#adapters/memory/budget.ts';
import { memoryCatalogStore } from '#adapters/memory/catalogStore.ts';
import { memoryDeliveryStore } from '#adapters/memory/deliveryStore.ts';
import { memoryEventStore } from '#adapters/memory/eventStore.ts';
import { memoryForgottenStore } from '#adapters/memory/forgottenStore.ts';
import { memoryJobStore } from '#adapters/memory/jobStore.ts';
import { memoryJobTurnStore } from '#adapters/memory/jobTurnStore.ts';
import { emptyMemory } from '#adapters/memory/memory.ts';
import { memoryParkStore } from '#adapters/memory/parkStore.ts';
import { memoryQuarantineStore } from '#adapters/memory/quarantineStore.ts';
import { memoryRecordStore } from '#adapters/memory/recordStore.ts';
import { memoryRegistrations } from '#adapters/memory/registrations.ts';
import { memoryReleaseStore } from '#adapters/memory/releaseStore.ts';
import { memoryRunStore } from '#adapters/memory/runStore.ts';
import { memoryShadowStore } from '#adapters/memory/shadowStore.ts';
import { memoryStaleStore } from '#adapters/memory/staleStore.ts';
import { memoryViewStore } from '#adapters/memory/viewStore.ts';
import { absenceStoreContract } from '#test/contract/absenceStore.ts';
import { budgetContract, onceContract } from '#test/contract/budget.ts';
import { catalogStoreContract } from '#test/contract/catalogStore.ts';
import { deliveryStoreContract } from '#test/contract/deliveryStore.ts';
import { eventStoreContract } from '#test/contract/eventStore.ts';
import { forgottenStoreContract } from '#test/contract/forgottenStore.ts';
import { at, tickingClock } from '#test/contract/given.ts';
import { jobStoreContract } from '#test/contract/jobStore.ts';
import { jobTurnStoreContract } from '#test/contract/jobTurnStore.ts';
import { keyStoreContract } from '#test/contract/keyStore.ts';
import { parkStoreContract } from '#test/contract/parkStore.ts';
import { quarantineStoreContract } from '#test/contract/quarantineStore.ts';
import { recordStoreContract } from '#test/contract/recordStore.ts';
import { registrationsContract } from '#test/contract/registrations.ts';
import { releaseStoreContract } from '#test/contract/releaseStore.ts';
import { runStoreContract } from '#test/contract/runStore.ts';
import { shadowStoreContract } from '#test/contract/shadowStore.ts';
import { staleStoreContract } from '#test/contract/staleStore.ts';
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
    stale: memoryStaleStore(memory),
  };
};

eventStoreContract('memory', async () => open());
recordStoreContract('memory', async () => open());
staleStoreContract('memory', async () => open());
absenceStoreContract('memory', async () => memoryAbsenceStore());
jobStoreContract('memory', async () => memoryJobStore());
jobTurnStoreContract('memory', async () => memoryJobTurnStore());
runStoreContract('memory', async () => memoryRunStore(tickingClock()));
quarantineStoreContract('memory', async () => open().quarantine);
viewStoreContract('memory', async () => memoryViewStore());
shadowStoreContract('memory', async () => ({ shadows: memoryShadowStore(), views: memoryViewStore() }));
releaseStoreContract('memory', async () => memoryReleaseStore());
parkStoreContract('memory', async () => memoryParkStore());
catalogStoreContract('memory', async () => memoryCatalogStore());
forgottenStoreContract('memory', async () => ({ forgotten: memoryForgottenStore() }));
keyStoreContract('memory', async () => memoryKeys());

deliveryStoreContract('memory', async (deps) => memoryDeliveryStore(deps));
registrationsContract('memory', async () => memoryRegistrations({ clock: tickingClock() }));
budgetContract('memory', async (clock, elapsedMs) => {
  const budget = memoryBudget({ clock, ...(elapsedMs && { elapsedMs }) });
  return () => budget;
});
onceContract('memory', async (clock) => memoryOnce({ clock }));
