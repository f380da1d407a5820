import { topology } from '#adapters/topology.ts';
import { ASSUMED, type Ledger } from '../cost/cost.ts';
import type { Shards } from '../cost/scaling.ts';
import { eventsOf, type Programme, peakASecond, recordsOf } from './programme.ts';

export type TableSize = {
  readonly table: keyof typeof topology.tables;
  readonly gb: number;
  readonly isBackedUp: boolean;
  /** Write and read units a second in the busiest ten minutes. Indexes are counted with their table. */
  readonly writes: number;
  readonly reads: number;
  /** 10 GB, 1,000 write units or 3,000 read units each (DynamoDB guide, "Partitions and data distribution", read November 2026). */
  readonly partitions: number;
};

const GB = 1e9;

/** The tables of a programme, from what the ledger says that one change asks of each. */
export const tableSizes = (programme: Programme, ledger: Ledger): readonly TableSize[] => {
  const { members } = programme;
  const perSecond = peakASecond(programme);
  const { newPurchase, foldVisible, acceptEvent, deliver } = ledger;
  const sized = (
    table: TableSize['table'],
    bytes: number,
    one: { readonly writes: number; readonly reads: number },
  ): TableSize => {
    const [gb, writes, reads] = [bytes / GB, one.writes * perSecond, one.reads * perSecond];
    const partitions = Math.max(1, Math.ceil(gb / 10), Math.ceil(writes / 1_000 + reads / 3_000));
    return { table, gb, isBackedUp: topology.tables[table].pointInTimeRecovery, writes, reads, partitions };
  };
  return [
    // Of a change's transaction, one half is the record's and one the commit's: two units each.
    sized('records', recordsOf(programme) * ASSUMED.recordBytes, { writes: newPurchase.writeUnits / 2, reads: 0.5 }),
    sized('events', eventsOf(programme) * ASSUMED.commitBytes, { writes: newPurchase.writeUnits / 2, reads: 0.5 }),
    sized('views', members * ASSUMED.liveBytes, { writes: foldVisible.writeUnits, reads: foldVisible.readUnits }),
    sized('deliveries', members * ASSUMED.cardBytes, {
      writes: acceptEvent.writeUnits + 2 * deliver.writeUnits,
      reads: acceptEvent.readUnits + 2 * deliver.readUnits,
    }),
    sized('keys', members * ASSUMED.keyBytes, { writes: 0, reads: 1 }),
  ];
};

/** A stream has a shard for each partition of its table. */
export const shardsOf = (sizes: readonly TableSize[]): Shards => {
  const partitionsOf = (name: TableSize['table']): number => sizes.find(({ table }) => table === name)?.partitions ?? 1;
  return { events: partitionsOf('events'), views: partitionsOf('views') };
};
