import { parseArgs } from 'node:util';
import { isList, isStructure, modelOf, namesIn, type Structure, typeOf } from './awsModel.ts';
import { wordsOf } from './shellWords.ts';

/** An `aws` command as the AWS CLI would understand it: its input by the names of the API. */
export type AwsCommand = { readonly operation: string; readonly input: Readonly<Record<string, unknown>> };

/** One that waits for something is asked by what it waits for. */
const WAITS: Readonly<Record<string, string>> = { 'table-exists': 'describe-table' };
/** Of the CLI itself, whatever the service. */
const OF_THE_CLI = ['query', 'output', 'max-items'];

/** Throws where Amazon's model of the service knows no such operation, parameter or member, of what is asked or of what is picked from the answer. */
export const readAwsCommand = (line: string): AwsCommand => {
  const [, service = '', ...said] = wordsOf(line);
  const [action = '', ...rest] = said[0] === 'wait' ? [WAITS[said[1] ?? ''] ?? said[1] ?? '', ...said.slice(2)] : said;
  const { operation, input, output } = modelOf(service, action);
  return { operation, input: readInput(input, output, rest) };
};

const readInput = (
  model: Structure,
  answer: Structure,
  words: readonly string[],
): Readonly<Record<string, unknown>> => {
  const options = Object.fromEntries(
    [...model[4].map(kebab), ...OF_THE_CLI].map((name) => [name, { type: 'string' as const, multiple: true }]),
  );
  const { values } = parseArgs({ args: withValues(words), options, strict: true });
  if (values.query !== undefined) checkQuery(answer, [values.query].flat().join(' '));
  const input = Object.entries(values).flatMap(([name, said]) => {
    const at = model[4].findIndex((member) => kebab(member) === name);
    return at === -1 ? [] : [[model[4][at], givenAs(model[5][at], said as string[])] as const];
  });
  const missing = model[4].slice(0, model[6] ?? 0).filter((name) => !input.some(([given]) => given === name));
  if (missing.length > 0) throw new Error(`${missing.join(', ')}: required`);
  return Object.fromEntries(input);
};

/** By names alone: what is no literal and no function is a member. */
const checkQuery = (answer: Structure, query: string): void => {
  const names = namesIn(answer);
  const said = query.replace(/`[^`]*`|'[^']*'/g, '').match(/[A-Za-z_]\w*(?![\w(])/g) ?? [];
  const unknown = said.filter((name) => !names.has(name));
  if (unknown.length > 0 || said.length === 0) throw new Error(`${unknown.join(', ')}: nothing of that in the answer`);
};

/** `--deletion-protection-enabled` has no value, and `--a x y` has two. */
const withValues = (words: readonly string[]): string[] => {
  let option = '';
  return words.flatMap((word, index) => {
    if (!word.startsWith('--')) return [`${option}=${word}`];
    option = word;
    return words[index + 1]?.startsWith('--') === false ? [] : [`${word}=true`];
  });
};

const givenAs = (type: unknown, said: readonly string[]): unknown => {
  const model = typeOf(type);
  if (isList(model)) return said.map((text) => shorthand(model[4], text));
  return shorthand(model, said.join(' '));
};

/** JSON, or the CLI's shorthand: a=b,c=[{d=e},{d=f}] (AWS CLI user guide, "Using shorthand syntax", read November 2026). */
const shorthand = (type: unknown, text: string): unknown => {
  const model = typeOf(type);
  if (/^[{[]"/.test(text)) return named(model, JSON.parse(text));
  if (isStructure(model)) return structured(model, text);
  if (isList(model)) return partsOf(text.replace(/^\[|\]$/g, '')).map((part) => shorthand(model[4], part));
  return text === 'true' || text === 'false' ? text === 'true' : /^\d+$/.test(text) ? Number(text) : text;
};

const structured = (model: Structure, text: string): unknown =>
  Object.fromEntries(
    partsOf(text.replace(/^\{|\}$/g, '')).map((part) => {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(part) ?? [];
      return [name, shorthand(memberOf(model, name), value)];
    }),
  );

/** JSON as it is, once every name in it is one of the model. */
const named = (type: unknown, value: unknown): unknown => {
  const model = typeOf(type);
  if (typeof value !== 'object' || value === null || !Array.isArray(model)) return value;
  for (const [name, inside] of Object.entries(value))
    named(isStructure(model) ? memberOf(model, name) : model.at(-1), inside);
  return value;
};

const memberOf = (model: Structure, name: string): unknown => {
  const at = model[4].indexOf(name);
  if (at === -1) throw new Error(`${model[2]}: no ${name} in it`);
  return model[5][at];
};

/** What stands between commas that no bracket holds. */
const partsOf = (text: string): readonly string[] => {
  let depth = 0;
  let part = '';
  const parts: string[] = [];
  for (const letter of text) {
    if ('[{'.includes(letter)) depth += 1;
    if (']}'.includes(letter)) depth -= 1;
    if (letter === ',' && depth === 0) parts.push(part);
    part = letter === ',' && depth === 0 ? '' : part + letter;
  }
  return [...parts, part];
};

const kebab = (name: string): string =>
  name
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase();
