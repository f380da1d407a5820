import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { addressBlock } from './addressBlock.ts';

export type Leaf = string | number | boolean | null;
export type ValueTest = (leaf: Leaf) => boolean;
export type JsonObject = Readonly<Record<string, unknown>>;

/** path: dotted field names from the top of the pattern. operator: null when the fault is not an operator's. */
export type PatternError = {
  readonly type: 'PatternError';
  readonly path: string;
  readonly operator: string | null;
  readonly message: string;
};

type Compile = (operand: unknown) => E.Either<string, ValueTest>;

/** `{ "prefix": "a" }` and its kin, made into a test of one value. */
export const compileOperator = (
  expression: JsonObject,
  path: readonly string[],
  dialect: 'bus' | 'pipe',
): E.Either<PatternError, ValueTest> => {
  const [name = '', ...others] = Object.keys(expression);
  const compile = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (compile === undefined || others.length > 0)
    return E.left(patternError(path, name, 'expected one operator this dialect knows'));
  const refused = dialect === 'pipe' ? refusedByPipes(name, expression[name]) : null;
  if (refused !== null) return E.left(patternError(path, refused, 'not supported by pipes'));
  return pipe(
    compile(expression[name]),
    E.mapLeft((message) => patternError(path, name, message)),
  );
};

export const patternError = (path: readonly string[], operator: string | null, message: string): PatternError => ({
  type: 'PatternError',
  path: path.join('.'),
  operator,
  message,
});

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const pipesLack = ['wildcard', 'suffix', 'equals-ignore-case', 'cidr'];

/**
 * Narrower than the guide's table on purpose: it says No to wildcard and to anything-but over another operator, does not list cidr, and says Yes to
 * suffix, equals-ignore-case and $or, where other AWS texts say No. A filter accepted here is accepted by every reading of them.
 */
const refusedByPipes = (name: string, operand: unknown): string | null => {
  if (pipesLack.includes(name)) return name;
  const inner = isJsonObject(operand) ? Object.keys(operand)[0] : undefined;
  if (inner === undefined) return null;
  return name === 'anything-but' || pipesLack.includes(inner) ? `${name} ${inner}` : null;
};

const text =
  (test: (value: string) => boolean): ValueTest =>
  (leaf) =>
    typeof leaf === 'string' && test(leaf);

const lower = (value: string): string => value.toLowerCase();

const ofString =
  (make: (operand: string) => ValueTest): Compile =>
  (operand) =>
    typeof operand === 'string' ? E.right(make(operand)) : E.left('expected a string');

const equalsIgnoreCase = ofString((operand) => text((value) => lower(value) === lower(operand)));

/** prefix and suffix take a string, or a string whose case does not matter. */
const edge =
  (holds: (value: string, edge: string) => boolean): Compile =>
  (operand) => {
    const anyCase =
      isJsonObject(operand) && Object.keys(operand).length === 1 ? operand['equals-ignore-case'] : undefined;
    return typeof anyCase === 'string'
      ? E.right(text((value) => holds(lower(value), lower(anyCase))))
      : ofString((given) => text((value) => holds(value, given)))(operand);
  };

const prefix = edge((value, given) => value.startsWith(given));
const suffix = edge((value, given) => value.endsWith(given));

const wildcard: Compile = (operand) => {
  if (typeof operand !== 'string') return E.left('expected a string');
  if (operand.replaceAll(/\\[*\\]/g, '').includes('\\')) return E.left('a backslash escapes only * and itself');
  const literals = [''];
  let afterStar = false;
  for (const token of operand.match(/\\[*\\]|[\s\S]/g) ?? []) {
    if (token === '*' && afterStar) return E.left('two wildcards in a row');
    afterStar = token === '*';
    if (afterStar) literals.push('');
    else literals[literals.length - 1] += token.length === 2 ? token.slice(1) : token;
  }
  return E.right(text((value) => matchesInOrder(value, literals)));
};

