import { describe, expect, it } from 'vitest';
import { pushAnswer } from '#adapters/apple/apnsAnswer.ts';
import { pushId } from '#adapters/apple/pushId.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const answered = (status: number, body: unknown = {}, retryAfter: string | null = null, isProven = true) =>
  pushAnswer(
    { type: 'Answered', status, retryAfter, body: typeof body === 'string' ? body : JSON.stringify(body) },
    { now: NOW, isProven },
  );
const failed = (status: number, reason: string, retryAfterMs: number | null) => ({
  type: 'Failed',
  status,
  reason,
  retryAfterMs,
});

describe('an answer of APNs', () => {
  it('200 is taken', () => {
    expect(answered(200, '')).toEqual({ answer: { type: 'Ok', status: 200, value: null }, gone: null });
  });

  it.each(['Unregistered', 'ExpiredToken'])('410 %s says since when the token is gone', (reason) => {
    expect(answered(410, { reason, timestamp: 1_700_000_000_000 })).toEqual({
      answer: { type: 'Refused', status: 410, reason },
      gone: { before: 1_700_000_000_000 },
    });
    expect(answered(410, { reason })).toMatchObject({ gone: { before: null } });
  });

  it.each(['BadDeviceToken', 'DeviceTokenNotForTopic'])('400 %s says that the token never was one', (reason) => {
    expect(answered(400, { reason })).toEqual({
      answer: { type: 'Refused', status: 400, reason },
      gone: { before: null },
    });
  });

  it.each(['BadDeviceToken', 'DeviceTokenNotForTopic'])(
    '400 %s says nothing of the token until APNs took a push: where all are refused, it is we who are wrong',
    (reason) => {
      expect(answered(400, { reason }, null, false)).toEqual({ answer: failed(400, reason, 60_000), gone: null });
      expect(answered(410, { reason: 'Unregistered' }, null, false)).toMatchObject({ gone: { before: null } });
    },
  );

  it.each([
    [400, 'BadTopic'],
    [400, 'PayloadEmpty'],
    [404, 'BadPath'],
    [405, 'MethodNotAllowed'],
    [413, 'PayloadTooLarge'],
  ])('%i %s would be refused again, and says nothing of the token', (status, reason) => {
    expect(answered(status, { reason })).toEqual({ answer: { type: 'Refused', status, reason }, gone: null });
  });

  it.each(['BadCertificate', 'ExpiredProviderToken', 'Forbidden'])(
    '403 %s opens the breaker, and is tried rarely',
    (reason) => {
      expect(answered(403, { reason }).answer).toEqual(failed(403, reason, 60_000));
    },
  );

  it.each([429, 500, 503, 507])('%i passes, after the time that it asks for', (status) => {
    expect(answered(status, { reason: 'Shutdown' }).answer).toEqual(failed(status, 'Shutdown', null));
    expect(answered(status, {}, '7').answer).toEqual(failed(status, 'no reason', 7_000));
    expect(answered(status, {}, 'Sun, 22 Nov 2026 10:00:30 GMT').answer).toEqual(failed(status, 'no reason', 30_000));
    expect(answered(status, {}, 'soon').answer).toEqual(failed(status, 'no reason', null));
  });

  it('is no less one without a body that can be read, and never quotes what is no reason', () => {
    for (const body of ['', '<html>', 'null', '[]', '{"reason":"Anna Roth, 003A00000000001AAA"}', '{"reason":7}'])
      expect(answered(400, body).answer).toEqual({ type: 'Refused', status: 400, reason: 'no reason' });
  });
});

describe('the id of a push', () => {
  it('is a UUID of version 5, the same for the same event and device', () => {
    const id = pushId('billfold.wallet', 'm.1', 'device');
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(pushId('billfold.wallet', 'm.1', 'device')).toBe(id);
    const others = [
      pushId('billfold.wallet', 'm.2', 'device'),
      pushId('billfold.wallet', 'm.1', 'other'),
      pushId('other', 'm.1', 'device'),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
  });
});
