import type { PlannedChange } from './ledger.ts';
import { DAY_MS } from './promotions.ts';
import type { Random } from './random.ts';
import type { ChangeType, Fields } from './wire.ts';

/** A change and how the outside learns of it: by event, or only by the next file. */
export type PlannedNews = PlannedChange & { readonly announced: boolean };

/** The changes of one record, collected oldest first. Nobody outside hears events from before the year. */
export const lifeOf = (object: string, id: string, untilMs: number) => {
  const news: PlannedNews[] = [];
  return {
    news: news as readonly PlannedNews[],
    push: (changeType: ChangeType, atMs: number, fields: Fields, announced: boolean): void => {
      if (atMs < lastFileMs(untilMs) - 60_000)
        news.push({
          atMs,
          object,
          recordIds: [id],
          changeType,
          fields,
          announced: announced && atMs > startOfYear(untilMs),
        });
    },
  };
};

/** The sample year is 365 days. */
export const startOfYear = (untilMs: number): number => untilMs - 365 * DAY_MS;

/** The last files are taken an hour before the year ends; a change too late for them is left out. */
export const lastFileMs = (untilMs: number): number => untilMs - 3_600_000;

/** A whole number of seconds between so many days, in milliseconds. */
export const daysMs = (random: Random, minDays: number, maxDays: number): number =>
  random.int(minDays * 86_400, maxDays * 86_400) * 1000;
