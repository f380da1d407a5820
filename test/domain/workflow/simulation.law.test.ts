import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultsOf, runArb } from '#test/support/wholeSystem.ts';

/** As `npm run torture`, which runs for as long as one likes. */
const expectNoFaults = (faultPercent: number) =>
  fc.assert(
    fc.asyncProperty(runArb(25), async (run) => {
      expect(await faultsOf(run, faultPercent)).toEqual([]);
    }),
    { numRuns: 1_000 },
  );

describe('the whole system, whoever goes first', () => {
  it('comes to the truth, and publishes every visible change and no other', { timeout: 120_000 }, () =>
    expectNoFaults(0),
  );

  it('does so when requests and answers get lost and workers are killed', { timeout: 120_000 }, () =>
    expectNoFaults(6),
  );
});
