import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { isJsonObject } from '#domain/index.ts';
import type { Design } from '../apple/design.ts';
import { firstProblems } from '../firstProblems.ts';
import { AT_MOST_LEVELS, isTooDeep } from '../jsonDepth.ts';
import { linesIn } from '../mapping/lineOf.ts';
import { type Destinations, NO_DESTINATIONS, readDestinations } from './destinations.ts';
import { pathText } from './settingProblems.ts';

/** design: how Apple's passes look, images read; null: there is no destination apple. */
export type LoadedDestinations = { readonly destinations: Destinations; readonly design: Design | null };

export const NOWHERE: LoadedDestinations = { destinations: NO_DESTINATIONS, design: null };

/** Left: a line for each problem, with the file and the line in it. No secret is read for it, and nobody is asked. */
export const loadDestinations = async (path: string): Promise<E.Either<readonly string[], LoadedDestinations>> => {
  const file = await fileOf(path);
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return E.left([`${file}: no such file`]);
  const name = basename(file);
  if (isTooDeep(text)) return E.left([`${name}:1  ${AT_MOST_LEVELS}`]);
  const json = jsonOf(text);
  if (E.isLeft(json)) return E.left([`${name}:${json.left}  expected JSON`]);
  const read = readDestinations(json.right);
  const design = await designBeside(file, json.right);
  const lineOf = linesIn(text);
  const problems = [
    ...(E.isLeft(read)
      ? firstProblems(read.left, (problem) => `${name}:${lineOf(problem.path)}  ${told(problem)}`)
      : []),
    ...(design !== null && E.isLeft(design) ? design.left : []),
  ];
  if (E.isLeft(read) || (design !== null && E.isLeft(design))) return E.left(problems);
  return E.right({ destinations: read.right, design: design === null ? null : design.right });
};

/** Looked at whatever is wrong with the rest. null: there is no destination apple. */
const designBeside = async (file: string, json: unknown): Promise<E.Either<readonly string[], Design> | null> => {
  const apple = isJsonObject(json) ? json.apple : undefined;
  if (!isJsonObject(apple)) return null;
  const isNamed = typeof apple.template === 'string' && /^[\w.-]+\.json$/.test(apple.template);
  // What draws passes is loaded where passes are drawn.
  const { loadDesign } = await import('../apple/design.ts');
  return loadDesign(dirname(file), { template: isNamed ? String(apple.template) : null });
};

/** Of a folder the file in it. */
const fileOf = async (path: string): Promise<string> =>
  (await stat(path).catch(() => null))?.isDirectory() ? join(path, FILE) : path;
export const FILE = 'destinations.json';

/** Left: the line. The parser's own words quote the text. */
const jsonOf = (text: string): E.Either<number, unknown> => {
  try {
    return E.right(JSON.parse(text));
  } catch (error) {
    const at = error instanceof Error ? /line (\d+)/.exec(error.message)?.[1] : undefined;
    return E.left(at === undefined ? text.trimEnd().split('\n').length : Number(at));
  }
};

const told = ({ path, what }: { readonly path: readonly string[]; readonly what: string }): string =>
  path.length === 0 ? what : `${pathText(path)}: ${what}`;
