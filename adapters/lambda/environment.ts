import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type FunctionName, type topology, type VariableName, variables } from '../topology.ts';

/** The variables that the topology declares for a function. */
type VariablesOf<F extends FunctionName> = (typeof topology.functions)[F]['variables'];

/** What a function was told by its environment: what is declared for it, nothing else. */
export type Environment<F extends FunctionName> = { readonly [Name in VariablesOf<F>[number]]: string };

/** Process environments are maps of text. */
type Environs = Readonly<Record<string, string | undefined>>;

/**
 * Throws, naming every variable that is missing or malformed and what was expected of it: nothing can be done without them. Never the value.
 * names: as the topology declares them; said again, so that no bundle holds the topology.
 */
export const environmentOf = <F extends FunctionName>(
  name: F,
  names: VariablesOf<F>,
  environs: Environs = process.env,
): Environment<F> => {
  const read = readVariables<Environment<F>>(names, environs);
  if (E.isRight(read)) return read.right;
  throw new Error([`The environment of the function ${name} cannot be used:`, ...read.left].join('\n  '));
};

/** The variables of those names. Left: a line for each that cannot be used. */
export const readVariables = <Read extends Partial<Record<VariableName, string>>>(
  names: readonly VariableName[],
  environs: Environs,
): E.Either<readonly string[], Read> => {
  const codec = t.strict(Object.fromEntries(names.map((name) => [name, codecs[name]])));
  const decoded = codec.decode(Object.fromEntries(names.map((name) => [name, environs[variables[name]]])));
  if (E.isRight(decoded)) return E.right(decoded.right as Read);
  return E.left(
    decoded.left.map(({ context, value }) => {
      const name = names.find((candidate) => candidate === context[1]?.key);
      const problem = value === undefined || value === '' ? 'is missing: expected' : 'expected';
      return `${name === undefined ? 'environment' : variables[name]} ${problem} ${context.at(-1)?.type.name}`;
    }),
  );
};

const textLike = (expected: string, pattern: RegExp) =>
  new t.Type<string, string, unknown>(
    expected,
    (value): value is string => typeof value === 'string' && pattern.test(value),
    (value, context) =>
      typeof value === 'string' && pattern.test(value) ? t.success(value) : t.failure(value, context),
    t.identity,
  );

/** A place to send to: plain HTTP only to the machine itself. */
const url = textLike('a URL that begins with https://', /^(?:https:\/\/|http:\/\/(?:localhost|127\.0\.0\.1)[:/])\S+$/);

const codecs: Readonly<Record<VariableName, t.Type<string, string, unknown>>> = {
  prefix: textLike(
    'the prefix of what is deployed: lower-case letters, digits and hyphens, such as billfold',
    /^[a-z][a-z0-9-]{0,39}$/,
  ),
  mapping: textLike('the path of the mapping, a file that ends in .json', /\.json$/),
  wrappingKey: textLike('the ARN of a KMS key: arn:aws:kms:…:key/…', /^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/),
  landingBucket: textLike('the name of an S3 bucket', /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
  partsQueue: url,
  middlewareUrl: url,
};
