/** The first column is text, the others are numbers; all text where isText. */
export const table = (
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  { isText = false }: { readonly isText?: boolean } = {},
): string =>
  [heading, heading.map((_, index) => (index === 0 || isText ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
