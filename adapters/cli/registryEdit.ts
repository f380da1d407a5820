/** registry.ts with a further projection: its import and its entry. null: the file does not look as expected, and a person has to add them. */
export const withProjection = (registry: string, name: string): string | null => {
  const listed = LIST.exec(registry);
  const names = listed?.[1]?.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])) ?? [];
  if (listed === null || names.length === 0 || !names.every((each) => /^\w+$/.test(each))) return null;
  const lines = registry.split('\n');
  const imports = lines.flatMap((line, at) => {
    const module = IMPORT.exec(line)?.[1];
    return module === undefined ? [] : [{ at, module }];
  });
  const last = imports.at(-1);
  if (last === undefined || !names.every((each) => imports.some(({ module }) => module === each))) return null;
  const before = imports.find(({ module }) => module.toLowerCase() > name.toLowerCase());
  lines.splice(before?.at ?? last.at + 1, 0, `import { ${name} } from './${name}.ts';`);
  return lines.join('\n').replace(LIST, list([...names, name]));
};

const LIST = /^export const projections = \{([^{}]*)\};$/m;
const IMPORT = /^import .* from '\.\/(\w+)\.ts';$/;

/** As the formatter writes it. */
const list = (names: readonly string[]): string => {
  const line = `export const projections = { ${names.join(', ')} };`;
  return line.length <= 120 ? line : `export const projections = {\n${names.map((name) => `  ${name},\n`).join('')}};`;
};
