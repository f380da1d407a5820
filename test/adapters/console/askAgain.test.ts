import { describe, expect, it } from 'vitest';
import { every, mayAnswerLater } from '#adapters/console/page/api/askAgain.ts';
import { ApiFailure } from '#adapters/console/page/api/client.ts';

describe('a question of the page', () => {
  it('is asked again and again while the service does not answer, and not where it refuses', () => {
    const failures = [0, 503, 404, 500].map((status) => new ApiFailure(status, 'why'));
    expect(failures.map(mayAnswerLater)).toEqual([true, true, false, false]);
    expect(mayAnswerLater(new TypeError('of the page'))).toBe(false);
  });

  it('that was refused before there was any answer waits for somebody to try again; a later refusal does not end it', () => {
    const next = (status: string, data: unknown) => every(1_000)({ state: { status, data } });
    expect(next('error', undefined)).toBe(false);
    expect([next('error', {}), next('pending', undefined), next('success', {})]).toEqual([1_000, 1_000, 1_000]);
  });
});
