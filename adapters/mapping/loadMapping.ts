import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import {
  isPresetName,
  type Mapping,
  type MappingProblem,
  presetNames,
  presets,
  validateMapping,
} from '#domain/index.ts';
import { firstProblems } from '../firstProblems.ts';
import { AT_MOST_LEVELS, isTooDeep } from '../jsonDepth.ts';
import { importUserModule } from '../userModule.ts';
import { linesIn } from './lineOf.ts';

/** Why a mapping cannot be used: words for the person who named it, a line for each problem. */
export type MappingRefused = { readonly type: 'MappingRefused'; readonly message: string };

/** The mapping of that name: a preset, or a file whose default export (TypeScript) or content (JSON) is one. */
export const loadMapping = async (name: string): Promise<E.Either<MappingRefused, Mapping>> => {
  if (isPresetName(name)) return E.right(presets[name]);
  const read = readers[extname(name)];
  if (read === undefined)
    return refused(
      `${name}: expected a preset (${presetNames.join(', ')}) or a mapping file that ends in .ts or .json`,
    );
  const bytes = await stat(name).then(
    ({ size }) => size,
    () => 0,
  );
  if (bytes > MOST_BYTES) return refused(`${name}: expected at most ${MOST_BYTES} bytes`);
  const text = await readFile(name, 'utf8').catch(() => null);
  if (text === null) return refused(`${name}: no such mapping file, and no preset (${presetNames.join(', ')})`);
  const file = await read(name, text);
  if (E.isLeft(file)) return file;
  const mapping = validateMapping(file.right);
  return E.isLeft(mapping) ? refused(describe(name, text, mapping.left)) : mapping;
};

/** Several times what a mapping of a hundred objects takes. */
const MOST_BYTES = 256 * 1024;

type ReadFile = (name: string, text: string) => Promise<E.Either<MappingRefused, unknown>>;

const readJson: ReadFile = async (name, text) => {
  if (isTooDeep(text)) return refused(`${name}: ${AT_MOST_LEVELS}`);
  try {
    return E.right(JSON.parse(text));
  } catch (error) {
    const where = error instanceof Error ? /line (\d+)/.exec(error.message)?.[1] : undefined;
    return refused(`${name}:${where ?? text.split('\n').length}  expected JSON${reasonOf(error)}`);
  }
};

/** Runs the file: it is the user's own code, as a configuration file of any tool is. */
const readModule: ReadFile = async (name) => {
  const module = await importUserModule(name);
  if (E.isLeft(module)) return refused(module.left);
  return module.right.default === undefined
    ? refused(`${name}: expected "export default defineMapping({ … })"`)
    : E.right(module.right.default);
};

const readers: Readonly<Record<string, ReadFile>> = {
  '.json': readJson,
  ...{ '.ts': readModule, '.mts': readModule, '.js': readModule, '.mjs': readModule },
};

const describe = (name: string, text: string, problems: readonly MappingProblem[]): string => {
  const lineOf = linesIn(text);
  return [
    `${name} cannot be used as a mapping (${problems.length === 1 ? '1 problem' : `${problems.length} problems`}):`,
    ...firstProblems(problems, ({ path, expected }) => {
      const where = path.length === 0 ? '' : `${path.join('.')}: `;
      return `${name}:${lineOf(path)}  ${where}${expected}`;
    }),
  ].join('\n  ');
};

const refused = (message: string): E.Either<MappingRefused, never> => E.left({ type: 'MappingRefused', message });

const reasonOf = (error: unknown): string => (error instanceof Error ? ` (${error.message})` : '');
