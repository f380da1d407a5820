import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';
import { jsonTextArb } from './mutations.ts';
import { CANARY } from './odd.ts';
import { planOf } from './plan.ts';
import { pollution } from './pollution.ts';
import type { AnyTarget, Outcome, Target } from './target.ts';
import { targets, targetsOverStore } from './targets.ts';

/** Of all decoders together; `npm run fuzz` plays a million. */
const CASES = 4_000;
/** Far beyond what any takes: what is not linear takes more still. */
const MOST_CPU_MS = 2_000;

describe('no input breaks a decoder: it is understood, put aside or refused, soon, and told without what it said', () => {
  test.each(planOf(CASES, targets).map((one) => [one.target.name, one] as const))(
    '%s',
    async (_, { target, cases }) => {
      const { failure, outcomes } = await fuzz(target, { cases, seed: 20_261_122, mostCpuMs: MOST_CPU_MS });
      expect(failure).toBeNull();
      // Cases that are all refused at the door would say nothing of what lies behind it, and such that all pass were not mutated.
      expect(outcomes.value).toBeGreaterThan(cases / 50);
      expect(outcomes.aside + outcomes.refused).toBeGreaterThan(cases / 50);
    },
  );
});

describe('a million cases', () => {
  const playing = (name: string) => ({ ...(targets[0]?.target as AnyTarget), name });
  test('go to decoders by their shares, and to none less than a fiftieth', () => {
    const planned = planOf(1_000_000, [
      { target: playing('often'), share: 3 },
      { target: playing('seldom'), share: 1 },
      { target: playing('slow'), share: 0 },
    ]);
    expect(planned.map(({ cases }) => cases)).toEqual([725_000, 255_000, 20_000]);
  });

  test('all go to one that is played by itself', () => {
    for (const share of [0, 3]) {
      const [planned] = planOf(500, [{ target: playing('alone'), share }]);
      expect(planned?.cases).toBe(500);
    }
  });

  test('of all decoders there are come to a million, and 20,000 for each at least', () => {
    const counts = planOf(1_000_000, [...targets, ...targetsOverStore]).map(({ cases }) => cases);
    expect(counts.reduce((sum, cases) => sum + cases, 0)).toBeGreaterThanOrEqual(1_000_000);
    expect(Math.min(...counts)).toBe(20_000);
  });
});

describe('a decoder that breaks its contract is told', () => {
  const playing = (play: (input: string) => Outcome): Target<string> => ({
    ...{ name: 'made-up', about: '', found: {}, inputs: jsonTextArb([{ a: 1, b: 'x' }]), show: (input) => input },
    open: async () => ({ play }),
  });
  const reasonOf = async (target: AnyTarget): Promise<string | undefined> =>
    (await fuzz(target, { cases: 3_000, seed: 1, mostCpuMs: 50 })).failure?.reason;

  test('where it throws', async () => {
    const target = playing((input) => {
      if (input.includes('constructor')) throw new TypeError('not a function');
      return { type: 'value' };
    });
    expect(await reasonOf(target)).toMatch(/^threw TypeError/);
  });

  test('where it quotes what it was given', async () => {
    const target = playing((input) => ({ type: 'refused', told: { reason: `not ${input}` } }));
    expect(await reasonOf(target)).toContain('told what it was given');
  });

  test('where it gives an object another prototype', async () => {
    const target = playing((input) => {
      const made: Record<string, unknown> = {};
      for (const [key, value] of Object.entries(Object(safely(input)))) made[key] = value;
      return { type: 'value', made };
    });
    expect(await reasonOf(target)).toContain('whose prototype is');
  });

  test('where it changes what all objects share, which is put right again', async () => {
    const target = playing((input) => {
      const merged: Record<string, object> = {};
      for (const [key, value] of Object.entries(Object(safely(input)))) Object.assign(Object(merged[key]), value);
      return { type: 'value' };
    });
    expect(await reasonOf(target)).toMatch(/^changed Object\.prototype/);
    expect(pollution()).toBeNull();
    expect('polluted' in {}).toBe(false);
  });

  test('where it takes too long each time, and not where it did once', async () => {
    const target = { ...playing(() => ({ type: 'value' })), inputs: fc.constantFrom('once', 'always') };
    let isFirst = true;
    const open: AnyTarget['open'] = async () => ({
      play: (input) => {
        if (input === 'always' || isFirst) spendCpu(40);
        isFirst = false;
        return { type: 'value' };
      },
    });
    const slow = { ...target, open, inputs: fc.constant('always') };
    expect((await fuzz(slow, { cases: 1, seed: 1, mostCpuMs: 20 })).failure?.reason).toMatch(/^took \d+ ms of CPU/);
    isFirst = true;
    const once = { ...target, open, inputs: fc.constant('once') };
    expect((await fuzz(once, { cases: 3, seed: 1, mostCpuMs: 20 })).failure).toBeNull();
  });

  test('and every kind of mutation is there: names, odd keys, depths, long texts', () => {
    const texts = fc.sample(jsonTextArb([{ a: { b: [1, 'x'] } }]), { numRuns: 3_000, seed: 1 });
    for (const sign of [CANARY, '"__proto__":', '"constructor":', '[[[[', '{"a":{"a":{"a":', '\\ud800', '1e400'])
      expect(
        texts.some((text) => text.includes(sign)),
        sign,
      ).toBe(true);
    expect(texts.some((text) => text.length > 20_000)).toBe(true);
    expect(texts.some((text) => text === '{"a":{"b":[1,"x"]}}')).toBe(true);
  });
});

const spendCpu = (ms: number): void => {
  const before = process.threadCpuUsage();
  while (process.threadCpuUsage(before).user < ms * 1_000);
};

const safely = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
