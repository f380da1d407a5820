import { dayAt, daysBetween, endOfDay } from '../ui/days.ts';

/** How long until the end of a last day, for a person: "3 days left", "ends today, 5 h left". now: ms since 1970. */
export const countdown = (validTo: string, now: number, timeZone: string): string => {
  const days = daysBetween(dayAt(now, timeZone), validTo);
  if (days < 0) return days === -1 ? 'ended yesterday' : `ended ${-days} days ago`;
  if (days === 1) return 'ends tomorrow';
  if (days > 1) return `${days} days left`;
  const minutes = Math.ceil((endOfDay(validTo, timeZone) + 1 - now) / 60_000);
  return `ends today, ${minutes >= 120 ? `${Math.floor(minutes / 60)} h` : `${minutes} min`} left`;
};

/** When the words above are others next: the minute counts on the last day, the day before that. */
export const changesWithinMs = 30_000;
