import { dateFormats } from './dateFormats.ts';
import { dayAt } from './days.ts';

/** In the reader's language: "14:03". instant: ms since 1970. */
export const timeOfDay = (instant: number, timeZone: string, seconds = false): string =>
  (seconds ? withSeconds : minutes)(timeZone).format(instant);

/** The time of day where it is today, else with its date. */
export const timeText = (instant: number, timeZone: string, seconds = false): string =>
  dayAt(instant, timeZone) === dayAt(Date.now(), timeZone)
    ? timeOfDay(instant, timeZone, seconds)
    : (seconds ? dateAndSeconds : dateAndMinutes)(timeZone).format(instant);

/** All that there is to it, the zone too. */
export const wholeTimeText = (instant: number, timeZone: string): string => whole(timeZone).format(instant);

const MINUTES = { hour: '2-digit', minute: '2-digit' } as const;
const DATE = { day: 'numeric', month: 'short', year: 'numeric' } as const;
const SECOND = { second: '2-digit' } as const;
const minutes = dateFormats(undefined, MINUTES);
const withSeconds = dateFormats(undefined, { ...MINUTES, ...SECOND });
const dateAndMinutes = dateFormats(undefined, { ...DATE, ...MINUTES });
const dateAndSeconds = dateFormats(undefined, { ...DATE, ...MINUTES, ...SECOND });
const whole = dateFormats(undefined, { dateStyle: 'full', timeStyle: 'long' });
