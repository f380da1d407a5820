import { describe, expect, test } from 'vitest';
import { auditOf, joinRun, type Mapping, type Run, type RunFact, retail, unheardOfRun } from '#domain/index.ts';

const found = { Status: { missed: 1, wrong: 0 } };
const fileAt = (at: number, file = 'a'): RunFact => ({
  ...{ type: 'FileLoaded', file, extraction: { at, known: true }, rows: 2, unreadable: 0, audit: found },
});
const ended = (startedAt: number, isSuccessful = true): RunFact => ({
  ...{ type: 'EndReported', startedAt },
  end: { endedAt: startedAt + 1, isSuccessful, rows: 2, failures: 0, error: null },
});
const run = (flow: string, executionId: string, ...facts: readonly RunFact[]): Run =>
  facts.reduce(joinRun, unheardOfRun({ flow, executionId }));

const split: Mapping = {
  ...retail,
  flows: { 'orders-a': 'Order', 'orders-b': 'Order', changes: 'Order' },
  fullLoads: [['orders-a', 'orders-b']],
};
const [a, b] = [run('orders-a', '1', fileAt(100), ended(100)), run('orders-b', '1', fileAt(100), ended(100))];

describe('a run is an audit', () => {
  test.each<readonly [string, Mapping, Run, readonly Run[], boolean]>([
    ['not where it is the first of its flow', retail, run('Order', '1', fileAt(100)), [], false],
    [
      'after one that was read to its end',
      retail,
      run('Order', '2', fileAt(200)),
      [run('Order', '1', fileAt(100))],
      true,
    ],
    ['not after one that began later', retail, run('Order', '1', fileAt(100)), [run('Order', '2', fileAt(200))], false],
    [
      'not after one whose files are not all read',
      retail,
      run('Order', '2', fileAt(200)),
      [run('Order', '1', fileAt(100), { type: 'FileHinted', file: 'b' })],
      false,
    ],
    [
      'not after one that failed',
      retail,
      run('Order', '2', fileAt(200)),
      [run('Order', '1', fileAt(100), ended(100, false))],
      false,
    ],
    ['not by itself', retail, run('Order', '1', fileAt(100)), [run('Order', '1', fileAt(50))], false],
    ['of any flow after a full load of all its parts', split, run('changes', '9', fileAt(200)), [a, b], true],
    ['not after a part of one', split, run('changes', '9', fileAt(200)), [a, run('changes', '8', fileAt(150))], false],
  ])('%s', (_, mapping, one, others, isAudit) => {
    expect(auditOf(mapping, one, [one, ...others])).toEqual(isAudit ? found : null);
  });

  test('what its files showed adds up', () => {
    const two = run('Order', '2', fileAt(200), fileAt(200, 'b'), fileAt(200));
    expect(auditOf(retail, two, [run('Order', '1', fileAt(100))])).toEqual({ Status: { missed: 2, wrong: 0 } });
  });
});
