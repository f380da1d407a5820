import type { NightlyJob } from '../../../http/answers/nightly.ts';
import { durationText, hoursText } from './words.ts';

/** What a job of the night is for. */
export const nightMeaning = (job: string): { readonly title: string; readonly text: string } =>
  MEANINGS[job] ?? { title: job, text: '' };

const MEANINGS: Readonly<Record<string, { readonly title: string; readonly text: string }>> = {
  reconcile: {
    title: 'Reconcile',
    text: 'Looks for passes that are behind their events, and for passes that nobody was told of. Repairs both.',
  },
  verify: {
    title: 'Verify',
    text: 'Folds the events of one member in a hundred again, and holds them against what is stored. Changes nothing.',
  },
};

/** How the last night went: what came of it, how long it took, whether it was late. */
export const nightText = ({ last }: Pick<NightlyJob, 'last'>): string => {
  if (last === null) return 'There was none yet';
  const { state, startedAt, endedAt, dueAt, isLate } = last;
  const took = endedAt === null ? '' : ` in ${durationText(Date.parse(endedAt) - Date.parse(startedAt))}`;
  const late = isLate ? `, begun ${hoursText(Date.parse(startedAt) - Date.parse(dueAt))} late` : '';
  return `${STATE[state]}${state === 'done' ? took : ''}${late}`;
};

const STATE = { running: 'Under way', done: 'Done', failed: 'Failed' } as const;

/** "in 5 hours", "in 20 minutes"; due: it waits for another job to end. */
export const nextText = ({ isDue, nextAt }: Pick<NightlyJob, 'isDue' | 'nextAt'>, now: number): string => {
  const minutes = Math.round((Date.parse(nextAt) - now) / 60_000);
  if (isDue || minutes <= 0) return 'due: it begins as soon as no other job runs';
  return minutes < 60 ? `in ${minutes} min` : `in ${hoursText(minutes * 60_000)}`;
};
