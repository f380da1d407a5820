import { expect, test } from 'vitest';
import { wasReplaced, wayOf } from '#adapters/console/page/operate/rebuild/way.ts';
import type { ShownJob } from '#adapters/http/answers/jobs.ts';

const job = (minute: number, request: object, counts = {}, state = 'done'): ShownJob =>
  ({
    id: `${minute}`,
    request,
    state,
    startedAt: `2026-05-01T12:0${minute}:00.000Z`,
    tally: { counts },
  }) as unknown as ShownJob;
const replay = { type: 'replay', projection: 'tier@3', memberId: null };
const everything = { type: 'replay', projection: null, memberId: null };
const diff = { type: 'diff', projection: 'tier@3' };
const next = (...jobs: readonly ShownJob[]) => wayOf(jobs, 'tier@3').next;

test('a version that waits is replayed, compared and promoted, one after the other', () => {
  expect(next()).toBe('replay');
  expect(next(job(1, replay))).toBe('diff');
  expect(next(job(2, diff, { members: 9 }), job(1, replay))).toBe('promote');
  expect(next(job(2, diff), job(1, everything))).toBe('promote');
  expect(next(job(1, { ...everything, memberId: '0038d00000Ada00AAA' }))).toBe('replay');
  expect(next(job(1, replay, {}, 'failed'))).toBe('replay');
  expect(next(job(1, { ...replay, projection: 'spend@3' }))).toBe('replay');
});

test('what keeps it from being promoted says what to do again', () => {
  expect(next(job(2, diff, { missing: 3 }))).toBe('replay');
  expect(next(job(2, diff, { behind: 1 }), job(1, replay))).toBe('diff');
  expect(next(job(3, replay), job(2, diff, { missing: 3 }))).toBe('diff');
});

test('the version before a promotion is known by its name, until that is taken back', () => {
  const promote = { type: 'promote', projection: 'tier@3', back: false };
  expect(wasReplaced([job(1, promote)], 'tier@2')).toBe(true);
  expect(wasReplaced([job(1, promote)], 'tier@3')).toBe(false);
  expect(wasReplaced([job(1, promote)], 'spend@3')).toBe(false);
  expect(wasReplaced([job(2, { ...promote, back: true }), job(1, promote)], 'tier@2')).toBe(false);
});
