import type { LocalTable, LocalWrite } from './localTable.ts';

/** Where a reader got to, beside the data it reads: both survive or both are lost. */
export type Checkpoints = {
  readonly load: (name: string) => Promise<string | null>;
  readonly save: (name: string, place: string) => Promise<void>;
  /** With whatever is written next: what lies between the place before and this one comes again when it is lost. */
  readonly saveLater: (name: string, place: string) => Promise<void>;
};

export const checkpoints = ({ table }: { readonly table: LocalTable }): Checkpoints => ({
  load: async (name) => (await table.last(partitionOf(name)))?.place?.S ?? null,
  save: (name, place) => table.write([placed(name, place)]),
  saveLater: (name, place) => table.writeLater([placed(name, place)]),
});

const partitionOf = (name: string): string => `checkpoint#${name}`;

const placed = (name: string, place: string): LocalWrite => ({
  ...{ type: 'put', p: partitionOf(name), v: 0n },
  item: { place: { S: place } },
});
