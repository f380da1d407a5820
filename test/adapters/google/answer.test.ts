import { expect, test } from 'vitest';
import { answerOf, faultOf } from '#adapters/google/answer.ts';

const now = Date.UTC(2026, 10, 22, 12);
const answer = (status: number, body: unknown, retryAfter?: string) =>
  answerOf(
    { status, headers: { 'retry-after': retryAfter }, body: typeof body === 'string' ? body : JSON.stringify(body) },
    now,
    (value) => value,
  );
const refusal = (reason: string, domain: string, more: object = {}) => ({
  error: { code: 403, message: 'canary', errors: [{ reason, domain, message: 'canary', ...more }] },
});

test('a 403 is split by its reason: notifications used up, a permission that is missing, or the rate, which passes', () => {
  expect(answer(403, refusal('quotaExceeded', 'walletobjects'))).toEqual({
    ...{ type: 'Refused', status: 403, reason: 'quotaExceeded' },
  });
  expect(answer(403, refusal('permissionDenied', 'walletobjects'))).toMatchObject({
    type: 'Refused',
    reason: 'permissionDenied',
  });
  for (const reason of ['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded'])
    expect(answer(403, refusal(reason, 'usageLimits'))).toMatchObject({ type: 'Failed', status: 403, reason });
});

test('overload passes, with how long Google asks to wait, in seconds or as a date', () => {
  expect(answer(429, '', '7')).toEqual({ type: 'Failed', status: 429, reason: 'refused', retryAfterMs: 7_000 });
  const date = new Date(now + 30_000).toUTCString();
  expect(answer(503, '<html>', date)).toMatchObject({ type: 'Failed', status: 503, retryAfterMs: 30_000 });
  for (const status of [408, 500, 502, 504])
    expect(answer(status, {})).toMatchObject({ type: 'Failed', retryAfterMs: null });
});

test('what is refused says where, never what was sent', () => {
  const where = {
    error: {
      status: 'INVALID_ARGUMENT',
      message: 'canary',
      details: [{ fieldViolations: [{ field: 'object.state' }] }],
    },
  };
  expect(answer(400, where)).toEqual({ type: 'Refused', status: 400, reason: 'INVALID_ARGUMENT at object.state' });
  const quoting = refusal('invalid', 'walletobjects', { location: 'accountName "canary"' });
  expect(answer(400, quoting)).toEqual({ type: 'Refused', status: 400, reason: 'invalid' });
  expect(answer(404, refusal('resourceNotFound', 'walletobjects'))).toMatchObject({ type: 'Refused', status: 404 });
});

test('a good answer that cannot be understood passes; no answer is told by its code', () => {
  expect(answer(200, 'not json')).toEqual({
    type: 'Failed',
    status: 200,
    reason: 'not understood',
    retryAfterMs: null,
  });
  expect(faultOf(Object.assign(new Error('canary'), { code: 'ECONNRESET' }))).toMatchObject({ reason: 'ECONNRESET' });
  expect(faultOf(new DOMException('canary', 'TimeoutError'))).toMatchObject({ status: null, reason: 'TimeoutError' });
});
