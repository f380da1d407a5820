import fc from 'fast-check';
import * as O from 'fp-ts/lib/Option.js';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  dateAt,
  daysBetween,
  isTimeZone,
  leavesYearOn,
  localDate,
  sameDayYearAgo,
  startOfDay,
  utcMidnight,
} from '#domain/index.ts';

/** Some of them skip midnight when summer time begins: Cairo (since 2023), São Paulo (until 2018), Havana. */
const zones = [
  'UTC',
  'Europe/Paris',
  'Africa/Cairo',
  'America/Sao_Paulo',
  'America/Havana',
  'Asia/Kathmandu',
  'Pacific/Kiritimati',
];
const zoneArb = fc.constantFrom(...zones);
const dateArb = fc.integer({ min: 0, max: 30_000 }).map((days) => addDays('1975-01-01', days));
const instantArb = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2040, 0, 1) });

describe('a date', () => {
  test('begins with the midnight that the calendar has, from the year 1000 on; what is none begins nowhere', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000 }),
        fc.integer({ min: -1, max: 14 }),
        fc.integer({ min: -1, max: 33 }),
        (year, month, day) => {
          const at = new Date(Date.UTC(year, month - 1, day));
          const isDate = year >= 1000 && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
          expect(utcMidnight(year, month, day)).toBe(isDate ? at.getTime() : Number.NaN);
        },
      ),
      {
        numRuns: 3000,
        examples: [
          [2000, 2, 29],
          [1900, 2, 29],
          [2024, 2, 29],
          [2023, 2, 29],
          [1970, 1, 1],
          [1000, 1, 1],
        ],
      },
    );
  });

  test.each(['2024-02-29', '2026-12-31', '0001-01-01'])('%s is one', (text) => {
    expect(localDate(text)).toEqual(O.some(text));
  });

  test.each([
    '2026-02-29',
    '2026-02-30',
    '2026-13-01',
    '2026-00-10',
    '26-01-01',
    '2026-1-1',
    '2026-01-01T00:00:00Z',
    '',
  ])('%j is none', (text) => {
    expect(localDate(text)).toEqual(O.none);
  });

  test('adding days and counting them are one thing', () => {
    fc.assert(
      fc.property(dateArb, fc.integer({ min: -800, max: 800 }), (date, days) => {
        expect(daysBetween(date, addDays(date, days))).toBe(days);
      }),
      {
        examples: [
          ['2024-02-28', 1],
          ['2026-12-31', 1],
        ],
      },
    );
  });
});

describe('the twelve months that end on a day', () => {
  test.each([
    ['2024-02-29', '2023-02-28'],
    ['2025-02-28', '2024-02-28'],
    ['2025-03-01', '2024-03-01'],
    ['2024-03-01', '2023-03-01'],
  ])('%s begin after %s', (today, yearAgo) => {
    expect(sameDayYearAgo(today)).toBe(yearAgo);
  });

  test.each([
    ['2023-02-28', '2024-02-28'],
    ['2024-02-28', '2025-02-28'],
    ['2024-02-29', '2025-03-01'],
    ['2023-03-01', '2024-03-01'],
    ['9998-12-31', '9999-12-31'],
    ['9999-01-01', null],
  ])('what happened on %s leaves them on %s', (date, leaves) => {
    expect(leavesYearOn(date)).toBe(leaves);
  });

  test('a date lies in them from itself until the day before it leaves', () => {
    const lies = (date: string, today: string) => date > sameDayYearAgo(today) && date <= today;
    fc.assert(
      fc.property(dateArb, fc.integer({ min: 0, max: 800 }), (date, days) => {
        const today = addDays(date, days);
        expect(lies(date, today)).toBe(today < (leavesYearOn(date) ?? '9999-12-31'));
      }),
      {
        numRuns: 2000,
        examples: [
          ['2024-02-29', 365],
          ['2024-02-29', 366],
          ['2023-02-28', 364],
          ['2023-02-28', 365],
        ],
      },
    );
  });
});

describe('a day in a time zone', () => {
  test.each([
    ['2026-03-29', 'Europe/Paris', '2026-03-28T23:00:00.000Z'],
    ['2026-03-30', 'Europe/Paris', '2026-03-29T22:00:00.000Z'],
    // Midnight is skipped: the day begins at 01:00.
    ['2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00.000Z'],
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    // 23:00 comes twice on the 17th; the 18th begins after the second.
    ['2018-02-18', 'America/Sao_Paulo', '2018-02-18T03:00:00.000Z'],
    // 00:00 comes twice on the 1st; it begins with the first.
    ['2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z'],
  ])('%s in %s begins at %s', (date, zone, instant) => {
    expect(new Date(startOfDay(date, zone)).toISOString()).toBe(instant);
    expect(dateAt(Date.parse(instant), zone)).toBe(date);
    expect(dateAt(Date.parse(instant) - 1, zone)).toBe(addDays(date, -1));
  });

  test('begins with its first instant and ends where the next begins', () => {
    fc.assert(
      fc.property(
        dateArb,
        zoneArb,
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (date, zone, part) => {
          const begins = startOfDay(date, zone);
          const ends = startOfDay(addDays(date, 1), zone);
          // Kiritimati crossed the date line and never had a last day of 1994.
          fc.pre(begins < ends && dateAt(begins, zone) === date);
          expect(dateAt(begins + Math.floor((ends - begins) * part), zone)).toBe(date);
          expect(dateAt(begins - 1, zone) < date && dateAt(ends, zone) > date).toBe(true);
        },
      ),
      { numRuns: 500, examples: zones.map((zone) => ['2026-04-24', zone, 0]) },
    );
  });

  test('is what the wall calendar of that zone says, in whatever order instants are asked', () => {
    const formats = new Map(zones.map((zone) => [zone, wallCalendar(zone)]));
    fc.assert(
      fc.property(fc.array(fc.tuple(instantArb, zoneArb), { minLength: 1, maxLength: 6 }), (asked) => {
        for (const [instant, zone] of [...asked, ...asked])
          expect(dateAt(instant, zone)).toBe(formats.get(zone)?.format(instant));
      }),
      { numRuns: 300 },
    );
  });

  test('needs a zone that exists', () => {
    expect(zones.every(isTimeZone)).toBe(true);
    expect(isTimeZone('Europe/Atlantis')).toBe(false);
  });
});

const wallCalendar = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
