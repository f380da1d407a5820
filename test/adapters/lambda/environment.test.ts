import { tmpdir } from 'node:os';
import * as E from 'fp-ts/lib/Either.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { environmentOf, readVariables } from '#adapters/lambda/environment.ts';
import { type FunctionName, topology, type VariableName, variables } from '#adapters/topology.ts';
import { lambdaEnvironment } from '#test/support/lambdaEnvironment.ts';

const CANARY = 'zx9 canary';
const names = Object.keys(variables) as VariableName[];
let whole: Readonly<Record<string, string>>;
beforeAll(async () => {
  whole = await lambdaEnvironment(tmpdir(), 'billfold');
});

describe('the environment of a function', () => {
  test.each(Object.keys(topology.functions) as FunctionName[])('%s is what is declared for it, and no more', (name) => {
    const declared: readonly VariableName[] = topology.functions[name].variables;
    const read = readVariables(declared, whole);
    expect(read).toEqual(E.right(Object.fromEntries(declared.map((each) => [each, whole[variables[each]]]))));
  });

  test('that is not complete is refused once, with every variable that is missing and what was expected of it', () => {
    expect(() =>
      environmentOf('clock', ['prefix', 'mapping', 'wrappingKey', 'landingBucket'], { BILLFOLD_PREFIX: '' }),
    ).toThrow(`The environment of the function clock cannot be used:
  BILLFOLD_PREFIX is missing: expected the prefix of what is deployed: lower-case letters, digits and hyphens, such as billfold
  BILLFOLD_MAPPING is missing: expected the path of the mapping, a file that ends in .json
  BILLFOLD_WRAPPING_KEY is missing: expected the ARN of a KMS key: arn:aws:kms:…:key/…
  BILLFOLD_LANDING_BUCKET is missing: expected the name of an S3 bucket`);
  });

  test.each(names)('is refused where %s is malformed, without the value', (name) => {
    const read = readVariables(names, { ...whole, [variables[name]]: CANARY });
    expect(read).toEqual(E.left([expect.stringMatching(new RegExp(`^${variables[name]} expected `))]));
    expect(JSON.stringify(read)).not.toContain('canary');
  });

  test.each(['http://middleware.example.test', 'ftp://middleware.example.test', 'middleware.example.test'])(
    'sends nothing in clear to another machine: %s is refused',
    (url) => {
      expect(E.isLeft(readVariables(['middlewareUrl'], { [variables.middlewareUrl]: url }))).toBe(true);
    },
  );

  test('may name a place on the machine itself without encryption', () => {
    const url = 'http://127.0.0.1:8402';
    expect(E.isRight(readVariables(['middlewareUrl'], { [variables.middlewareUrl]: url }))).toBe(true);
  });
});
