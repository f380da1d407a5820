import type { RetryOutcome } from '../../../http/answers/quarantine.ts';

/** What became of one item that was read again. */
export const outcomeText = (outcome: RetryOutcome): string => {
  switch (outcome.type) {
    case 'mended':
      return 'It was understood, and leaves the quarantine.';
    case 'refusedAgain':
      return `Refused again: ${outcome.path}: ${outcome.reason}.`;
    case 'waitsForItsSource':
      return 'It waits for its source: it ends when something better is said of the record.';
    case 'impossible':
      return `It could not be tried: ${outcome.reason}.`;
  }
};

/** Of one or of all: "2 understood, 1 refused again." */
export const retriedText = (outcomes: readonly RetryOutcome[]): string => {
  const [only] = outcomes;
  if (only !== undefined && outcomes.length === 1) return outcomeText(only);
  const parts = (Object.keys(SAID) as RetryOutcome['type'][]).flatMap((type) => {
    const count = outcomes.filter((outcome) => outcome.type === type).length;
    return count === 0 ? [] : [`${count.toLocaleString()} ${SAID[type]}`];
  });
  return parts.length === 0 ? 'There was nothing to read again.' : `${parts.join(', ')}.`;
};

const SAID: Readonly<Record<RetryOutcome['type'], string>> = {
  mended: 'understood',
  refusedAgain: 'refused again',
  waitsForItsSource: 'waiting for a better word of their source',
  impossible: 'not tried',
};
