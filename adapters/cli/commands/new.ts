import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { CommandFailed } from '../client.ts';
import { print, printJson } from '../print.ts';
import { projectionFile, projectionTestFile } from '../projectionTemplate.ts';
import { withProjection } from '../registryEdit.ts';

export const newCommand = (): Command =>
  new Command('new').description('begin something of your own').addCommand(newProjectionCommand());

type Options = { readonly dir: string; readonly json?: boolean };

const newProjectionCommand = (): Command =>
  new Command('projection')
    .description('write a projection and its test into a checkout of billfold, and list it in the registry')
    .argument('<name>', 'camelCase, such as lastVisit')
    .option('--dir <folder>', 'the checkout', '.')
    .option('--json', 'print what was written as JSON')
    .action(async (name: string, { dir, json }: Options) => {
      const written = await newProjection(resolve(dir), name);
      if (json) return printJson(written);
      for (const file of written.written) print(`wrote    ${file}`);
      print(`changed  ${written.changed}: its import and its entry`);
      print(`Try it:  npx vitest run --config test/vitest.config.ts --project unit ${TESTS}`);
      print(
        'Before its first release: BILLFOLD_ADD_GOLDEN=1 with the same command keeps a golden fold, and from then on another state needs another version.',
      );
    });

const FOLDER = 'domain/projection';
const TESTS = 'test/domain/projection';
const REGISTRY = `${FOLDER}/registry.ts`;

type Written = { readonly name: string; readonly written: readonly string[]; readonly changed: string };

/** All is looked at before the first file is written. */
const newProjection = async (checkout: string, name: string): Promise<Written> => {
  const registry = await registryOf(checkout);
  const files: readonly (readonly [file: string, text: string])[] = [
    [`${FOLDER}/${name}.ts`, projectionFile(name)],
    [`${TESTS}/${name}.test.ts`, projectionTestFile(name)],
  ];
  refuseUnsound(name, [registry, projectionFile(ANOTHER), projectionTestFile(ANOTHER)]);
  await refuseTaken(checkout, name);
  const edited = withProjection(registry, name);
  if (edited === null)
    throw new CommandFailed(
      `${REGISTRY} does not look as expected, so nothing was written: expected "export const projections = { … };" with an import for each name.`,
    );
  try {
    for (const [file, text] of files) await writeFile(join(checkout, file), text, { flag: 'wx' });
    await writeFile(join(checkout, REGISTRY), edited);
  } catch (error) {
    throw new CommandFailed(`Cannot write into ${checkout} (${codeOf(error)}).`);
  }
  return { name, written: files.map(([file]) => file), changed: REGISTRY };
};

const registryOf = async (checkout: string): Promise<string> => {
  const registry = await readFile(join(checkout, REGISTRY), 'utf8').catch(() => null);
  const tests = await stat(join(checkout, TESTS)).catch(() => null);
  if (registry !== null && tests?.isDirectory()) return registry;
  throw new CommandFailed(
    `${checkout} is no checkout of billfold: it has no ${registry === null ? REGISTRY : TESTS}. Run this in one, or say --dir FOLDER.`,
  );
};

const ANOTHER = 'another';
const MAX_LENGTH = 24;

const refuseUnsound = (name: string, files: readonly string[]): void => {
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name) || name.length > MAX_LENGTH)
    throw new CommandFailed(
      `${name}: expected a name in camelCase of at most ${MAX_LENGTH} letters and digits, such as lastVisit.`,
    );
  if (RESERVED.has(name)) throw new CommandFailed(`${name}: is a word of the language, expected a name.`);
  if (files.some((file) => namesIn(file).has(name)))
    throw new CommandFailed(`${name}: is the name of something else where it would stand, expected another.`);
};

/** Also where the file system cannot tell upper from lower case. */
const refuseTaken = async (checkout: string, name: string): Promise<void> => {
  for (const [folder, file] of [
    [FOLDER, `${name}.ts`],
    [TESTS, `${name}.test.ts`],
  ] as const) {
    const taken = (await readdir(join(checkout, folder))).find((entry) => entry.toLowerCase() === file.toLowerCase());
    if (taken !== undefined)
      throw new CommandFailed(`${name}: ${folder}/${taken} is there already, and is left as it is.`);
  }
};

/** What a file imports and declares. */
const namesIn = (text: string): ReadonlySet<string> => {
  const imported = [...text.matchAll(/^import (?:type )?\{([^}]*)\}/gm)].flatMap(([, names = '']) =>
    names.split(',').map((part) => part.replace('type ', '').trim()),
  );
  const declared = [...text.matchAll(/^ *(?:export )?(?:const|type|function) (\w+)/gm)].map(([, word = '']) => word);
  return new Set([...imported, ...declared]);
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'for an unknown reason';

const RESERVED: ReadonlySet<string> = new Set(
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield'.split(
    ' ',
  ),
);
