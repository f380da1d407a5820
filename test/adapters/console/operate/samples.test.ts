import { expect, test } from 'vitest';
import { samplesOf } from '#adapters/console/page/operate/rebuild/samples.ts';

const sample = (memberId: string, ...changed: readonly string[]) => ({ memberId, changed, before: null, after: null });
const tally = {
  counts: { changed: 9 },
  paths: { 'tier.progress': 9, 'tier.name': 2 },
  samples: [
    sample('a', 'tier.progress'),
    { memberId: 'b', missing: 'tier@3' },
    sample('c', 'tier.progress', 'tier.name'),
  ],
};

test('what seldom differs is shown first, and a field that was chosen alone', () => {
  expect(samplesOf(tally, null).map(({ memberId }) => memberId)).toEqual(['c', 'a']);
  expect(samplesOf(tally, 'tier.name').map(({ memberId }) => memberId)).toEqual(['c']);
  expect(samplesOf(tally, 'spend')).toEqual([]);
});
