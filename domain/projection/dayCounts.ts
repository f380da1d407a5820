import type { LocalDate } from '../values/calendar.ts';

/**
 * How often each day occurs, by month: { "2013-04": "03 12*2 28" } are four. A few bytes for each day, where an object takes ten times that;
 * only one text for each set of counts. Days that occur as often as not at all are left out; a count may be negative.
 */
export type DayCounts = Readonly<Record<string, string>>;

export const withDays = (counts: DayCounts, added: ReadonlyMap<LocalDate, number>): DayCounts => {
  const months = new Map<string, Map<string, number>>();
  for (const [day, count] of added) {
    const month = day.slice(0, 7);
    const days = months.get(month) ?? daysOf(counts[month]);
    months.set(month, days.set(day.slice(8), (days.get(day.slice(8)) ?? 0) + count));
  }
  const after: Record<string, string> = { ...counts };
  for (const [month, days] of months) {
    const text = textOf(days);
    if (text === '') delete after[month];
    else after[month] = text;
  }
  return after;
};

/** The last day that occurs, with what `more` adds to its count, or `known` where that is later; null: none. */
export const lastDay = (
  counts: DayCounts,
  known: LocalDate | null,
  more: (day: LocalDate) => number,
): LocalDate | null => {
  const months = Object.keys(counts).filter((month) => known === null || month >= known.slice(0, 7));
  for (const month of months.toSorted((a, b) => (a < b ? 1 : -1)))
    for (const [ofMonth, count] of [...daysOf(counts[month])].toReversed()) {
      const day = `${month}-${ofMonth}`;
      if (known !== null && known >= day) return known;
      if (count + more(day) > 0) return day;
    }
  return known;
};

export const countOn = (counts: DayCounts, day: LocalDate): number => {
  const month = counts[day.slice(0, 7)];
  return month === undefined ? 0 : (daysOf(month).get(day.slice(8)) ?? 0);
};

const daysOf = (text: string | undefined): Map<string, number> =>
  new Map(
    (text ?? '').split(' ').flatMap((entry) => {
      const [day = '', count = '1'] = entry.split('*');
      return day === '' ? [] : [[day, Number(count)]];
    }),
  );

const textOf = (days: ReadonlyMap<string, number>): string =>
  [...days]
    .filter(([, count]) => count !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, count]) => (count === 1 ? day : `${day}*${count}`))
    .join(' ');
