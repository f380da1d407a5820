import { expect, test } from 'vitest';
import { nextText, nightMeaning, nightText } from '#adapters/console/page/operate/nightText.ts';
import { topology } from '#adapters/topology.ts';

const last = {
  ...{ dueAt: '2026-11-21T01:30:00.000Z', startedAt: '2026-11-21T09:15:00.000Z', endedAt: '2026-11-21T09:15:12.000Z' },
  ...({ state: 'done', isLate: true } as const),
};

test('a night is told by what came of it, how long it took and how late it was', () => {
  expect(nightText({ last: null })).toBe('There was none yet');
  expect(nightText({ last })).toBe('Done in 12 s, begun 7 hours late');
  expect(nightText({ last: { ...last, isLate: false } })).toBe('Done in 12 s');
  expect(nightText({ last: { ...last, state: 'failed', isLate: false } })).toBe('Failed');
  expect(nightText({ last: { ...last, state: 'running', isLate: false, endedAt: null } })).toBe('Under way');
});

test('the next one is told by how long it takes to come', () => {
  const nextAt = '2026-11-22T01:30:00.000Z';
  expect(nextText({ isDue: false, nextAt }, Date.parse('2026-11-21T20:30:00.000Z'))).toBe('in 5 hours');
  expect(nextText({ isDue: false, nextAt }, Date.parse('2026-11-22T01:10:00.000Z'))).toBe('in 20 min');
  expect(nextText({ isDue: true, nextAt }, Date.parse('2026-11-22T02:10:00.000Z'))).toContain('no other job');
});

test('each job of the night says what it is for', () => {
  for (const job of Object.keys(topology.nightly)) expect(nightMeaning(job).text).not.toBe('');
});
