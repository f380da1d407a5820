import type { MappingListing } from '../../../../http/answers/mapping.ts';

/**
 * Which object the rows of a file are of: what its first row says itself (attributes.type), else what the file is called (contact-2026.jsonl),
 * else the object that reads most of its fields. null: nothing tells.
 */
export const guessObject = (
  name: string,
  firstLine: string | null,
  { objects, flows }: Pick<MappingListing, 'objects' | 'flows'>,
): string | null => {
  const row = rowIn(firstLine);
  return saidIn(row, objects) ?? named(name, objects, flows) ?? byFields(row, objects);
};

type Row = Readonly<Record<string, unknown>>;
type Objects = MappingListing['objects'];

const saidIn = (row: Row | null, objects: Objects): string | null => {
  const type = Object(row?.attributes).type;
  return typeof type === 'string' && Object.hasOwn(objects, type) ? type : null;
};

const named = (name: string, objects: Objects, flows: MappingListing['flows']): string | null => {
  const begin = (name.split(/[-.]/)[0] ?? '').toLowerCase();
  const object = Object.keys(objects).find((known) => known.toLowerCase() === begin);
  const flow = Object.keys(flows).find((known) => known.toLowerCase() === begin);
  return object ?? (flow === undefined ? null : (flows[flow] ?? null));
};

/** At least half of what is read of it has to be there. */
const byFields = (row: Row | null, objects: Objects): string | null => {
  if (row === null) return null;
  const [best] = Object.entries(objects)
    .map(([object, { owner, fields, custom }]) => {
      const read = [...Object.values(fields), ...Object.values(custom), ...(owner === null ? [] : [owner])];
      const there = read.filter((field) => field in row).length;
      return { object, share: read.length === 0 ? 0 : there / read.length };
    })
    .sort((a, b) => b.share - a.share);
  return best !== undefined && best.share >= 0.5 ? best.object : null;
};

const rowIn = (line: string | null): Row | null => {
  try {
    const row: unknown = JSON.parse(line ?? '');
    return typeof row === 'object' && row !== null && !Array.isArray(row) ? (row as Row) : null;
  } catch {
    return null;
  }
};
