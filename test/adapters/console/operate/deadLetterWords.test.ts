import { expect, test } from 'vitest';
import { deadLetterName, redrivenText } from '#adapters/console/page/operate/deadLetterWords.ts';
import { deadLetterQueues } from '#adapters/deadLetters/deadLetters.ts';

test('every queue of dead letters has a name for who never read the topology', () => {
  for (const queue of deadLetterQueues) expect(deadLetterName(queue)).not.toBe(queue);
});

test('what was sent back is counted, and what stays says why', () => {
  expect(redrivenText({ queue: 'relayDead', sentBack: 3, left: [] })).toMatch(
    /^3 letters sent back\. What fails again/,
  );
  expect(redrivenText({ queue: 'relayDead', sentBack: 0, left: [{ id: '1', reason: 'No way back.' }] })).toMatch(
    /^0 letters sent back, 1 stays\. No way back\. /,
  );
});
