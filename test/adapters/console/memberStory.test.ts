import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amountTicks, withRoom } from '#adapters/console/page/member/axes.ts';
import { countdown } from '#adapters/console/page/member/countdown.ts';
import { sentenceOf } from '#adapters/console/page/member/sentence.ts';
import { storyOf } from '#adapters/console/page/member/story.ts';
import { toldUpTo } from '#adapters/console/page/member/toldUpTo.ts';
import { passChanges } from '#adapters/console/page/pass/passChanges.ts';
import { dayAt, endOfDay, endOfDayBefore } from '#adapters/console/page/ui/days.ts';
import type { HistoryPoint } from '#adapters/http/answers/history.ts';
import { type DomainEvent, dateAt, diffPass, eventCodecs, type Pass, startOfDay } from '#domain/index.ts';
import { memberEvents } from '#test/bench/memberEvents.ts';
import { passArb } from '#test/support/publishedArbs.ts';

/** Every event that is in a golden file. */
const goldenEvents = (): readonly DomainEvent[] => {
  const folder = join(import.meta.dirname, '../../golden');
  return readdirSync(folder)
    .filter((file) => file.startsWith('event.'))
    .flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')).value.events as readonly DomainEvent[]);
};

describe('a sentence', () => {
  test('is there for every type of event that was ever stored', () => {
    const events = goldenEvents();
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(Object.keys(eventCodecs)));
    for (const event of events) {
      const sentence = sentenceOf(event);
      expect(sentence).toMatch(/^[A-Z]/);
      expect(sentence).not.toMatch(/undefined|null|\[object|NaN/);
      expect(sentence).not.toContain(event.type);
    }
  });

  const purchase = {
    ...{ number: '00001234', boughtOn: '2026-03-01', status: 'Activated', amount: '45.9', currency: 'EUR' },
    ...{ isReduction: false, originalPurchase: null },
    counts: { boughtOn: '2026-03-01', currency: 'EUR', minorUnits: 4590, isReduction: false },
  };
  const grant = {
    ...{ definition: null, title: '10 off', status: 'Issued', state: 'available' as const, validFrom: null },
    ...{ validTo: '2026-03-31', redeemedOn: null, value: { minorUnits: 1000, currency: 'EUR' } },
  };

  test.each<[DomainEvent, string]>([
    [{ type: 'PurchaseRecorded', purchaseId: '1', current: purchase }, 'Bought for 45.90 EUR (order 00001234)'],
    [
      { type: 'PurchaseRecorded', purchaseId: '1', current: { ...purchase, status: 'Draft', counts: null } },
      'Bought for 45.90 EUR (order 00001234), does not count (Draft)',
    ],
    [
      { type: 'PurchaseRecorded', purchaseId: '1', current: { ...purchase, currency: 'JPY', amount: '1200' } },
      'Bought for 1,200 JPY (order 00001234)',
    ],
    [
      { type: 'PurchaseCorrected', purchaseId: '1', previous: purchase, current: { ...purchase, amount: '40' } },
      'Order 00001234 corrected: amount 45.9 → 40',
    ],
    [
      { type: 'PromotionRedeemed', grantId: '2', previous: grant, current: { ...grant, state: 'redeemed' } },
      'Voucher “10 off” redeemed',
    ],
    [
      {
        ...{ type: 'PromotionRevised', grantId: '2', previous: grant },
        current: { ...grant, value: { minorUnits: 500, currency: 'EUR' } },
      },
      'Voucher “10 off” revised: value 10.00 EUR → 5.00 EUR',
    ],
    [
      {
        ...{ type: 'PromotionRevised', grantId: '2', previous: grant },
        current: { ...grant, validTo: '2026-04-30', title: '2026-04-31' },
      },
      'Voucher “2026-04-31” revised: title 10 off → 2026-04-31, valid to Mar 31, 2026 → Apr 30, 2026',
    ],
  ])('tells %# as a person would', (event, sentence) => {
    expect(sentenceOf(event)).toBe(sentence);
  });

  test('calls a voucher by its definition where it has no title of its own', () => {
    const current = { ...grant, title: null };
    const event = { type: 'PromotionGranted', grantId: '2', current } as const;
    expect(sentenceOf(event, () => 'Tea')).toBe('Voucher “Tea” granted, valid to Mar 31, 2026');
    expect(sentenceOf(event)).toBe('Voucher granted, valid to Mar 31, 2026');
  });
});

