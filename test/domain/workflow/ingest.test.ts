import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { salesforceId } from '#adapters/sample/ids.ts';
import { ingest, MAX_TRANSACTION_ITEMS, type Observation, type RecordTransaction } from '#domain/index.ts';
import { ingesting } from '#test/support/ingesting.ts';
import { ADA, BEN, event } from '#test/support/scenario.ts';

/** Items of DynamoDB that a transaction needs at least: a record is one, its fault another, a commit one. */
const itemsOf = ({ records, appends }: RecordTransaction): number =>
  records.reduce((sum, write) => sum + ('fault' in write ? 2 : 1), appends.length);

/** Ingests one batch and tells the transactions that it took. */
const transactionsOf = async (batch: readonly Observation[]): Promise<readonly RecordTransaction[]> => {
  const { deps } = ingesting();
  const taken: RecordTransaction[] = [];
  const commit: typeof deps.records.commit = (transaction) => {
    taken.push(transaction);
    return deps.records.commit(transaction);
  };
  const report = await ingest({ ...deps, records: { ...deps.records, commit } })(batch)();
  expect(new Set(report.outcomes.map(({ type }) => type))).toEqual(new Set(batch.length === 0 ? [] : ['done']));
  return taken;
};

type Order = { readonly owner: string | null | undefined; readonly amount: string };
const orderArb: fc.Arbitrary<Order> = fc.record({
  owner: fc.constantFrom(ADA, ADA, ADA, BEN, null, undefined),
  amount: fc.constantFrom('1', '1.001', '1.001'),
});

describe('a batch', () => {
  test('takes no transaction larger than a transaction can be, and leaves no record out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(orderArb, { maxLength: 230, size: 'max' }), async (orders) => {
        const batch = orders.map(({ owner, amount }, index) =>
          event(
            'Order',
            { TotalAmount: amount, Status: 'Activated', ...(owner === undefined ? {} : { BillToContactId: owner }) },
            { id: salesforceId('Order', index), at: 1 },
          )(index),
        );
        const transactions = await transactionsOf(batch);
        for (const transaction of transactions) expect(itemsOf(transaction)).toBeLessThanOrEqual(MAX_TRANSACTION_ITEMS);
        expect(transactions.flatMap(({ records }) => records)).toHaveLength(orders.length);
      }),
      { numRuns: 60, examples: [[Array.from({ length: 100 }, () => ({ owner: ADA, amount: '1.001' }))]] },
    );
  });

  test('of one member that fits is one commit', async () => {
    const batch = Array.from({ length: 40 }, (_, index) =>
      event('Order', { BillToContactId: ADA }, { id: salesforceId('Order', index), at: 1 })(index),
    );
    const transactions = await transactionsOf([...batch, event('Contact', { MemberNumber__c: 'M-1' })(0)]);
    expect(transactions.map(({ records, appends }) => [records.length, appends.length])).toEqual([[41, 1]]);
    expect(transactions[0]?.appends[0]?.events).toHaveLength(41);
  });

  test('told twice, or in one batch twice, is written once', async () => {
    const { deps } = ingesting();
    const order = event('Order', { BillToContactId: ADA, TotalAmount: '1' })(0);
    const first = await ingest(deps)([order, order])();
    expect(first).toMatchObject({ recordsChanged: 1, eventsAppended: 1 });
    expect(await ingest(deps)([order])()).toEqual({
      outcomes: [{ type: 'done' }],
      recordsChanged: 0,
      eventsAppended: 0,
      findings: [],
    });
  });
});
