import { describe, expect, test } from 'vitest';
import { keepsUp, paced } from './paced.ts';

const lags = (...lagsMs: readonly number[]) => ({ lagsMs, failed: 0, unseen: 0 });
const ramp = (from: number, to: number): readonly number[] =>
  Array.from({ length: 90 }, (_, at) => from + ((to - from) * at) / 89);

describe('a load is kept up with', () => {
  test('where lags stay as they are, or become shorter', () => {
    expect(keepsUp(lags(...ramp(20, 20)))).toBe(true);
    expect(keepsUp(lags(...ramp(300, 20)))).toBe(true);
  });

  test('not where they grow', () => {
    expect(keepsUp(lags(...ramp(20, 300)))).toBe(false);
  });

  test('not where more than one in a hundred takes longer than a second, and all in the end come at once', () => {
    expect(keepsUp(lags(...ramp(2_000, 20)))).toBe(false);
  });

  test('not where something was lost', () => {
    expect(keepsUp({ ...lags(...ramp(20, 20)), unseen: 1 })).toBe(false);
    expect(keepsUp({ ...lags(...ramp(20, 20)), failed: 1 })).toBe(false);
  });
});

test('what is sent is seen once, what is never seen is told', async () => {
  const work = paced({
    ...{ perSecond: 1_000, seconds: 0.01, patienceMs: 20 },
    send: async (index) => {
      if (index === 3) throw new Error('refused');
      if (index === 7) return;
      work.seen(index);
      work.seen(index);
    },
  });
  const { lagsMs, failed, unseen } = await work.done;
  expect({ seen: lagsMs.length, failed, unseen }).toEqual({ seen: 8, failed: 1, unseen: 1 });
});