describe('the changes between two passes', () => {
  test('of a list that was empty are from none, and of a day as days are written', () => {
    const [before, after] = [[], '2026-03-01'].map((value) => ({ spend: { lifetime: value } }) as unknown as Pass);
    expect(passChanges(before ?? null, after ?? null)).toEqual([
      { path: 'spend.lifetime', before: 'none', after: 'Mar 1, 2026' },
    ]);
  });

  test('are at the places that the service names', () => {
    fc.assert(
      fc.property(passArb, passArb, (before: Pass, after: Pass) => {
        const isPart = (place: string, whole: string): boolean => place === whole || place.startsWith(`${whole}.`);
        const named = diffPass(before, after);
        const shown = passChanges(before, after).map(({ path }) => path);
        for (const path of named) expect(shown.some((one) => isPart(one, path) || isPart(path, one))).toBe(true);
        for (const one of shown) expect(named.some((path) => isPart(one, path) || isPart(path, one))).toBe(true);
        expect(passChanges(after, after)).toEqual([]);
      }),
    );
  });
});

describe('the day before', () => {
  test.each([
    ['2026-03-29T21:59:59.999Z', '2026-03-28T22:59:59.999Z'],
    ['2026-03-30T21:59:59.999Z', '2026-03-29T21:59:59.999Z'],
    ['2026-10-25T22:59:59.999Z', '2026-10-24T21:59:59.999Z'],
  ])(
    'of the end of a day at %s ended at %s in Paris, where a day has 23 hours or 25 when the clocks change',
    (at, before) => {
      expect(new Date(endOfDayBefore(Date.parse(at), 'Europe/Paris')).toISOString()).toBe(before);
    },
  );
});

describe('a countdown', () => {
  test.each([
    ['2026-03-29', '2026-03-29T21:59:00Z', 'ends today, 1 min left'],
    ['2026-03-29', '2026-03-28T23:00:00Z', 'ends today, 23 h left'],
    ['2026-03-30', '2026-03-29T12:00:00Z', 'ends tomorrow'],
    ['2026-04-01', '2026-03-29T12:00:00Z', '3 days left'],
    ['2026-03-28', '2026-03-28T23:00:00Z', 'ended yesterday'],
  ])('to %s at %s is "%s" in Paris, where the clocks change', (validTo, now, words) => {
    expect(countdown(validTo, Date.parse(now), 'Europe/Paris')).toBe(words);
  });

  test('has the days that the service has, in any zone', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Paris', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia');
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2027, 0, 1) }), zones, (at, zone) => {
        const day = dateAt(at, zone);
        expect(dayAt(at, zone)).toBe(day);
        const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
        expect(endOfDay(day, zone)).toBe(startOfDay(next, zone) - 1);
      }),
    );
  });
});

