import * as E from 'fp-ts/lib/Either.js';
import { isJsonObject } from '#domain/index.ts';
import { elementOf, fieldsOf, type Kind, type Shape } from './passShape.ts';

/** Steps from the pass to a value: tier.name, points[0].balance, promotions[state=expiring].title. Of several found, the first is shown. */
export type Path = { readonly steps: readonly Step[]; readonly shape: Shape };
type Step =
  | { readonly type: 'Name'; readonly name: string }
  | { readonly type: 'Index'; readonly index: number }
  | { readonly type: 'Where'; readonly name: string; readonly equals: string };

/** How a value is shown. words: a name such as favouriteStore as words. currency null: it stands with the amount. */
export type Format =
  | { readonly type: Kind | 'count' | 'words' }
  | { readonly type: 'amount'; readonly currency: string };

export type Placeholder = { readonly path: Path; readonly format: Format };
/** Text with values in it. */
export type Phrase = readonly (string | Placeholder)[];

/** Reads "Hello {holder.firstName}": a value stands in braces, {{ and }} are braces. Left: what was expected. scope: what paths begin with. */
export const readPhrase = (text: string, scope: Shape): E.Either<string, Phrase> => {
  const phrase: (string | Placeholder)[] = [];
  for (const [piece, inside] of text.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g)) {
    if (piece === '{' || piece === '}') return E.left('a } for each {, or {{ where a brace is meant');
    if (inside === undefined) phrase.push(piece === '{{' ? '{' : piece === '}}' ? '}' : piece);
    else {
      const placeholder = readPlaceholder(inside, scope);
      if (E.isLeft(placeholder)) return E.left(`${placeholder.left} (in {${inside}})`);
      phrase.push(placeholder.right);
    }
  }
  return E.right(phrase);
};

const readPlaceholder = (text: string, scope: Shape): E.Either<string, Placeholder> => {
  const [pathText = '', formatText, ...more] = text.split('|').map((part) => part.trim());
  if (more.length > 0) return E.left('one | at most');
  const path = readPath(pathText, scope);
  if (E.isLeft(path)) return path;
  const format = formatText === undefined ? usualFormat(path.right.shape) : readFormat(formatText);
  return E.isLeft(format) ? format : E.right({ path: path.right, format: format.right });
};

export const readPath = (text: string, scope: Shape): E.Either<string, Path> => {
  const steps: Step[] = [];
  let shape = scope;
  for (const part of partsOf(text)) {
    const step = readStep(part);
    if (step === null) return E.left('a path such as tier.name, points[0].balance or promotions[state=expiring].title');
    const next = under(shape, step);
    if (E.isLeft(next)) return next;
    steps.push(step);
    shape = next.right;
  }
  return E.right({ steps, shape });
};

/** Custom names may hold dots within brackets. */
const partsOf = (text: string): readonly string[] => text.match(/\[[^\]]*\]|[^.[]+|\.(?=\.|$)/g) ?? [''];

const readStep = (part: string): Step | null => {
  const inBrackets = /^\[(?:(\d{1,4})|(\w{1,80})\s*=\s*(.+))\]$/.exec(part);
  if (inBrackets === null) return /^[\p{L}\d_$ -]{1,120}$/u.test(part) ? { type: 'Name', name: part } : null;
  const [, index, name, equals] = inBrackets;
  return index === undefined
    ? { type: 'Where', name: name ?? '', equals: equals ?? '' }
    : { type: 'Index', index: Number(index) };
};

const under = (shape: Shape, step: Step): E.Either<string, Shape> => {
  if (step.type === 'Name' && typeof shape === 'object' && 'byName' in shape) return E.right(shape.byName);
  const fields = fieldsOf(shape);
  if (step.type !== 'Index' && (fields === null || !Object.hasOwn(fields, step.name)))
    return E.left(fields === null ? `nothing after a single value` : `one of ${Object.keys(fields).join(', ')}`);
  if (step.type === 'Name') return E.right(fields?.[step.name] ?? 'text');
  const element = elementOf(shape);
  return element === null ? E.left('[…] after a list only') : E.right(element);
};

const usualFormat = (shape: Shape): E.Either<string, Format> => {
  if (typeof shape === 'string') return E.right({ type: shape });
  const element = elementOf(shape);
  return typeof element === 'string'
    ? E.right({ type: element })
    : E.left('a single value: go on with .name, or count with |count');
};

const FORMATS = ['text', 'date', 'number', 'percent', 'money', 'count', 'words'] as const;
const readFormat = (text: string): E.Either<string, Format> => {
  const type = FORMATS.find((format) => format === text);
  const currency = /^money ([A-Z]{3})$/.exec(text)?.[1];
  if (currency !== undefined) return E.right({ type: 'amount', currency });
  return type === undefined ? E.left(`|${FORMATS.join(', |')} or |money EUR`) : E.right({ type });
};

/** All that is found, lists opened, without what is unknown or empty. */
export const follow = (root: unknown, { steps }: Path): readonly unknown[] => {
  let found: readonly unknown[] = [root];
  for (const step of steps) {
    if (step.type === 'Index') found = found.slice(step.index, step.index + 1);
    else if (step.type === 'Where') found = found.filter((one) => memberOf(one, step.name) === step.equals);
    else
      found =
        found.length === 1
          ? opened(memberOf(found[0], step.name))
          : found.flatMap((one) => opened(memberOf(one, step.name)));
  }
  return found.every(isKnown) ? found : found.filter(isKnown);
};

const NONE: readonly unknown[] = [];
const opened = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : isKnown(value) ? [value] : NONE);
const isKnown = (value: unknown): boolean => value !== null && value !== undefined && value !== '';
const memberOf = (value: unknown, name: string): unknown =>
  isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** The names a path goes along, as changes of a pass are named: promotions[state=expiring].title is promotions.title. */
export const changePath = ({ steps }: Path): string =>
  steps.flatMap((step) => (step.type === 'Name' ? [step.name] : [])).join('.');
