import { describe, expect, it } from 'vitest';
import { keptByCost } from '#adapters/local/keptByCost.ts';

describe('what is dear to find out', () => {
  it('is asked for each time while it is cheap', async () => {
    const { ask, asked } = counting([1, 1, 1]);
    for (let time = 0; time < 3; time++) await ask();
    expect(asked()).toBe(3);
  });

  it('is given again for ten times as long as it took, and then asked for once for all who ask', async () => {
    const { ask, asked, wait } = counting([300, 300]);
    expect(await ask()).toBe(1);
    wait(2_600);
    expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
    wait(200);
    expect(await Promise.all([ask(), ask()])).toEqual([2, 2]);
    expect(asked()).toBe(2);
  });

  it('is asked for again where it failed', async () => {
    const { ask, wait } = counting([300, -1, 300]);
    await ask();
    wait(3_000);
    await expect(ask()).rejects.toThrow();
    expect(await ask()).toBe(3);
  });
});

/** Answers how often it was asked. took: by which each answer moves the clock; -1: it fails. */
const counting = (took: readonly number[]) => {
  let now = 0;
  let asked = 0;
  const ask = keptByCost(
    async () => {
      asked += 1;
      const ms = took[asked - 1] ?? 0;
      if (ms < 0) throw new Error('no answer');
      now += ms;
      return asked;
    },
    () => now,
  );
  return {
    ask,
    asked: () => asked,
    wait: (ms: number) => {
      now += ms;
    },
  };
};
