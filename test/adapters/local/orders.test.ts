import { describe, expect, it } from 'vitest';
import { apnsOrder, googleOrder } from '#adapters/local/standIns/orders.ts';

describe('a fault', () => {
  it('is ordered in the same words at both, once at APNs and until it is mended at Google', () => {
    const busy = { type: 'answer', status: 429, retryAfter: '5' };
    const reason = 'TooManyRequests';
    expect(apnsOrder(busy, 0)).toEqual({ times: 1, fault: { type: 'answer', status: 429, reason, retryAfter: '5' } });
    expect(googleOrder(busy)).toEqual({ times: null, fault: { type: 'Status', status: 429, retryAfter: '5' } });
    expect(googleOrder({ type: 'stall', times: 2 })).toEqual({ times: 2, fault: { type: 'Stall', ms: 10_000 } });
    expect(apnsOrder({ type: 'gone' }, 7)).toEqual({ times: 1, fault: { type: 'gone', timestamp: 7 } });
    expect(apnsOrder({ type: 'swallow', times: 3 }, 0)).toEqual({ times: 3, fault: { type: 'swallow' } });
  });

  it.each([
    null,
    {},
    [],
    { type: 'goof' },
    { type: 'answer' },
    { type: 'answer', status: 9_999 },
    { type: 'answer', status: 200 },
    { type: 'reset', times: 0 },
    { type: 'reset', times: -1 },
    { type: 'reset', times: 0.5 },
    { type: 'reset', times: 1e9 },
  ])('that there is not is none: %j', (body) => {
    expect(apnsOrder(body, 0)).toBeNull();
    expect(googleOrder(body)).toBeNull();
  });
});
