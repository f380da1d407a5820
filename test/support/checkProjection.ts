import fc from 'fast-check';
import { describe, test } from 'vitest';
import { type AnyProjection, refOf } from '#domain/index.ts';
import { type Law, laws } from '#test/support/projectionLaws.ts';
import type { LawOptions } from '#test/support/projectionSamples.ts';

/** One test for each law that any projection has to keep. A breach is told by the law's name, with the smallest history found. */
export const checkProjection = (projection: AnyProjection, options: LawOptions = {}): void => {
  describe(`${refOf(projection)} keeps the laws:`, () => {
    for (const law of laws)
      test.skipIf(!law.appliesTo(projection))(law.title, () => {
        const breach = breachOf(law, projection, options);
        if (breach !== null) throw new Error(breach);
      });
  });
};

/** How the projection breaks the law, in words; null: not that was found. */
export const breachOf = (law: Law, projection: AnyProjection, options: LawOptions = {}): string | null => {
  const { failed, errorInstance, counterexample, seed } = fc.check(law.property(projection, options), { numRuns: 200 });
  if (!failed) return null;
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return `${refOf(projection)} breaks the law "${law.title}": ${why}\n  with ${JSON.stringify(counterexample)} (seed ${seed})`;
};
