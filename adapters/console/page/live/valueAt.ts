/** A path of the pass, such as "tier.name", before and after. */
export type Change = { readonly path: string; readonly before: string | null; readonly after: string };

/** before null: nobody here has seen the pass before. */
export const changesOf = (changed: readonly string[], before: object | null, after: object): readonly Change[] =>
  changed.map((path) => ({
    path,
    before: before === null ? null : textAt(before, path),
    after: textAt(after, path),
  }));

const textAt = (root: object, path: string): string => {
  const value = path.split('.').reduce<unknown>((node, field) => Object(node)[field], root);
  if (value === undefined || value === null) return '—';
  return typeof value === 'string' ? value : JSON.stringify(value, null, typeof value === 'object' ? 1 : 0);
};
