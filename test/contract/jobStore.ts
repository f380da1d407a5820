import { describe, expect, test } from 'vitest';
import type { Job, JobStore, Segment } from '#domain/index.ts';
import { at, got } from './given.ts';

/** What every store of jobs does. */
export const jobStoreContract = (name: string, open: () => Promise<JobStore>): void => {
  describe(`jobs: ${name}`, () => {
    test('a job is read as it was saved last', async () => {
      const jobs = await open();
      await got(jobs.save(jobOf('1')));
      expect(await got(jobs.list(10))).toEqual([jobOf('1')]);
      const failed: Job = { ...jobOf('1'), state: 'failed', endedAt: at + 5, failure: 'no answer', size: null };
      await got(jobs.save(failed));
      expect(await got(jobs.list(10))).toEqual([failed]);
    });

    test('one is loaded by its id, or is not there', async () => {
      const jobs = await open();
      await got(jobs.save(jobOf('1')));
      expect(await got(jobs.load('1'))).toEqual(jobOf('1'));
      expect(await got(jobs.load('2'))).toBeNull();
    });

    test('what stands in its way is noted while it runs, and ignored once it does not', async () => {
      const jobs = await open();
      await got(jobs.note('1', 'nobody knows it'));
      expect(await got(jobs.load('1'))).toBeNull();
      await got(jobs.save(jobOf('1')));
      await got(jobs.note('1', 'no answer'));
      expect(await got(jobs.load('1'))).toEqual({ ...jobOf('1'), failure: 'no answer' });
      const done: Job = { ...jobOf('1'), state: 'done', endedAt: at + 5 };
      await got(jobs.save(done));
      await got(jobs.note('1', 'too late'));
      expect(await got(jobs.load('1'))).toEqual(done);
    });

    test('a segment that is done stays done', async () => {
      const jobs = await open();
      const said = { ...segmentOf(2), tally: { counts: {}, paths: {}, samples: [{ memberId: '"isDone":true' }] } };
      await got(jobs.saveSegment('1', said));
      await got(jobs.saveSegment('1', segmentOf(2)));
      expect(await got(jobs.segments('1'))).toEqual([segmentOf(2)]);
      const done = { ...segmentOf(2), cursor: null, isDone: true };
      await got(jobs.saveSegment('1', done));
      await got(jobs.saveSegment('1', segmentOf(2)));
      expect(await got(jobs.segments('1'))).toEqual([done]);
    });

    test('the newest jobs come first, as many as asked for', async () => {
      const jobs = await open();
      for (const id of ['2', '1', '3']) await got(jobs.save(jobOf(id)));
      expect((await got(jobs.list(2))).map(({ id }) => id)).toEqual(['3', '2']);
    });

    test('each job has segments of its own, in their order, each as it was saved last', async () => {
      const jobs = await open();
      for (const segment of [11, 2, 0]) await got(jobs.saveSegment('1', segmentOf(segment)));
      await got(jobs.saveSegment('2', segmentOf(5)));
      const done = { ...segmentOf(2), cursor: null, isDone: true };
      await got(jobs.saveSegment('1', done));
      expect(await got(jobs.segments('1'))).toEqual([segmentOf(0), done, segmentOf(11)]);
      expect(await got(jobs.segments('2'))).toEqual([segmentOf(5)]);
      expect(await got(jobs.segments('3'))).toEqual([]);
    });
  });
};

export const jobOf = (id: string): Job => ({
  id,
  request: { type: 'replay', projection: 'tier@2', memberId: null, segments: 4 },
  state: 'running',
  startedAt: at,
  endedAt: null,
  failure: null,
  size: 1000,
});

export const segmentOf = (segment: number): Segment => ({
  segment,
  segments: 12,
  cursor: '17 member-003',
  isDone: false,
  tally: {
    counts: { members: 3, commits: 20 },
    paths: { 'tier.name': 1 },
    samples: [{ memberId: '003', changed: [] }],
  },
});