describe('a story', () => {
  const events = memberEvents(3, 30)
    .map((event, index) => ({
      ...{ version: index + 1, recordedAt: new Date(Date.UTC(2026, 0, 1 + Math.floor(index / 4))).toISOString() },
      ...{ origin: { type: 'event', eventId: 'e' } as const, lane: 'live' as const },
      ...event,
    }))
    .toReversed();

  test('tells every event once, newest first, each under its day', () => {
    const rows = storyOf(events, [], 'all', 'UTC');
    expect(rows.flatMap((row) => (row.type === 'event' ? [row.event.version] : []))).toEqual(
      events.map(({ version }) => version),
    );
    let day = '';
    for (const row of rows) {
      if (row.type === 'day') day = row.day;
      if (row.type === 'event') expect(row.event.recordedAt.slice(0, 10)).toBe(day);
    }
    expect(rows.filter(({ type }) => type === 'day')).toHaveLength(8);
  });

  test('puts what time did between the events, and says which of all that changed the tier', () => {
    const pass = {
      status: 'active',
      next: null,
      lifetime: [],
      qualifyingSpend: { amount: '0.00', currency: 'EUR' },
    } as const;
    const at = (version: number, tier: string, because: 'event' | 'time') => ({
      ...{ version, tier, because, types: [], changed: ['tier.name'], changes: 1, ...pass },
      ...{ recordedAt: '', evaluatedAt: `2026-01-0${version}T12:00:00.000Z` },
    });
    const points = [at(1, 'Member', 'event'), at(4, 'Silver', 'event'), at(4, 'Member', 'time')];
    const rows = storyOf(events, points, 'tier', 'UTC').filter((row) => row.type !== 'day');
    expect(rows).toMatchObject([
      { type: 'between', turned: 'Now Member' },
      { type: 'event', event: { version: 4 }, turned: 'Now Silver' },
      { type: 'event', event: { version: 1 }, turned: 'Now Member' },
    ]);
  });

  test('of the past leaves out what time did after the newest of its events', () => {
    const point: HistoryPoint = {
      ...{ version: 30, recordedAt: '', evaluatedAt: '2026-01-09T12:00:00.000Z', types: [], changed: [], changes: 1 },
      ...{ because: 'time', status: 'active', tier: 'Silver', next: null, lifetime: [] },
      qualifyingSpend: { amount: '0.00', currency: 'EUR' },
    };
    const count = (told: typeof events): number =>
      storyOf(told, [point], 'all', 'UTC').filter(({ type }) => type === 'between').length;
    expect([count(events), count(events.slice(1))]).toEqual([1, 0]);
  });

  test('is told up to the last version, or from where one looks if that is far back', () => {
    expect(toldUpTo(10_000, null)).toBe(10_000);
    expect(toldUpTo(10_000, 9_000)).toBe(10_000);
    expect(toldUpTo(10_000, 1)).toBe(250);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (begun, share) => {
        const at = Math.max(1, Math.floor(begun * share));
        const upTo = toldUpTo(begun, at);
        expect(upTo).toBeGreaterThanOrEqual(at);
        expect(upTo).toBeLessThanOrEqual(begun);
        expect(upTo === begun || upTo - at < 500).toBe(true);
      }),
    );
  });

  test('narrowed down has a heading for no day without an entry', () => {
    const rows = storyOf(events, [], 'promotions', 'UTC');
    for (const [index, row] of rows.entries())
      if (row.type === 'day') expect(rows[index + 1]?.type).toBe('event');
      else if (row.type === 'event') expect(row.event.type).toMatch(/^Promotion/);
  });
});

describe('the names of tiers in a chart', () => {
  const tiers = [500, 2_000, 5_000].map((threshold) => ({ threshold }));
  const named = (most: number): readonly number[] => withRoom(tiers, most).map(({ threshold }) => threshold);

  test('are written where there is room for them, the highest first', () => {
    expect(named(5_000)).toEqual([5_000, 2_000, 500]);
    expect(named(260_000)).toEqual([5_000]);
  });
});

describe('the amounts beside a chart', () => {
  test.each([
    [
      [0, 2368.75, 5000],
      [0, 1000, 2000, 3000, 4000, 5000],
    ],
    [
      [-40, 0.5, 90],
      [-50, 0, 50, 100],
    ],
    [[], [0, 1]],
  ])('of %j are %j', (amounts, ticks) => {
    expect(amountTicks(amounts)).toEqual(ticks);
  });

  test('are few, and hold all of them between them', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e8, max: 1e11 }).map((cents) => cents / 100)), (amounts) => {
        const ticks = amountTicks(amounts);
        expect(ticks.length).toBeLessThanOrEqual(8);
        const [least = 0, most = 0] = [ticks[0], ticks.at(-1)];
        for (const amount of amounts) expect(amount >= least && amount <= most).toBe(true);
      }),
    );
  });
});
