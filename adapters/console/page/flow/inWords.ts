import type { Box } from '../../../flow/graph.ts';
import type { BoxNow } from './boxNow.ts';

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const tenths = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** Six digits fit into a box. */
export const countText = (count: number): string => (count < 1_000_000 ? whole : short).format(count);
export const rateText = (perSecond: number): string => `${(perSecond < 10 ? tenths : whole).format(perSecond)}/s`;

export const ageText = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms < 10_000 ? tenths : whole).format(ms / 1_000)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} days`;
};

export const waitingText = ({
  waiting,
  isMore,
  oldestMs,
}: Pick<BoxNow, 'waiting' | 'isMore' | 'oldestMs'>): string | null =>
  waiting === 0
    ? null
    : `${countText(waiting)}${isMore ? '+' : ''} ${waiting === 1 ? 'waits' : 'wait'}${oldestMs === null ? '' : `, ${ageText(oldestMs)}`}`;

export const stateText = (state: BoxNow['state'], kind: Box['kind']): string | null => {
  if (state === 'ok') return null;
  if (state === 'retrying') return 'Trying again';
  if (state === 'paused') return 'Paused';
  return kind === 'outside' ? 'Breaker open' : 'No answer';
};
