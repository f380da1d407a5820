import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { type CompiledPattern, compilePattern, type PatternDialect } from '#adapters/eventbridge/pattern.ts';
import { operators } from './operators.ts';

const compiled = (pattern: object, dialect: PatternDialect): CompiledPattern => {
  const result = compilePattern(pattern, dialect);
  return E.isRight(result) ? result.right : expect.unreachable(JSON.stringify(result.left));
};

describe.each(operators)('$name', ({ pattern, matches, others, pipes }) => {
  test.each(matches)('matches %j', (event) => {
    expect(compiled(pattern, 'bus')(event)).toBe(true);
    if (pipes.here) expect(compiled(pattern, 'pipe')(event)).toBe(true);
  });

  test.each(others)('does not match %j', (event) => {
    expect(compiled(pattern, 'bus')(event)).toBe(false);
    if (pipes.here) expect(compiled(pattern, 'pipe')(event)).toBe(false);
  });

  test(`is ${pipes.here ? 'known to' : 'refused by'} a pipe`, () => {
    expect(E.isRight(compilePattern(pattern, 'pipe'))).toBe(pipes.here);
  });
});

test('a pipe takes nothing that the guide says pipes lack', () => {
  expect(operators.filter(({ pipes }) => pipes.here && pipes.guide !== true)).toEqual([]);
});
