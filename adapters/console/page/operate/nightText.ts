import type { NightlyJob } from '../../../http/answers/nightly.ts';
import { hoursText } from './words.ts';

/** What came of the last night, whether it was late, and what is due. */
export const nightText = ({ isDue, last }: Pick<NightlyJob, 'isDue' | 'last'>): string => {
  const came = last === null ? 'No night yet' : STATE[last.state];
  const late = last?.isLate === true ? `, ${hoursText(Date.parse(last.startedAt) - Date.parse(last.dueAt))} late` : '';
  return `${came}${late}${isDue ? '; due, and waits for its turn' : ''}.`;
};

const STATE = { running: 'Under way', done: 'Done', failed: 'Failed' } as const;
