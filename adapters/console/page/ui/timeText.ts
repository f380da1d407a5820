import { dayAt } from './days.ts';

/** In the reader's language: "14:03". instant: ms since 1970. */
export const timeOfDay = (instant: number, timeZone: string, seconds = false): string =>
  formatOf(seconds ? 'seconds' : 'minutes', timeZone).format(instant);

/** The time of day where it is today, else with its date. */
export const timeText = (instant: number, timeZone: string, seconds = false): string =>
  dayAt(instant, timeZone) === dayAt(Date.now(), timeZone)
    ? timeOfDay(instant, timeZone, seconds)
    : formatOf(seconds ? 'dateAndSeconds' : 'dateAndMinutes', timeZone).format(instant);

/** All that there is to it, the zone too. */
export const wholeTimeText = (instant: number, timeZone: string): string => formatOf('whole', timeZone).format(instant);

const MINUTES = { hour: '2-digit', minute: '2-digit' } as const;
const DATE = { day: 'numeric', month: 'short', year: 'numeric' } as const;
const KINDS = {
  minutes: MINUTES,
  seconds: { ...MINUTES, second: '2-digit' },
  dateAndMinutes: { ...DATE, ...MINUTES },
  dateAndSeconds: { ...DATE, ...MINUTES, second: '2-digit' },
  whole: { dateStyle: 'full', timeStyle: 'long' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

const formatOf = (kind: keyof typeof KINDS, timeZone: string): Pick<Intl.DateTimeFormat, 'format'> => {
  const key = `${kind} ${timeZone}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat(undefined, { ...KINDS[kind], timeZone });
  formats.set(key, format);
  return format;
};
/** To make one takes longer than to write a thousand times. */
const formats = new Map<string, Intl.DateTimeFormat>();
