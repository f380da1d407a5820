import { describe, expect, test } from 'vitest';
import {
  closedLoad,
  declaredLoads,
  joinRun,
  type Mapping,
  noAudit,
  type Run,
  retail,
  unheardOfRun,
} from '#domain/index.ts';

const mapping = (fullLoads: NonNullable<Mapping['fullLoads']>): Mapping => ({
  ...retail,
  flows: { 'contacts-a-m': 'Contact', 'contacts-n-z': 'Contact' },
  fullLoads,
});

/** A complete run that began at that time. */
const run = (flow: string, executionId: string, startedAt: number, unreadable = 0): Run =>
  [
    {
      type: 'FileLoaded' as const,
      file: 'a',
      rows: 2,
      unreadable,
      audit: noAudit,
      extraction: { at: startedAt, known: true },
    },
    {
      type: 'EndReported' as const,
      startedAt,
      end: { endedAt: startedAt + 9, isSuccessful: true, rows: 2, failures: 0, error: null },
    },
  ].reduce(joinRun, unheardOfRun({ flow, executionId }));

describe('full loads', () => {
  test('are only those that the mapping declares, by flow or by object', () => {
    expect(declaredLoads(retail)).toEqual([]);
    expect(declaredLoads(mapping(['Order', ['contacts-a-m', 'contacts-n-z']]))).toEqual([
      { object: 'Order', flows: ['Order'] },
      { object: 'Contact', flows: ['contacts-a-m', 'contacts-n-z'] },
    ]);
  });

  test('of several objects, or of one that is not mapped, are none', () => {
    expect(declaredLoads(mapping([['contacts-a-m', 'Order'], 'Unknown', []]))).toEqual([]);
  });
});

describe('a declared load', () => {
  const single = { object: 'Contact', flows: ['contacts'] };
  const split = { object: 'Contact', flows: ['contacts-a-m', 'contacts-n-z'] };

  test('is closed by the latest run that read everything', () => {
    const closed = closedLoad(single, [run('contacts', '1', 10), run('contacts', '2', 20), run('other', '3', 30)]);
    expect(closed).toMatchObject({ startedAt: 20, runs: [{ ref: { executionId: '2' } }] });
  });

  test('is not closed by a run with a row that could not be read', () => {
    expect(closedLoad(single, [run('contacts', '1', 10, 1)])).toBe(null);
  });

  test('is not closed by a run whose start is unknown', () => {
    expect(closedLoad(single, [{ ...run('contacts', '1', 10), startedAt: null }])).toBe(null);
  });

  test('that is split is closed as a set or not at all, and began when the first of it began', () => {
    expect(closedLoad(split, [run('contacts-a-m', '1', 10), run('contacts-a-m', '2', 20)])).toBe(null);
    expect(closedLoad(split, [run('contacts-a-m', '1', 10), run('contacts-n-z', '2', 20, 1)])).toBe(null);
    expect(closedLoad(split, [run('contacts-n-z', '1', 20), run('contacts-a-m', '2', 10)])).toMatchObject({
      startedAt: 10,
    });
  });

  test('takes no run twice', () => {
    const runs = [run('contacts-a-m', '1', 10), run('contacts-n-z', '2', 20), run('contacts-a-m', '3', 30)];
    expect(closedLoad(split, runs, { after: 10, used: ['contacts-a-m/1', 'contacts-n-z/2'] })).toBe(null);
  });
});