/** Linear in the value, where a regular expression could be made to take ages. */
const matchesInOrder = (value: string, literals: readonly string[]): boolean => {
  const first = literals[0] ?? '';
  if (literals.length === 1) return value === first;
  const last = literals[literals.length - 1] ?? '';
  if (!value.startsWith(first) || !value.endsWith(last)) return false;
  let at = first.length;
  for (const literal of literals.slice(1, -1)) {
    const found = value.indexOf(literal, at);
    if (found === -1) return false;
    at = found + literal.length;
  }
  return at <= value.length - last.length;
};

const anythingBut: Compile = (operand) => {
  if (!isJsonObject(operand)) return pipe(anyOf(operand), E.map(not));
  const [name = '', ...others] = Object.keys(operand);
  const inner = others.length === 0 && Object.hasOwn(excludable, name) ? excludable[name] : undefined;
  if (inner === undefined) return E.left('expected values, or one of prefix, suffix, equals-ignore-case, wildcard');
  return pipe(
    listOf(operand[name]),
    E.traverseArray(inner),
    E.map((tests) => not((leaf) => tests.some((test) => test(leaf)))),
  );
};

const anyOf = (operand: unknown): E.Either<string, ValueTest> => {
  const values = listOf(operand);
  const ofOneKind =
    values.every((value) => typeof value === 'string') || values.every((value) => typeof value === 'number');
  return values.length > 0 && ofOneKind
    ? E.right((leaf) => values.some((value) => value === leaf))
    : E.left('expected strings or numbers, not a mixture');
};

const listOf = (operand: unknown): readonly unknown[] => (Array.isArray(operand) ? operand : [operand]);
const not =
  (test: ValueTest): ValueTest =>
  (leaf) =>
    !test(leaf);

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

const numeric: Compile = (operand) => {
  if (!Array.isArray(operand)) return E.left('expected a list such as [">", 0, "<=", 5]');
  const [sign, bound, upperSign, upperBound] = operand as readonly unknown[];
  const lowerTest = comparison(sign, bound);
  if (operand.length === 2 && lowerTest !== null) return E.right(lowerTest);
  const upperTest = comparison(upperSign, upperBound);
  if (operand.length !== 4 || lowerTest === null || upperTest === null || !isRange(operand))
    return E.left('expected one comparison, or a lower and then a higher bound');
  return E.right((leaf) => [lowerTest, upperTest].every((test) => test(leaf)));
};

/** Of comparisons that are known to be such: anything else may not even be made into text. */
const isRange = ([sign, bound, upperSign, upperBound]: readonly unknown[]): boolean =>
  String(sign).startsWith('>') && String(upperSign).startsWith('<') && Number(bound) < Number(upperBound);

/** Bounds lie within ±5.0e9 (EventBridge guide, "Numeric matching"). */
const comparison = (sign: unknown, bound: unknown): ValueTest | null => {
  const compare = typeof sign === 'string' && Object.hasOwn(comparisons, sign) ? comparisons[sign] : undefined;
  if (compare === undefined || typeof bound !== 'number' || Math.abs(bound) > 5e9) return null;
  return (leaf) => typeof leaf === 'number' && compare(leaf, bound);
};

const cidr: Compile = (operand) => {
  const block = typeof operand === 'string' ? addressBlock(operand) : null;
  return block === null ? E.left('expected an address block such as 10.0.0.0/24') : E.right(text(block));
};

const exists: Compile = (operand) => (operand === true ? E.right(() => true) : E.left('expected true or false'));

const excludable: Readonly<Record<string, Compile>> = {
  prefix,
  suffix,
  'equals-ignore-case': equalsIgnoreCase,
  wildcard,
};

const operators: Readonly<Record<string, Compile>> = {
  ...excludable,
  'anything-but': anythingBut,
  numeric,
  cidr,
  exists,
};
