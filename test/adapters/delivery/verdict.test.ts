import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, nextDeliveryAt, untilNextTryMs } from '#adapters/delivery/backoff.ts';
import { type Judged, verdictOf } from '#adapters/delivery/verdict.ts';

const NOW = Date.UTC(2027, 0, 1);
const beforeArb = fc.nat({ max: 100 });
const fractionArb = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('a delivery that failed', () => {
  test('comes again within five seconds, doubling to an hour, anywhere in that time', () => {
    fc.assert(
      fc.property(beforeArb, fractionArb, (before, fraction) => {
        const at = nextDeliveryAt(NOW, { before, retryAfterMs: null, random: () => fraction });
        const most = Math.min(3_600_000, 5_000 * 2 ** Math.min(before, 20));
        expect(at - NOW).toBe(Math.ceil(fraction * most));
      }),
      { examples: [[0, 0.999]] },
    );
  });

  test('comes no sooner than the partner asked, up to a day', () => {
    const after = { before: 0, random: () => 0.5 };
    expect(nextDeliveryAt(NOW, { ...after, retryAfterMs: 7_200_000 })).toBe(NOW + 7_200_000);
    expect(nextDeliveryAt(NOW, { ...after, retryAfterMs: 1 })).toBe(NOW + 2_500);
    expect(nextDeliveryAt(NOW, { ...after, retryAfterMs: 40 * DAY_MS })).toBe(NOW + DAY_MS);
    expect(untilNextTryMs({ ...after, retryAfterMs: 3_000 })).toBe(3_000);
  });

  test('is given up when that has lasted a day, and was tried often', () => {
    const delivery = { since: NOW, failures: 9, backedOffMs: DAY_MS };
    expect(judge({ delivery })).toEqual({ type: 'Dead', reason: 'failing for a day: busy' });
    expect(judge({ delivery: { ...delivery, backedOffMs: DAY_MS - 1 } })).toMatchObject({
      type: 'Later',
      isFailure: true,
    });
    expect(judge({ delivery: { ...delivery, failures: 3 } })).toMatchObject({ type: 'Later', isFailure: true });
  });

  test('is not given up for a day that a clock made which was set', () => {
    const delivery = { since: NOW - 9 * DAY_MS, failures: 30, backedOffMs: 600_000 };
    expect(judge({ delivery })).toMatchObject({ type: 'Later', isFailure: true });
  });

  test('that only looked whether something arrived is given up after forty', () => {
    expect(judge({ delivery: { since: null, failures: 38, backedOffMs: 0 } })).toMatchObject({ type: 'Later' });
    expect(judge({ delivery: { since: null, failures: 39, backedOffMs: 0 } })).toMatchObject({ type: 'Dead' });
  });

  test('is no failure where the partner was never asked, however long it waits', () => {
    const waited = judge({
      delivery: { since: 0, failures: 99, backedOffMs: 9 * DAY_MS },
      heard: { isTried: false, askedMs: 30_000 },
    });
    expect(waited).toEqual({ type: 'Later', at: NOW + 30_000, reason: 'busy', isFailure: false });
  });

  test('comes when its destination says, but no sooner than the partner asked', () => {
    const verdict = { type: 'Later', reason: 'busy', isFailure: true, at: NOW + 10 } as const;
    expect(judge({ result: { verdict } })).toMatchObject({ at: NOW + 10 });
    const heard = { isTried: true, askedMs: 60_000 };
    expect(judge({ result: { verdict }, heard })).toMatchObject({ at: NOW + 60_000 });
  });

  test('comes after a day at the latest, whatever the partner asked, also where the process stops', () => {
    const heard = { isTried: true, askedMs: 400 * DAY_MS };
    const verdict = { type: 'Later', reason: 'busy', isFailure: true, at: NOW + 400 * DAY_MS } as const;
    expect(judge({ result: { verdict }, heard })).toMatchObject({ at: NOW + DAY_MS });
    expect(judge({ heard })).toMatchObject({ at: NOW + DAY_MS });
    expect(judge({ heard, isGivenBack: true })).toMatchObject({ at: NOW + DAY_MS });
    expect(judge({ result: { verdict: { ...verdict, isFailure: false } } })).toMatchObject({ at: NOW + DAY_MS });
    const confirm = { type: 'Confirm', at: NOW + 400 * DAY_MS } as const;
    expect(judge({ result: { verdict: confirm } })).toEqual({ ...confirm, at: NOW + DAY_MS });
  });

  test('is given back for now, or for when the partner asked, where the process stops', () => {
    const given = { type: 'Later', reason: 'given back', isFailure: false };
    expect(judge({ isGivenBack: true })).toEqual({ ...given, at: NOW });
    const heard = { isTried: true, askedMs: 60_000 };
    expect(judge({ isGivenBack: true, heard })).toEqual({ ...given, at: NOW + 60_000 });
  });
});

test('what is done, confirmed or refused stays so when the process stops', () => {
  for (const verdict of [{ type: 'Delivered' }, { type: 'Confirm', at: 1 }, { type: 'Dead', reason: 'no' }] as const)
    expect(judge({ result: { verdict }, isGivenBack: true })).toEqual(verdict);
});

const judge = (some: Partial<Judged>) =>
  verdictOf({
    delivery: { since: NOW, failures: 0, backedOffMs: 0 },
    result: { verdict: { type: 'Later', reason: 'busy', isFailure: true } },
    heard: { isTried: true, askedMs: 0 },
    ...{ isGivenBack: false, now: NOW, random: () => 0.5 },
    ...some,
  });
