import { describe, expect, it } from 'vitest';
import {
  isTroubled,
  jobName,
  jobOutcome,
  obstaclesOf,
  progressText,
  sizeOf,
} from '#adapters/console/page/operate/rebuild/jobWords.ts';
import type { ShownJob } from '#adapters/http/answers/jobs.ts';

const job = (request: object, counts: Readonly<Record<string, number>> = {}, some: object = {}): ShownJob =>
  ({
    ...{ id: '1', request, state: 'done', failure: null, size: null, walked: 0, comparison: null },
    ...{ startedAt: '2026-05-01T12:00:00.000Z', endedAt: '2026-05-01T12:00:02.000Z' },
    tally: { counts, paths: {}, samples: [] },
    ...some,
  }) as unknown as ShownJob;
const replay = { type: 'replay', projection: null, memberId: null, segments: 4 };
const diff = { type: 'diff', projection: 'tier@2' };
const promote = { type: 'promote', projection: 'tier@2', back: false, pushesPerSecond: 100 };
const verify = { type: 'verify', sample: 0.01, memberId: null, segments: 4 };

describe('a job in words', () => {
  it.each([
    [replay, 'Replay of everything'],
    [{ ...replay, projection: 'tier@2' }, 'Replay of tier@2'],
    [diff, 'Comparison of tier@2'],
    [{ ...promote, back: true, projection: null }, 'Promotion taken back'],
    [verify, 'Verification of 1 % of members'],
    [{ ...verify, sample: 1 }, 'Verification of all members'],
  ])('%o is called %s', (request, name) => {
    expect(jobName(job(request))).toBe(name);
  });

  it.each([
    [
      replay,
      { members: 1, shadows: 1 },
      '1 member folded again, 1 state of waiting versions written, no pass changed.',
    ],
    [diff, { members: 9, changed: 2, pushes: 1 }, '2 passes of 9 would change, 1 push.'],
    [promote, { members: 9, pushes: 2, failed: 1 }, '9 members switched, 2 passes published, 1 failed.'],
    [verify, { members: 4 }, '4 members folded again, no drift.'],
    [verify, { members: 4, drifted: 1 }, '4 members folded again, 1 differs from what is stored.'],
    [
      { type: 'reconcile', republishSince: null, segments: 4 },
      { members: 3, behind: 1 },
      '3 members looked at, 1 behind their events, 0 not published, repaired.',
    ],
  ])('%o with %o came to: %s', (request, counts, outcome) => {
    expect(jobOutcome(job(request, counts))).toBe(outcome);
  });

  it('one that failed says why, and is to be looked at, as is one that found drift', () => {
    const failed = job(replay, {}, { state: 'failed', failure: 'The store is away.' });
    expect(jobOutcome(failed)).toBe('The store is away.');
    expect([failed, job(verify, { drifted: 1 }), job(verify)].map(isTroubled)).toEqual([true, true, false]);
  });

  it('what keeps a version from being promoted is told with the number of members', () => {
    expect(obstaclesOf({ counts: { missing: 3, behind: 0, changed: 9 } })).toEqual([
      '3 members without a state of that version yet: a replay makes them',
    ]);
  });
});

describe('the progress of a job', () => {
  const since = { walked: 0, at: 0 };

  it('tells how far, how fast and how long, once there is a second to tell it by', () => {
    const running = job(replay, { members: 40, pushes: 2 }, { walked: 500, size: 1_500 });
    expect(progressText(running, 1_500, since, 500)).toBe('500 of about 1,500 · 2 pushes');
    expect(progressText(running, 1_500, since, 2_000)).toBe('500 of about 1,500 · 2 pushes · 250/s · 0:04 left');
  });

  it('counts members where nobody knows how many there are', () => {
    expect(progressText(job(diff, { members: 12 }, { walked: 12 }), null, since, 0)).toBe('12 members');
  });

  it('of a promotion begins with the comparison, whose members it then walks over', () => {
    const comparison = { counts: { members: 30 }, paths: {}, samples: [] };
    const comparing = job(promote, {}, { comparison });
    expect([sizeOf(comparing, []), progressText(comparing, null, since, 0)]).toEqual([
      null,
      'comparing 30 members first',
    ]);
    const walking = job(promote, { members: 10 }, { comparison, walked: 10 });
    expect([sizeOf(walking, []), progressText(walking, 30, since, 0)]).toEqual([30, '10 of 30']);
  });

  it('of a comparison is measured by the members that another job counted', () => {
    expect(sizeOf(job(diff), [job({ ...replay, memberId: 'a' }, { members: 1 }), job(replay, { members: 77 })])).toBe(
      77,
    );
    expect(sizeOf(job(diff), [])).toBeNull();
  });
});
