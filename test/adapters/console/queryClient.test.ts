import { describe, expect, it } from 'vitest';
import { ApiFailure } from '#adapters/console/page/api/client.ts';
import { every, queryClient } from '#adapters/console/page/api/queryClient.ts';

const { retry } = queryClient.getDefaultOptions().queries ?? {};

describe('a question of the page', () => {
  it('is asked again and again while the service does not answer, and not where it refuses', () => {
    const isAskedAgain = (status: number): unknown =>
      typeof retry === 'function' && retry(100, new ApiFailure(status, 'why'));
    expect([0, 503, 404, 500].map(isAskedAgain)).toEqual([true, true, false, false]);
  });

  it('that was refused before there was any answer waits for somebody to try again; a later refusal does not end it', () => {
    const state = (status: string, data: unknown) => every(1_000)({ state: { status, data } });
    expect([state('error', undefined), state('error', {}), state('pending', undefined), state('success', {})]).toEqual([
      false,
      1_000,
      1_000,
      1_000,
    ]);
  });
});
