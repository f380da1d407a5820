import type { LocalTable } from './localTable.ts';

/** Where a reader got to, beside the data it reads: both survive or both are lost. */
export type Checkpoints = {
  readonly load: (name: string) => Promise<string | null>;
  readonly save: (name: string, place: string) => Promise<void>;
};

export const checkpoints = ({ table }: { readonly table: LocalTable }): Checkpoints => ({
  load: async (name) => (await table.last(`checkpoint#${name}`))?.place?.S ?? null,
  save: (name, place) => table.write([{ type: 'put', p: `checkpoint#${name}`, v: 0n, item: { place: { S: place } } }]),
});
