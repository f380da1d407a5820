/** JSON as it is written: keys may come twice or be __proto__, numbers are their text, and nesting is as deep as somebody likes. */
export type Tree =
  | { readonly type: 'text'; text: string }
  | { readonly type: 'list'; items: Tree[] }
  | { readonly type: 'object'; entries: [key: string, value: Tree][] }
  | { readonly type: 'deep'; inner: Tree; open: string; close: string; depth: number };

export const treeOf = (value: unknown): Tree => {
  if (Array.isArray(value)) return { type: 'list', items: value.map(treeOf) };
  if (typeof value === 'object' && value !== null)
    return { type: 'object', entries: said(value).map(([key, inner]) => [key, treeOf(inner)]) };
  return { type: 'text', text: JSON.stringify(value) };
};

/** As JSON.stringify has it. */
const said = (value: object): readonly [string, unknown][] =>
  Object.entries(value).filter(([, inner]) => inner !== undefined);

export const written = (tree: Tree): string => {
  switch (tree.type) {
    case 'text':
      return tree.text;
    case 'list':
      return `[${tree.items.map(written).join()}]`;
    case 'object':
      return `{${tree.entries.map(([key, value]) => `${JSON.stringify(key)}:${written(value)}`).join()}}`;
    case 'deep':
      return `${tree.open.repeat(tree.depth)}${written(tree.inner)}${tree.close.repeat(tree.depth)}`;
  }
};

/** Where a value stands: what replaces it there. */
export type Place = { readonly value: Tree; readonly replace: (value: Tree) => void };

export const placesIn = (tree: Tree, replace: (value: Tree) => void): readonly Place[] => {
  const inner = ((): readonly Place[] => {
    if (tree.type === 'list')
      return tree.items.flatMap((item, index) =>
        placesIn(item, (value) => {
          tree.items[index] = value;
        }),
      );
    if (tree.type === 'object')
      return tree.entries.flatMap((entry) =>
        placesIn(entry[1], (value) => {
          entry[1] = value;
        }),
      );
    return [];
  })();
  return [{ value: tree, replace }, ...inner];
};
