import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { lineOf } from '../mapping/lineOf.ts';
import { type Images, loadImages } from './images.ts';
import type { AppleSettings } from './settings.ts';
import { readTemplate, type Template } from './template.ts';

/** How the passes look. */
export type Design = { readonly template: Template; readonly images: Images };

/** Reads template and images beside destinations.json; what is not there is built in. directory null: all of it. Left: each problem in a line. */
export const loadDesign = async (
  directory: string | null,
  { template: name }: Pick<AppleSettings, 'template'>,
): Promise<E.Either<readonly string[], Design>> => {
  const template = await loadTemplate(directory, name);
  const images = await loadImages(directory);
  if (E.isLeft(template) || E.isLeft(images)) return E.left([template, images].flatMap(problemsOf));
  return E.right({ template: template.right, images: images.right });
};

const loadTemplate = async (
  directory: string | null,
  name: string | null,
): Promise<E.Either<readonly string[], Template>> => {
  if (directory === null || name === null) return readTemplate(null);
  const text = await readFile(join(directory, name), 'utf8').catch(() => null);
  if (text === null) return E.left([`${name}: expected that file beside destinations.json`]);
  return E.mapLeft((lines: readonly string[]) => lines.map((line) => `${name}:${placeOf(text, line)}  ${line}`))(
    readTemplate(text),
  );
};

/** The line that a problem is about: it begins with its path, if it has one. */
const placeOf = (text: string, problem: string): number =>
  lineOf(text, (/^([\w.]+): /.exec(problem)?.[1] ?? '').split('.'));

const problemsOf = (part: E.Either<readonly string[], unknown>): readonly string[] => (E.isLeft(part) ? part.left : []);
