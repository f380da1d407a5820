import { basename, dirname } from 'node:path';

/** What a mapping calls the objects it reads, and the flows that bring them. */
export type Names = { readonly objects: readonly string[]; readonly flows: Readonly<Record<string, string>> };

/**
 * The object that a file's rows are of, read from its name or its folders: contact-2026.jsonl, or AppFlow's tree
 * <object or flow>/<execution id>/<file>, the nearest folder first. null: nothing there names one.
 */
export const objectOf = (path: string, { objects, flows }: Names): string | null => {
  const parts = [basename(path).split(/[-.]/)[0] ?? '', ...dirname(path).split(/[\\/]/).reverse()];
  const named = new Map([
    ...objects.map((object) => [object.toLowerCase(), object] as const),
    ...Object.entries(flows).map(([flow, object]) => [flow.toLowerCase(), object] as const),
  ]);
  return parts.map((part) => named.get(part.toLowerCase())).find((object) => object !== undefined) ?? null;
};
