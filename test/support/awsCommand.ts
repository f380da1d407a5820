import { parseArgs } from 'node:util';
import * as dynamodb from '@aws-sdk/client-dynamodb';

/** An `aws` command as the AWS CLI would understand it: its input by the names of the API. */
export type AwsCommand = { readonly operation: string; readonly input: Readonly<Record<string, unknown>> };

/** One that waits for something is asked by what it waits for. */
const WAITS: Readonly<Record<string, string>> = { 'table-exists': 'describe-table' };
/** Of the CLI itself, whatever the service. */
const OF_THE_CLI = ['query', 'output'];

/** Throws where Amazon's model of DynamoDB knows no such operation, parameter or member. */
export const readAwsCommand = (line: string): AwsCommand => {
  const [, service, ...said] = wordsOf(line);
  if (service !== 'dynamodb') throw new Error(`${service}: no model of it here`);
  const [action = '', ...rest] = said[0] === 'wait' ? [WAITS[said[1] ?? ''] ?? said[1] ?? '', ...said.slice(2)] : said;
  const operation = pascal(action);
  const model = modelOf(`${operation}Input`);
  if (model === undefined) throw new Error(`${action}: no such operation`);
  return { operation, input: readInput(model, rest) };
};

/** A structure as the SDK describes it: kind, namespace, name, traits, members, their types. */
type Structure = readonly [3, string, string, unknown, readonly string[], readonly unknown[], number?];
type List = readonly [1, string, string, unknown, unknown];

const modelOf = (name: string): Structure | undefined =>
  (dynamodb as unknown as Readonly<Record<string, Structure | undefined>>)[`${name}$`];

const readInput = (model: Structure, words: readonly string[]): Readonly<Record<string, unknown>> => {
  const options = Object.fromEntries(
    [...model[4].map(kebab), ...OF_THE_CLI].map((name) => [name, { type: 'string' as const, multiple: true }]),
  );
  const { values } = parseArgs({ args: withValues(words), options, strict: true });
  const input = Object.entries(values).flatMap(([name, said]) => {
    const at = model[4].findIndex((member) => kebab(member) === name);
    return at === -1 ? [] : [[model[4][at], givenAs(model[5][at], said as string[])] as const];
  });
  const missing = model[4].slice(0, model[6] ?? 0).filter((name) => !input.some(([given]) => given === name));
  if (missing.length > 0) throw new Error(`${missing.join(', ')}: required`);
  return Object.fromEntries(input);
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
  const model = typeof type === 'function' ? type() : type;
  if (isList(model)) return said.map((text) => shorthand(model[4], text));
  return shorthand(model, said.join(' '));
};

/** JSON, or the CLI's shorthand: a=b,c=[{d=e},{d=f}] (AWS CLI user guide, "Using shorthand syntax", read November 2026). */
const shorthand = (type: unknown, text: string): unknown => {
  const model = typeof type === 'function' ? type() : type;
  if (/^[{[]"/.test(text)) return JSON.parse(text);
  if (isStructure(model)) return structured(model, text);
  if (isList(model)) return partsOf(text.replace(/^\[|\]$/g, '')).map((part) => shorthand(model[4], part));
  return text === 'true' || text === 'false' ? text === 'true' : /^\d+$/.test(text) ? Number(text) : text;
};

const structured = (model: Structure, text: string): unknown =>
  Object.fromEntries(
    partsOf(text.replace(/^\{|\}$/g, '')).map((part) => {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(part) ?? [];
      const at = model[4].indexOf(name);
      if (at === -1) throw new Error(`${model[2]}: no ${name} in it`);
      return [name, shorthand(model[5][at], value)];
    }),
  );

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

const isStructure = (model: unknown): model is Structure => Array.isArray(model) && model[0] === 3;
const isList = (model: unknown): model is List => Array.isArray(model) && model[0] === 1;

/** As a shell takes them apart. */
export const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

const pascal = (name: string): string => name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
const kebab = (name: string): string =>
  name
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase();
