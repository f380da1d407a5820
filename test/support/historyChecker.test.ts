import { expect, test } from 'vitest';
import { type Commit, merge, type Observation, recordKey, type SourceRecord, unheardOf } from '#domain/index.ts';
import { bought, stream } from '#test/contract/given.ts';
import { historyFaults, recordFaults } from './historyChecker.ts';
import { event } from './scenario.ts';

const commit = (version: number, eventId: string, recordedAt = version): Commit => ({
  ...{ stream, version, events: [bought(eventId)], recordedAt },
  ...{ origin: { type: 'event', eventId }, lane: 'live' },
});
const logOf = (...commits: readonly Commit[]) => new Map([[stream, commits]]);
const toldOf = (...ids: readonly string[]) => ids.map((id) => ({ writer: 'w', stream, origin: `event ${id}` }));

test('a sound history has no faults, with what was not acknowledged in it or not', () => {
  expect(historyFaults(toldOf('a', 'b'), logOf(commit(1, 'a'), commit(2, 'x'), commit(3, 'b')))).toEqual([]);
});

test.each([
  ['a hole', toldOf('a'), logOf(commit(1, 'a'), commit(3, 'b')), '3 follows 1'],
  ['an overlap', toldOf('a'), logOf(commit(1, 'a'), commit(1, 'b')), '1 follows 1'],
  ['time that falls', [], logOf(commit(1, 'a', 5), commit(2, 'b', 4)), 'recorded before'],
  ['a commit twice', [], logOf(commit(1, 'a'), commit(2, 'a')), 'there twice'],
  ['an acknowledged commit that is not there', toldOf('a', 'b'), logOf(commit(1, 'a')), 'lacks event b'],
  ['another order than acknowledged', toldOf('b', 'a'), logOf(commit(1, 'a'), commit(2, 'b')), 'another order'],
])('%s is a fault', (_, told, log, fault) => {
  expect(historyFaults(told, log)).toEqual([expect.stringContaining(fault)]);
});

const [first, second] = [event('Order', { Status: 'Draft' })(0), event('Order', { Status: 'Activated' })(1)];
const storedAfter = (...said: readonly Observation[]): ReadonlyMap<string, SourceRecord> =>
  new Map([[recordKey(first.record), said.reduce((record, one) => merge(record, one, 0), unheardOf(first.record))]]);

test('a record holds what was acknowledged, what was tried at most, and nothing else', () => {
  expect(recordFaults([first, second], [], storedAfter(second, first), 0)).toEqual([]);
  expect(recordFaults([first], [second], storedAfter(first), 0)).toEqual([]);
  expect(recordFaults([first], [second], storedAfter(first, second), 0)).toEqual([]);
  expect(recordFaults([first, second], [], storedAfter(first), 0)).toContainEqual(expect.stringContaining('lacks'));
  expect(recordFaults([first], [], storedAfter(first, second), 0)).toContainEqual(
    expect.stringContaining('nobody said'),
  );
});
