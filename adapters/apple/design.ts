import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { firstProblems } from '../firstProblems.ts';
import { linesIn } from '../mapping/lineOf.ts';
import { type Images, loadImages } from './images.ts';
import type { AppleSettings } from './settings.ts';
import { readTemplate, type Template } from './template.ts';

/** How the passes look. */
export type Design = {
  readonly template: Template;
  readonly images: Images;
  /** Names of the files that were read for it; what is not among them is built in. */
  readonly own: readonly string[];
};

/** Reads template and images beside destinations.json; what is not there is built in. directory null: all of it. Left: each problem in a line. */
export const loadDesign = async (
  directory: string | null,
  { template: name }: Pick<AppleSettings, 'template'>,
): Promise<E.Either<readonly string[], Design>> => {
  const template = await loadTemplate(directory, name);
  const images = await loadImages(directory);
  if (E.isLeft(template) || E.isLeft(images)) return E.left([template, images].flatMap(problemsOf));
  const own = [...template.right.own, ...images.right.own];
  return E.right({ template: template.right.template, images: images.right.images, own });
};

const USUAL_NAME = 'card.json';

const loadTemplate = async (
  directory: string | null,
  name: string | null,
): Promise<E.Either<readonly string[], Pick<Design, 'template' | 'own'>>> => {
  const file = name ?? USUAL_NAME;
  const text = directory === null ? null : await readFile(join(directory, file), 'utf8').catch(() => null);
  if (text === null && name !== null && directory !== null)
    return E.left([`${file}: expected that file beside destinations.json`]);
  return E.bimap(
    (problems: readonly string[]) => {
      const lineOf = linesIn(text ?? '');
      return firstProblems(problems, (problem) => `${file}:${lineOf(pathOf(problem))}  ${problem}`);
    },
    (template: Template) => ({ template, own: text === null ? [] : [file] }),
  )(readTemplate(text));
};

/** It begins with its path, if it has one. */
const pathOf = (problem: string): readonly string[] => (/^([\w.]+): /.exec(problem)?.[1] ?? '').split('.');

const problemsOf = (part: E.Either<readonly string[], unknown>): readonly string[] => (E.isLeft(part) ? part.left : []);
