import { describe, expect, test } from 'vitest';
import { meterOn } from '#adapters/dynamodb/client.ts';
import type { LocalWrite } from '#adapters/local/localTable.ts';
import { local, numbered } from './support.ts';

const put = (v: number, text = 'x', once = true): LocalWrite => ({
  ...{ type: 'put', p: 'p', v: BigInt(v), once },
  item: { text: { S: text } },
});
const remove = (v: number): LocalWrite => ({ type: 'delete', p: 'p', v: BigInt(v) });

const given = async () => {
  const { table, dynamodb } = await local();
  const meter = meterOn(dynamodb);
  return {
    table,
    requests: () => meter.read().requests.TransactWriteItems,
    versions: async () => (await table.page('p', -1n, 200)).map(({ v }) => Number(v?.N)),
  };
};

describe('the local table', () => {
  test('writes what is asked for in the same breath with one request', async () => {
    const { table, requests, versions } = await given();
    await Promise.all(numbered(20).map((v) => table.write([put(v)])));
    expect(requests()).toBe(1);
    expect(await versions()).toEqual(numbered(20));
  });

  test('takes what may wait along with what may not', async () => {
    const { table, requests, versions } = await given();
    await table.write(numbered(3).map((v) => put(v)));
    const removed = table.writeLater([remove(1), remove(2)]);
    expect(await versions()).toEqual([1, 2, 3]);
    await table.write([put(4)]);
    await removed;
    expect(requests()).toBe(2);
    expect(await versions()).toEqual([3, 4]);
  });

  test('writes what may wait by itself when nothing else comes', async () => {
    const { table, versions } = await given();
    await table.writeLater([put(1)]);
    await table.writeLater([put(2)]);
    expect(await versions()).toEqual([1, 2]);
  });

  test('keeps the order of writes to one item, whatever waits', async () => {
    const { table } = await given();
    await Promise.all([
      table.writeLater([put(1, 'first', false)]),
      table.writeLater([put(1, 'second', false)]),
      table.write([put(2)]),
    ]);
    expect((await table.last('p'))?.v?.N).toBe('2');
    expect((await table.page('p', 0n, 1))[0]?.text?.S).toBe('second');
  });

  test('fails who shares a request with what is refused, and leaves out nobody', async () => {
    const { table, versions } = await given();
    await table.write([put(1)]);
    const outcomes = await Promise.allSettled([table.writeLater([put(2)]), table.write([put(1)])]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await versions()).toEqual([1]);
  });

  test('holds more than a transaction does, in several', async () => {
    const { table, requests, versions } = await given();
    const later = numbered(90).map((v) => table.writeLater([put(v)]));
    await table.write(numbered(60, 91).map((v) => put(v)));
    await Promise.all(later);
    expect(requests()).toBe(2);
    expect(await versions()).toEqual(numbered(150));
  });
});
