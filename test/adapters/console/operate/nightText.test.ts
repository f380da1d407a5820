import { expect, test } from 'vitest';
import { nightText } from '#adapters/console/page/operate/nightText.ts';

const last = {
  ...{ dueAt: '2026-11-21T01:30:00.000Z', startedAt: '2026-11-21T09:15:00.000Z', endedAt: null },
  ...({ state: 'done', isLate: true } as const),
};

test('a night is told by what came of it, how late it was, and what is due', () => {
  expect(nightText({ isDue: false, last: null })).toBe('No night yet.');
  expect(nightText({ isDue: false, last })).toBe('Done, 7 hours late.');
  expect(nightText({ isDue: false, last: { ...last, isLate: false } })).toBe('Done.');
  expect(nightText({ isDue: true, last: { ...last, state: 'failed' } })).toBe(
    'Failed, 7 hours late; due, and waits for its turn.',
  );
});
