import { describe, expect, test } from 'vitest';
import type { AbsenceJob, AbsenceStore, Miss } from '#domain/index.ts';
import { got, refused } from './given.ts';

/** What every absence store promises. `open` gives an empty one. */
export const absenceStoreContract = (name: string, open: () => Promise<AbsenceStore>): void => {
  describe(`${name} as an absence store`, () => {
    test('a job comes back as it was, of each object its own', async () => {
      const absences = await open();
      expect(await got(absences.load('Contact'))).toBe(null);
      await got(absences.save(jobOf(1)));
      expect(await got(absences.load('Contact'))).toEqual(jobOf(1));
      expect(await got(absences.load('Order'))).toBe(null);
    });

    test('of two who are at work on a job one loses', async () => {
      const absences = await open();
      await got(absences.save(jobOf(1)));
      await got(absences.save({ ...jobOf(2), phase: { type: 'held', why: 'TooMany' } }));
      expect(await refused(absences.save(jobOf(2)))).toEqual({ type: 'AbsenceLostRace' });
      expect(await got(absences.load('Contact'))).toMatchObject({ ver: 2, phase: { why: 'TooMany' } });
    });

    test('misses are remembered, replaced, listed by id page by page, and forgotten', async () => {
      const absences = await open();
      const ids = Array.from({ length: 130 }, (_, index) => `003-${String(index).padStart(3, '0')}`);
      await got(absences.remember('Contact', ids.toReversed().map(missOf)));
      await got(absences.remember('Contact', [{ ...missOf('003-001'), last: 9 }]));
      const first = await got(absences.misses('Contact', null, 100));
      const second = await got(absences.misses('Contact', first.cursor, 100));
      expect([...first.misses, ...second.misses].map(({ id }) => id)).toEqual(ids);
      expect(second.cursor).toBe(null);
      expect(first.misses[1]).toEqual({ id: '003-001', first: 1, last: 9 });

      expect(await got(absences.missesOf('Contact', [...ids, 'unknown']))).toHaveLength(130);
      await got(absences.forget('Contact', [...ids.slice(1), 'unknown']));
      expect(await got(absences.missesOf('Contact', ids))).toEqual([missOf('003-000')]);
      expect(await got(absences.missesOf('Order', ids))).toEqual([]);
      expect(await got(absences.missesOf('Contact', []))).toEqual([]);
    });
  });
};

const missOf = (id: string): Miss => ({ id, first: 1, last: 2 });

const jobOf = (ver: number): AbsenceJob => ({
  ...{ object: 'Contact', runs: ['contacts/1'], startedAt: 100, previousStartedAt: null },
  ...{ rows: 3, known: 4, missedTwice: 1, buried: 0, phase: { type: 'comparing', cursor: 'Contact/003' }, ver },
});
