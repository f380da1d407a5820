import { expect, test } from 'vitest';
import { causeText } from '#adapters/jobs/causeText.ts';

const thrown = JSON.stringify({ errorType: 'JobFailed', errorMessage: 'tier@2 is live already.', trace: [] });

test.each<readonly [string, unknown, string]>([
  ['what a function threw', thrown, 'tier@2 is live already.'],
  [
    'that, inside what a catch was told',
    JSON.stringify({ Error: 'JobFailed', Cause: thrown }),
    'tier@2 is live already.',
  ],
  ['that, as an object', { Error: 'JobFailed', Cause: thrown }, 'tier@2 is live already.'],
  ['a text', 'somebody stopped it', 'somebody stopped it'],
  ['the name alone', JSON.stringify({ Error: 'States.Timeout' }), 'States.Timeout'],
  [
    'of a map, that too many failed',
    JSON.stringify({
      Error: 'States.ExceedToleratedFailureThreshold',
      Cause: 'The specified tolerated failure threshold was exceeded',
    }),
    'A worker was ended again and again before it got through: the log of the walk function says how.',
  ],
  ['nothing', null, 'unknown'],
])('a cause is told in its own words: %s', (_, cause, text) => {
  expect(causeText(cause)).toBe(text);
});
