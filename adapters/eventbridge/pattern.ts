// Own code: eb-patterns is not on the registry we install from (404, 2026-11-21), evb-cli only writes patterns, AWS's own Event Ruler is Java.
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { AT_MOST_LEVELS, isTooDeep } from '../jsonDepth.ts';
import {
  compileOperator,
  isJsonObject,
  type JsonObject,
  type Leaf,
  type PatternError,
  patternError,
  type ValueTest,
} from './patternOperators.ts';

export type { PatternError } from './patternOperators.ts';

/** bus: rules. pipe: the filters of a pipe, which know fewer operators. */
export type PatternDialect = 'bus' | 'pipe';

export type CompiledPattern = (event: unknown) => boolean;

/**
 * An event pattern, as JSON text or value, made into a test of events: fields are and-ed, the values listed for a field or-ed, an array in the event
 * matches when one of its elements does, and fields of one element of an array of objects are matched together.
 * Source: EventBridge guide, "Comparison operators for use in event patterns"; Event Ruler README (read 2026-11-21).
 */
export const compilePattern = (json: unknown, dialect: PatternDialect): E.Either<PatternError, CompiledPattern> =>
  pipe(
    parseText(json),
    E.filterOrElse(
      (pattern) => JSON.stringify(pattern).length <= maximumLength[dialect],
      () => patternError([], null, `longer than ${maximumLength[dialect]} characters`),
    ),
    E.chain((pattern) => compileFields(pattern, [], dialect)),
    E.map((matches) => (event) => matches(event, event)),
  );

// EventBridge quotas: 2,048 characters for a rule; Pipes API: 4,096 for a filter.
const maximumLength = { bus: 2_048, pipe: 4_096 } as const;

/** A test of one place in the event; the whole event comes along because "does not exist" is a statement about all of it. */
type Matcher = (node: unknown, event: unknown) => boolean;
type Path = readonly string[];
type Alternative = { readonly type: 'absent' } | { readonly type: 'value'; readonly test: ValueTest };

const parseText = (json: unknown): E.Either<PatternError, unknown> => {
  if (typeof json !== 'string') return E.right(json);
  if (isTooDeep(json)) return E.left(patternError([], null, AT_MOST_LEVELS));
  return E.tryCatch(
    () => JSON.parse(json) as unknown,
    () => patternError([], null, 'not JSON'),
  );
};

const compileFields = (pattern: unknown, path: Path, dialect: PatternDialect): E.Either<PatternError, Matcher> => {
  if (!isJsonObject(pattern) || Object.keys(pattern).length === 0)
    return E.left(patternError(path, null, 'expected an object with at least one field'));
  return pipe(
    Object.entries(pattern),
    E.traverseArray(([field, value]) =>
      isOr(field, value) ? compileOr(value, path, dialect) : compileField(field, value, path, dialect),
    ),
    E.map(
      (matchers) => (node, event) =>
        elementsOf(node).some((element) => matchers.every((matches) => matches(element, event))),
    ),
  );
};

const compileField = (
  field: string,
  value: unknown,
  path: Path,
  dialect: PatternDialect,
): E.Either<PatternError, Matcher> => {
  const fieldPath = [...path, field];
  const compiled = Array.isArray(value)
    ? compileLeaf(value, fieldPath, dialect)
    : compileFields(value, fieldPath, dialect);
  return pipe(
    compiled,
    E.map((matches) => (node, event) => matches(fieldOf(node, field), event)),
  );
};

const compileOr = (
  branches: readonly JsonObject[],
  path: Path,
  dialect: PatternDialect,
): E.Either<PatternError, Matcher> =>
  dialect === 'pipe'
    ? E.left(patternError(path, '$or', 'not supported by pipes'))
    : pipe(
        branches,
        E.traverseArray((branch) => compileFields(branch, path, dialect)),
        E.map((matchers) => (node, event) => matchers.some((matches) => matches(node, event))),
      );

const compileLeaf = (
  values: readonly unknown[],
  path: Path,
  dialect: PatternDialect,
): E.Either<PatternError, Matcher> =>
  values.length === 0
    ? E.left(patternError(path, null, 'an empty list matches nothing'))
    : pipe(
        values,
        E.traverseArray((value) => compileAlternative(value, path, dialect)),
        E.map((alternatives) => (node, event) => {
          const leaves = leavesOf(node);
          return alternatives.some((alternative) =>
            alternative.type === 'absent' ? leavesAt(event, path).length === 0 : leaves.some(alternative.test),
          );
        }),
      );

const compileAlternative = (
  value: unknown,
  path: Path,
  dialect: PatternDialect,
): E.Either<PatternError, Alternative> => {
  if (!isJsonObject(value)) {
    return Array.isArray(value)
      ? E.left(patternError(path, null, 'a list inside a list'))
      : E.right({ type: 'value', test: (leaf) => leaf === value });
  }
  if (value.exists === false && Object.keys(value).length === 1) return E.right({ type: 'absent' });
  return pipe(
    compileOperator(value, path, dialect),
    E.map((test) => ({ type: 'value', test })),
  );
};

/**
 * "$or" is the operator only over two or more objects whose fields are not called like operators; anything else is a field of that
 * name (Event Ruler README, "The $or primitive", and its Constants, read 2026-11-21).
 */
const isOr = (field: string, value: unknown): value is readonly JsonObject[] =>
  field === '$or' && Array.isArray(value) && value.length >= 2 && value.every(isBranch);

const isBranch = (value: unknown): boolean =>
  isJsonObject(value) && !Object.keys(value).some((field) => RESERVED.has(field));

const RESERVED = new Set([
  ...['exactly', 'equals-ignore-case', 'prefix', 'suffix', 'anything-but', 'exists', 'wildcard', 'numeric', 'cidr'],
  ...['=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case'],
  ...['date-after', 'date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range'],
  ...['ip-address-in-range', 'ip-address-not-in-range'],
]);

/** An array of objects is looked through; an empty one is as good as nothing. */
const elementsOf = (node: unknown): readonly unknown[] => {
  if (!Array.isArray(node)) return [node];
  return node.length === 0 ? [undefined] : node.flatMap(elementsOf);
};

const fieldOf = (node: unknown, field: string): unknown =>
  isJsonObject(node) && Object.hasOwn(node, field) ? node[field] : undefined;

/** Operators see leaves only: an object is no value, an empty array has none. */
const leavesOf = (node: unknown): readonly Leaf[] => {
  if (Array.isArray(node)) return node.flatMap(leavesOf);
  return node === undefined || isJsonObject(node) ? [] : [node as Leaf];
};

const leavesAt = (node: unknown, [field, ...rest]: Path): readonly Leaf[] =>
  field === undefined ? leavesOf(node) : elementsOf(node).flatMap((element) => leavesAt(fieldOf(element, field), rest));
