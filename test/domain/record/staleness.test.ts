import { describe, expect, test } from 'vitest';
import { recordKey, retail, type SourceRecord, type StaleChange, staleChanges, unheardOf } from '#domain/index.ts';
import { ADA, BEN, deleted, event, gap, learn, learnAll, ORDER, row, type Said } from '#test/support/scenario.ts';

const START = Date.UTC(2026, 0, 1);

/** What the last thing said makes stale, or fresh again. */
const changesOf = (...history: readonly Said[]): readonly StaleChange[] => {
  const known = learnAll(history.slice(0, -1));
  const said = history.at(-1)!(history.length - 1);
  const after = learn(known, [said]);
  const record = (records: ReadonlyMap<string, SourceRecord>): SourceRecord =>
    records.get(recordKey(said.record)) ?? unheardOf(said.record);
  return staleChanges(retail, record(known.records), record(after.records));
};

const ofOrder = (since: number, owner: string | null) => ({
  ...{ scope: 'record', object: 'Order', id: ORDER, owner, since: START + since * 1000 },
});

describe('a gap', () => {
  test('makes its record stale, for its owner', () => {
    expect(changesOf(gap('Order', { at: 100 }))).toEqual([{ type: 'appears', entry: ofOrder(100, null) }]);
    expect(changesOf(event('Order', { BillToContactId: ADA }), gap('Order', { at: 100 }))).toEqual([
      { type: 'appears', entry: ofOrder(100, ADA) },
    ]);
    expect(changesOf(gap('Contact', { at: 100 }))).toMatchObject([{ type: 'appears', entry: { id: ADA, owner: ADA } }]);
  });

  test('told again changes nothing; a later one moves the entry in time', () => {
    expect(changesOf(gap('Order', { at: 100 }), gap('Order', { at: 100 }))).toEqual([]);
    expect(changesOf(gap('Order', { at: 100 }), gap('Order', { at: 110 }))).toEqual([
      { type: 'appears', entry: ofOrder(110, null) },
    ]);
  });

  test('is closed by a row that was extracted clearly after it, and by nothing else', () => {
    const since = gap('Order', { at: 100 });
    expect(changesOf(since, row('Order', {}, { at: 0, extractedAt: 105 }))).toEqual([
      { type: 'clears', entry: ofOrder(100, null) },
    ]);
    expect(changesOf(since, row('Order', {}, { at: 0, extractedAt: 104 }))).toEqual([]);
    expect(changesOf(since, event('Order', { Status: 'Draft' }, { at: 200 }))).toEqual([]);
  });

  test('follows its record to another owner', () => {
    const history = [event('Order', { BillToContactId: ADA }), gap('Order', { at: 100 })];
    expect(changesOf(...history, event('Order', { BillToContactId: BEN }, { at: 200 }))).toEqual([
      { type: 'clears', entry: ofOrder(100, ADA) },
      { type: 'appears', entry: ofOrder(100, BEN) },
    ]);
  });

  test('ends with a deletion after it: there is nothing to read again', () => {
    expect(changesOf(gap('Order', { at: 100 }), deleted('Order', { at: 200 }))).toEqual([
      { type: 'clears', entry: ofOrder(100, null) },
    ]);
    expect(changesOf(deleted('Order', { at: 50 }), gap('Order', { at: 100 }))).toMatchObject([{ type: 'appears' }]);
  });
});

describe('a merge of contacts', () => {
  const loser = row('Contact', { MasterRecordId: BEN }, { at: 100, exists: false });

  test('makes the children of the loser stale, for the winner, and moves nothing by itself', () => {
    const entry = { scope: 'children', object: 'Contact', id: ADA, owner: BEN, since: START + 100_000 };
    expect(changesOf(event('Contact', { MemberNumber__c: 'M-1' }), loser)).toEqual([{ type: 'appears', entry }]);
    const known = learnAll([event('Order', { BillToContactId: ADA }), loser]);
    expect([...known.streams.keys()]).not.toContain(`member-${BEN}`);
  });

  test('again into the same contact, after it was restored, makes its children stale again', () => {
    const again = row('Contact', { MasterRecordId: BEN }, { at: 300, exists: false });
    const entry = { scope: 'children', object: 'Contact', id: ADA, owner: BEN, since: START + 300_000 };
    expect(changesOf(loser, event('Contact', {}, { at: 200 }), again)).toEqual([{ type: 'appears', entry }]);
  });

  test('told again makes nothing stale', () => {
    expect(changesOf(loser, row('Contact', { MasterRecordId: BEN }, { at: 100, extractedAt: 500 }))).toEqual([]);
    expect(changesOf(row('Contact', { MasterRecordId: null }))).toEqual([]);
  });
});
