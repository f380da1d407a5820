import { describe, expect, test } from 'vitest';
import { type RunFact, type RunStore, unheardOfRun } from '#domain/index.ts';
import { got } from './given.ts';

/** What every run ledger promises. `open` gives an empty one. */
export const runStoreContract = (name: string, open: () => Promise<RunStore>): void => {
  describe(`${name} as a run ledger`, () => {
    test('a run that nobody mentioned has no files and no reports, and is not listed', async () => {
      const runs = await open();
      expect(await got(runs.load(ref))).toEqual(unheardOfRun(ref));
      expect(await got(runs.list(null, all))).toEqual({ runs: [], cursor: null });
    });

    test('facts are joined, in any order and however often they come', async () => {
      const [one, other] = [await open(), await open()];
      for (const fact of facts) await got(one.record(ref, fact));
      for (const fact of [...facts, ...facts].reverse()) await got(other.record(ref, fact));
      const run = await got(one.load(ref));
      expect(run).toEqual(await got(other.load(ref)));
      expect(run).toMatchObject({ startedAt: 100, end: { rows: 2 } });
      expect(run.files).toEqual(
        new Map([
          ['a', { extraction: { at: 100, known: true }, loaded: { rows: 2, unreadable: 0, audit } }],
          ['b', { extraction: null, loaded: null }],
        ]),
      );
    });

    test('facts told side by side are all kept', async () => {
      const runs = await open();
      await Promise.all(facts.map((fact) => got(runs.record(ref, fact))));
      expect(await got(runs.load(ref))).toMatchObject({ startedAt: 100, end: { rows: 2 } });
      expect((await got(runs.load(ref))).files.size).toBe(2);
      expect((await got(runs.list(null, all))).runs).toHaveLength(1);
    });

    test('a file opened after the start report was extracted when the run began, as far as is known', async () => {
      const runs = await open();
      await got(runs.record(ref, { type: 'StartReported', startedAt: 100 }));
      expect(await got(runs.open(ref, 'a', 500))).toEqual({ at: 100, known: true });
    });

    test('when a file was extracted is fixed when it is first opened', async () => {
      const runs = await open();
      expect(await got(runs.open(ref, 'a', 500))).toEqual({ at: 500, known: false });
      await got(runs.record(ref, { type: 'StartReported', startedAt: 100 }));
      expect(await got(runs.open(ref, 'a', 700))).toEqual({ at: 500, known: false });
      expect(await got(runs.open(ref, 'b', 700))).toEqual({ at: 100, known: true });
    });

    test('opened by many at once, a file has one extraction time', async () => {
      const runs = await open();
      const told = await Promise.all([1, 2, 3, 4].map((modifiedAt) => got(runs.open(ref, 'a', modifiedAt))));
      expect(new Set(told.map(({ at }) => at)).size).toBe(1);
    });

    test('runs are listed newest first, of all flows and of one', async () => {
      const runs = await open();
      const refs = ['1', '2', '3'].map((executionId) => ({
        flow: executionId === '2' ? 'other' : 'orders',
        executionId,
      }));
      for (const one of refs) await got(runs.record(one, { type: 'FileHinted', file: 'a' }));
      const first = await got(runs.list(null, { cursor: null, limit: 2 }));
      const second = await got(runs.list(null, { cursor: first.cursor, limit: 2 }));
      expect([...first.runs, ...second.runs].map(({ ref: { executionId } }) => executionId)).toEqual(['3', '2', '1']);
      expect((await got(runs.list('orders', all))).runs.map(({ ref: { executionId } }) => executionId)).toEqual([
        '3',
        '1',
      ]);
    });
  });
};

const ref = { flow: 'orders', executionId: '9f0d5a54' };
const all = { cursor: null, limit: 100 };
const extraction = { at: 100, known: true };
const end = { endedAt: 900, isSuccessful: true, rows: 2, failures: 0, error: null };
const audit = { TotalAmount: { missed: 2, wrong: 0 } };
const facts: readonly RunFact[] = [
  { type: 'StartReported', startedAt: 100 },
  { type: 'FileHinted', file: 'a' },
  { type: 'FileHinted', file: 'b' },
  { type: 'FileOpened', file: 'a', extraction },
  { type: 'FileLoaded', file: 'a', extraction, rows: 2, unreadable: 0, audit },
  { type: 'EndReported', startedAt: 100, end },
];
