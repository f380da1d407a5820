import { describe, expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';
import { targetsOverStore } from './targets.ts';

const CASES = 200;
/** Far beyond what any takes: what is not linear takes more still. */
const MOST_CPU_MS = 2_000;

describe('no request breaks what is served over a store: it is answered, or refused as a problem', () => {
  test.each(targetsOverStore.map((one) => [one.target.name, one] as const))('%s', async (_, { target }) => {
    const { failure, outcomes } = await fuzz(target, { cases: CASES, seed: 20_261_122, mostCpuMs: MOST_CPU_MS });
    expect(failure).toBeNull();
    expect(outcomes.value).toBeGreaterThan(CASES / 5);
    expect(outcomes.refused).toBeGreaterThan(CASES / 5);
  });
});
