import { describe, expect, test } from 'vitest';
import { type IngestDeps, ingest } from '#domain/index.ts';
import { ingesting, loadBytes } from '#test/support/ingesting.ts';

const line = (id: string, status: string, modifiedAt: string): string =>
  JSON.stringify({
    ...{ Id: `8018d000000000${id}AAA`, IsDeleted: false, OrderNumber: id, Status: status, BillToContactId: null },
    ...{ LastModifiedDate: modifiedAt, SystemModstamp: modifiedAt },
  });
const bytesOf = (...lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\n')}\n`);

const BEFORE = '2026-10-01T00:00:00.000Z';
const SINCE = '2026-11-01T00:00:00.000Z';

describe('a load', () => {
  test('reports of each field how many records events told nothing of', async () => {
    const into = ingesting();
    await loadBytes(
      'Order',
      bytesOf(line('1', 'Draft', BEFORE), line('2', 'Draft', BEFORE), line('3', 'Draft', BEFORE)),
      into,
    );
    const { report } = await loadBytes(
      'Order',
      bytesOf(
        line('1', 'Activated', SINCE),
        line('2', 'Draft', BEFORE),
        line('3', 'Activated', SINCE),
        line('4', 'Draft', SINCE),
      ),
      into,
      60_000,
    );
    expect(report.audit).toEqual({ Status: { missed: 2, wrong: 0 }, existence: { missed: 1, wrong: 0 } });
    const again = await loadBytes('Order', bytesOf(line('1', 'Activated', SINCE)), into, 90_000);
    expect(again.report.audit).toEqual({});
  });

  test('that lost a race to the event is held against the record with the event in it', async () => {
    const into = ingesting();
    await loadBytes('Order', bytesOf(line('1', 'Draft', BEFORE)), into);
    const { records } = into.deps;
    let hasLost = false;
    const commit: IngestDeps['records']['commit'] = (transaction) => async () => {
      if (!hasLost) {
        hasLost = true;
        const told = transaction.records.map(({ record }) => ({
          ...{ record: record.ref, existence: null, fields: { Status: 'Activated' }, gapAt: null, reReadAt: null },
          ...{ stamp: `${Date.parse(SINCE) / 1000}:1:7`, lane: 'live' as const },
          origin: { type: 'event' as const, eventId: 'e' },
        }));
        await ingest(into.deps)(told)();
      }
      return records.commit(transaction)();
    };
    const racing = { ...into, deps: { ...into.deps, records: { ...records, commit } } };
    const { report } = await loadBytes('Order', bytesOf(line('1', 'Activated', SINCE)), racing, 60_000);
    expect(hasLost).toBe(true);
    expect(report.audit).toEqual({});
  });
});
