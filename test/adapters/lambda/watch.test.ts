import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test } from 'vitest';
import { type Measure, type WatchDeps, watchHandler } from '#adapters/lambda/watch.ts';
import { memoryRunStore } from '#adapters/memory/runStore.ts';
import { deployedMapping, flowPlan } from '#adapters/source/flowPlan.ts';
import { type Parked, type RunFact, retail } from '#domain/index.ts';

const NOW = Date.parse('2026-11-02T10:00:00Z');
const minutes = (count: number): number => count * 60_000;
const unavailable = TE.left({ type: 'StoreUnavailable', operation: 'any', reason: 'none' } as const);
const parked = (memberId: string, ref: string): Parked => ({
  ...{ memberId, ref, asOf: 1, reason: 'threw', parkedAt: NOW, triedAt: NOW, attempts: 1 },
});

const watching = async (some: Partial<WatchDeps> = {}) => {
  const measured: Measure[] = [];
  const failed: string[] = [];
  const deps: WatchDeps = {
    parked: { list: () => TE.right({ items: [], cursor: null }) },
    quarantine: { count: () => TE.right(0) },
    stale: { count: () => TE.right(0) },
    runs: memoryRunStore(() => NOW),
    pipes: async () => [],
    isFlowActive: async () => true,
    flows: flowPlan(retail, 'p'),
    mapping: deployedMapping(retail, 'p'),
    clock: () => NOW,
    measure: (measure) => measured.push(measure),
    onFailure: (where) => failed.push(where),
    ...some,
  };
  await watchHandler(deps)();
  const measureOf = (name: Measure['name'], feed?: string): number | undefined =>
    measured.find((measure) => measure.name === name && measure.feed === feed)?.value;
  return { measured, failed, measureOf };
};

describe('watch', () => {
  test('where all is well every measure is 0', async () => {
    const { measured, failed } = await watching();
    expect(Object.fromEntries(measured.map(({ name, value }) => [name, value]))).toEqual({
      ...{ ParkedMembers: 0, QuarantinedItems: 0, StaleEntries: 0 },
      ...{ PipesNotRunning: 0, PipesOrphaned: 0, FlowsInactive: 0 },
      ...{ MissedChanges: 0, WrongMerges: 0 },
    });
    expect(failed).toEqual([]);
  });

  test('a member counts once, however many of its projections are parked', async () => {
    const items = [parked('a', 'tier@1'), parked('a', 'spend@1'), parked('b', 'tier@1')];
    const { measureOf } = await watching({ parked: { list: () => TE.right({ items, cursor: null }) } });
    expect(measureOf('ParkedMembers')).toBe(2);
  });

  test('a flow that is not active counts, and so does one that is not there; one that is started on demand does not', async () => {
    const isFlowActive = async (flow: string) => (flow === 'p-Order-events' ? null : flow !== 'p-Order-changes');
    expect((await watching({ isFlowActive })).measureOf('FlowsInactive')).toBe(2);
    const onDemand = flowPlan(retail, 'p').filter(({ trigger }) => trigger === 'onDemand');
    expect((await watching({ flows: onDemand, isFlowActive: async () => false })).measureOf('FlowsInactive')).toBe(0);
  });

  test('a pipe that reads a stream nobody writes to is orphaned, though it runs', async () => {
    const { measureOf } = await watching({
      pipes: async () => [
        { name: 'poke', isRunning: true, isOrphaned: true },
        { name: 'publish', isRunning: false, isOrphaned: false },
      ],
    });
    expect(measureOf('PipesOrphaned')).toBe(1);
    expect(measureOf('PipesNotRunning')).toBe(1);
  });

  test('a feed is silent since its last run that ended well, whatever failed since', async () => {
    const runs = memoryRunStore(() => NOW);
    const ended = (isSuccessful: boolean, minutesAgo: number): RunFact => ({
      ...{ type: 'EndReported', startedAt: NOW - minutes(minutesAgo + 1) },
      end: { endedAt: NOW - minutes(minutesAgo), isSuccessful, rows: 0, failures: 0, error: null },
    });
    await runs.record({ flow: 'p-Order-changes', executionId: '1' }, ended(true, 40))();
    await runs.record({ flow: 'p-Order-changes', executionId: '2' }, ended(false, 10))();
    await runs.record({ flow: 'p-Contact-changes', executionId: '1' }, ended(false, 25))();
    const { measureOf } = await watching({ runs });
    expect(measureOf('FeedSilenceMinutes', 'p-Order-changes')).toBe(40);
    // It never went well: since it began.
    expect(measureOf('FeedSilenceMinutes', 'p-Contact-changes')).toBe(26);
    expect(measureOf('FeedSilenceMinutes', 'p-Voucher__c-changes')).toBeUndefined();
  });

  test('what the loads of a day showed counts, not what was first read of an object', async () => {
    const runs = memoryRunStore(() => NOW);
    const load = async (flow: string, executionId: string, hoursAgo: number, missed: number): Promise<void> => {
      const startedAt = NOW - minutes(60 * hoursAgo);
      const extraction = { at: startedAt, known: true };
      const audit = { Status: { missed, wrong: 1 } };
      const end = { endedAt: startedAt + 1, isSuccessful: true, rows: 1, failures: 0, error: null };
      await runs.record({ flow, executionId }, { type: 'EndReported', startedAt, end })();
      const loaded = { type: 'FileLoaded', file: 'a', extraction, rows: 1, unreadable: 0, audit } as const;
      await runs.record({ flow, executionId }, loaded)();
    };
    await load('p-Order-full', '1', 9, 100);
    await load('p-Order-changes', '1', 8, 3);
    await load('p-Order-full', '2', 7, 4);
    // Nobody ever read all of them.
    await load('p-Contact-changes', '1', 8, 50);
    await load('p-Contact-changes', '2', 7, 50);
    const { measureOf } = await watching({ runs });
    expect(measureOf('MissedChanges')).toBe(7);
    expect(measureOf('WrongMerges')).toBe(2);
    expect((await watching({ runs, clock: () => NOW + minutes(60 * 17) })).measureOf('MissedChanges')).toBe(4);
  });

  test('what cannot be looked at is said, and everything else is measured', async () => {
    const { failed, measureOf } = await watching({
      quarantine: { count: () => unavailable },
      pipes: () => Promise.reject(new Error('denied')),
    });
    expect(new Set(failed)).toEqual(new Set(['quarantine', 'pipes']));
    expect(measureOf('QuarantinedItems')).toBeUndefined();
    expect(measureOf('FlowsInactive')).toBe(0);
    expect(measureOf('ParkedMembers')).toBe(0);
  });
});
