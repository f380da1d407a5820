import { expect, test } from 'vitest';
import { journal } from '#adapters/local/journal.ts';
import type { LocalItem, LocalTable } from '#adapters/local/localTable.ts';

/** A table in memory whose writes can be held back or refused one by one. */
const fakeTable = () => {
  const items = new Map<bigint, LocalItem>();
  const faults: ((error: Error | null) => void)[] = [];
  const hold: { writes: boolean } = { writes: false };
  const sorted = (): readonly LocalItem[] =>
    [...items].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  const write: LocalTable['write'] = async (writes) => {
    const error = hold.writes ? await new Promise<Error | null>((resolve) => faults.push(resolve)) : null;
    if (error !== null) throw error;
    for (const write of writes) {
      if (write.type === 'delete') items.delete(write.v);
      else if (write.once === true && items.has(write.v)) throw new Error('exists');
      else items.set(write.v, { ...write.item, v: { N: String(write.v) } });
    }
  };
  const table: LocalTable = {
    ...{ write, writeLater: write },
    page: async (_p, after, limit) =>
      sorted()
        .filter((item) => BigInt(item.v?.N ?? 0) > after)
        .slice(0, limit),
    last: async () => sorted().at(-1) ?? null,
  };
  return { table, faults, hold };
};

test('after a failed append no number is given below one that is still under way', async () => {
  const { table, faults, hold } = fakeTable();
  const log = journal({ table }, 'j');
  await log.append(['one']);
  hold.writes = true;
  const refused = log.append(['refused']);
  const slow = log.append(['slow']);
  await expect.poll(() => faults.length).toBe(2);
  faults[0]?.(new Error('lost connection'));
  await expect(refused).rejects.toThrow('lost connection');
  const next = log.append(['next']);
  hold.writes = false;
  faults[1]?.(null);
  expect([await slow, await next]).toEqual([[3n], [4n]]);
  expect((await log.read(0n, 10)).map(({ text }) => text)).toEqual(['one', 'slow', 'next']);
});

test('a journal that could not be opened opens the next time', async () => {
  const { table } = fakeTable();
  const store: { fails: boolean } = { fails: true };
  const last: LocalTable['last'] = async (p) => {
    if (store.fails) throw new Error('not there yet');
    return table.last(p);
  };
  const log = journal({ table: { ...table, last } }, 'j');
  await expect(log.head()).rejects.toThrow();
  await expect(log.append(['one'])).rejects.toThrow();
  store.fails = false;
  expect(await log.append(['one'])).toEqual([1n]);
});
