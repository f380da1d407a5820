import { dateAt, type EpochMs, type LocalDate, leavesYearOn, sameDayYearAgo, startOfDay } from '../values/calendar.ts';
import type { Moment } from './projection.ts';

/** When the next of these days enters or leaves the twelve months that end today: the first to come, or the oldest that is in. */
export const nextWindowChange = (days: readonly LocalDate[], now: Moment): EpochMs | null => {
  const today = dateAt(now.at, now.timeZone);
  const yearAgo = sameDayYearAgo(today);
  let enters: LocalDate | null = null;
  let oldest: LocalDate | null = null;
  for (const day of days)
    if (day > today) {
      if (enters === null || day < enters) enters = day;
    } else if (day > yearAgo && (oldest === null || day < oldest)) oldest = day;
  const leaves = oldest === null ? null : leavesYearOn(oldest);
  const next = leaves === null || (enters !== null && enters < leaves) ? enters : leaves;
  return next === null ? null : startOfDay(next, now.timeZone);
};

/**
 * The first day that may lie in the twelve months of anybody who looks at that instant or later: the first of the month before the one that is
 * a year ago. Four weeks or more of it are for time zones, and for clocks that are behind the one that recorded.
 */
export const firstDayInSight = (at: EpochMs): LocalDate => {
  const day = new Date(at);
  const months = day.getUTCFullYear() * 12 + day.getUTCMonth() - 13;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}-01`;
};
