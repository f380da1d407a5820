import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { IngestHandlerDeps } from '#adapters/lambda/ingest.ts';
import { memoryEventStore } from '#adapters/memory/eventStore.ts';
import { emptyMemory, type Memory } from '#adapters/memory/memory.ts';
import { memoryQuarantineStore } from '#adapters/memory/quarantineStore.ts';
import { memoryRecordStore } from '#adapters/memory/recordStore.ts';
import { memoryRunStore } from '#adapters/memory/runStore.ts';
import { memoryStaleStore } from '#adapters/memory/staleStore.ts';
import { type LoadFileDeps, type LoadReport, loadFile } from '#adapters/source/loadFile.ts';
import {
  type EventStore,
  type KeyStore,
  type Mapping,
  personalFields,
  type QuarantineItem,
  type RunStore,
  retail,
  type StaleStore,
} from '#domain/index.ts';

/** One instant stands for all: nothing here depends on when it is learnt. */
const LEARNT_AT = Date.UTC(2026, 10, 21);

const oneKey: Pick<KeyStore, 'obtain'> = {
  obtain: (keyIds) => TE.right(new Map(keyIds.map((keyId) => [keyId, new Uint8Array(32)]))),
};

/** What ingest needs, in memory, and a look at what it made of its input. */
export const ingesting = (mapping: Mapping = retail) => {
  const memory = emptyMemory();
  const clock = () => LEARNT_AT;
  const stale = memoryStaleStore(memory);
  const runs = memoryRunStore(clock);
  const deps: LoadFileDeps &
    IngestHandlerDeps & { readonly events: EventStore; readonly stale: StaleStore; readonly runs: RunStore } = {
    stale,
    runs,
    keys: oneKey,
    records: memoryRecordStore(memory, { keys: oneKey, personal: personalFields(mapping), clock }),
    events: memoryEventStore(memory, oneKey),
    quarantine: memoryQuarantineStore(memory),
    pause: async () => {},
    clock,
    mapping,
  };
  return { deps, memory };
};

export type Loaded = {
  readonly report: LoadReport;
  /** Ids of the records that were merged. */
  readonly merged: ReadonlySet<string>;
  readonly aside: readonly QuarantineItem[];
};

/** Loads these bytes as an AppFlow file of that object, extracted later than anything in it, and so much later again. */
export const loadBytes = async (
  object: string,
  bytes: Uint8Array,
  deps: { readonly deps: LoadFileDeps; readonly memory: Memory } = ingesting(),
  laterMs = 0,
): Promise<Loaded> => {
  const folder = await mkdtemp(join(tmpdir(), 'billfold-load-'));
  try {
    const path = join(folder, 'file');
    await writeFile(path, bytes);
    const extraction = { at: LEARNT_AT + laterMs, known: true };
    const report = await loadFile(deps.deps)({ path, name: 'Order/run/file', object, extraction });
    return { report, merged: mergedIn(deps.memory), aside: [...deps.memory.quarantine.values()] };
  } finally {
    await rm(folder, { recursive: true });
  }
};

export const mergedIn = ({ records }: Memory): ReadonlySet<string> =>
  new Set([...records.values()].map(({ record }) => record.ref.id));
