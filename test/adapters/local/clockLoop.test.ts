import { describe, expect, it } from 'vitest';
import { clockLoop } from '#adapters/local/clockLoop.ts';

describe('the loop of the clock', () => {
  it('goes on past a round that throws, says so, and has not served who rang', async () => {
    const failures: unknown[] = [];
    const rounds: string[] = [];
    const loop = clockLoop(
      async () => {
        rounds.push('round');
        if (rounds.length === 1) throw new RangeError('of whatever was read');
        return 0;
      },
      (error) => failures.push(error),
    );
    loop.start();
    await expect.poll(() => failures.length).toBe(1);
    expect(loop.isRinging()).toBe(true);
    loop.ring();
    await expect.poll(() => loop.isRinging()).toBe(false);
    await loop.stop();
    expect(failures).toEqual([expect.any(RangeError)]);
  });
});
